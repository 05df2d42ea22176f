// The story through the JSON API, continued: the safety decision, and the other way at step 7.
import { dataUrl, png } from "./picture.mjs";

const drawn = dataUrl(png(10, { side: 32, noise: true }));

// 13. Tue 15 Dec. Information complete, each with its source.
export async function theInformation(s) {
  const { known } = s;
  const elena = s.as("elena");
  const texts = {
    EXTENT: "Two bruises of the face on 24 November, by Cole's hand; Jade saw him grab Owen twice before.",
    CIRCUMSTANCES: "Evenings, when Cole comes from the late shift and something lies about. He counts aloud first.",
    CHILD_FUNCTIONING: "Owen does well at school and trusts Jade and Ruth. Tessa is lively. Jade carries much of the day.",
    ADULT_FUNCTIONING: "Dana works days, is well, has a sister nearby. Cole sleeps badly and has lost two jobs this year.",
    PARENTING: "Dana is warm and knows each child. Cole plays with Tessa, and sees Owen as disobedient.",
    DISCIPLINE: "Dana talks and takes things away. Cole counts, shouts and grabs; he says that it worked with him.",
  };
  s.at("2026-12-15 09:00");
  for (const area of await elena.all("information_area", `&assessment=${known.assessment.id}`)) {
    await elena.save(area, { known: texts[area.area], sources: [{ contact: known.schoolContact.id }, { contact: known.homeVisit.id }] });
    (known.areas ??= {})[area.area] = area;
  }
}

// Two threats that meet all five criteria, one kept below the threshold.
export async function theThreats(s) {
  const { known } = s;
  const elena = s.as("elena");
  const { owen, tessa, jade } = known.children;
  const all = [owen, tessa, jade].map(({ id }) => ({ child: id }));
  const criteria = (imminent) => ({
    duration: "Since the spring", frequency: "Every other week", pervasiveness: "The evenings", influence: "Little sleep, things that lie about",
    observable: true, observable_why: "Bruises, and what Owen and Jade tell apart from each other.",
    out_of_control: true, out_of_control_why: "Nobody at home stops him; Jade takes Owen to her room.",
    vulnerable: true, vulnerable_why: "Seven, four, and fifteen with nowhere else to go at night.",
    severe: true, severe_why: "Injury of the face; fear in their own home.",
    imminent, imminent_why: imminent ? "It comes again within weeks when he is at home." : "Nothing points to soon.",
  });
  const threat = (code, summary, effect, children, imminent = true) => ({
    assessment: known.assessment.id, threat: code, summary, effect, children, ...criteria(imminent),
    description: `${summary} It begins when Cole comes home tired and something is not in its place.`,
  });
  s.at("2026-12-15 10:00");
  known.violent = await elena.create("impending_danger", threat("ID02", "Cole grabs Owen by the face in anger.", "Bruises, pain when eating", all));
  s.at("2026-12-15 10:05");
  await elena.refused(known.violent, "conclude", {}, { rule: "cites_information" });
  const cites = (area, what) => ({ cites: [{ area: known.areas[area].id, what }] });
  await elena.save(known.violent, cites("EXTENT", "The two bruises, and what Jade saw"));
  await elena.take(known.violent, "conclude");
  known.control = await elena.create("impending_danger", {
    ...threat("ID03", "Cole cannot stop himself once he counts.", "They hide when he counts", all), ...cites("ADULT_FUNCTIONING", "Sleep, shifts, his own words"),
  });
  await elena.take(known.control, "conclude");
  known.fearful = await elena.create("impending_danger", threat("ID14", "Jade does not like to be at home.", "Stays late at work", [{ child: jade.id }], false));
  await elena.take(known.fearful, "conclude");
}

// Capacities for Dana and Cole; the family cannot control it alone; five times yes.
export async function theAnalysis(s) {
  const { known } = s;
  const elena = s.as("elena");
  const rated = (adult, sufficient, sufficient_why, ratings) => elena.create("capacity_assessment", {
    assessment: known.assessment.id, adult: adult.id, assessed_on: "2026-12-15", sufficient, sufficient_why,
    ratings: ratings.map(([capacity, rating, how_known]) => ({ capacity, rating, how_known })),
  });
  s.at("2026-12-15 11:00");
  known.capacityDana = await rated(known.adults.dana, false, "She protects when she is there; at night she is not enough alone.", [
    ["TAKES_ACTION", "PRESENT_STRONG", "Came home at once and let Cole go"], ["HISTORY_OF_PROTECTING", "PRESENT_SOME", "Kept to the plan for three weeks"],
  ]);
  known.capacityCole = await rated(known.adults.cole, false, "He does not yet see what he did.", [["IMPULSE_CONTROL", "DIMINISHED", "Counts, then grabs"]]);
  s.at("2026-12-15 11:30");
  const yes = Object.fromEntries(["willing", "calm", "resources", "no_evaluation", "residence"].flatMap((question) => [
    [question, true], [`${question}_why`, "Three weeks of the protective plan have shown it."],
  ]));
  known.analysis = await elena.create("safety_analysis", {
    assessment: known.assessment.id, made_on: "2026-12-15", how_threats_play_out: "In the evenings, with Cole at home and tired, toward Owen first.",
    family_can_control: false, family_can_control_why: "Dana cannot stop Cole alone at night.", ...yes,
    what_is_needed: "Somebody in the house in the evenings; Cole stays elsewhere at night.",
  });
  await elena.take(known.analysis, "complete");
}

// On the way Hearth stops and says why; then the plan, three decisions, approved.
export async function theSafetyDecision(s) {
  const { known } = s;
  const elena = s.as("elena");
  const renee = s.as("renee");
  const decision = (child, more) => ({
    assessment: known.assessment.id, child: child.id, consulted_with: known.renee.id, consulted_at: "2026-12-15T11:45",
    reasons: "Two threats meet the threshold, and what the parents can do does not control them yet.",
    ...(child === known.children.tessa ? {} : { tribe_consulted: "C. Denning, at the table" }), // nobody knows of a tribe of hers
    ...more,
  });
  const unsafe = (child) => decision(child, {
    decision: "UNSAFE_IN_HOME", analysis: known.analysis.id, threats: [{ threat: known.violent.id }, { threat: known.control.id }],
  });
  s.at("2026-12-15 12:00");
  known.decisions = { owen: await elena.create("safety_decision", decision(known.children.owen, { decision: "SAFE" })) };
  await elena.refused(known.decisions.owen, "submit", {}, { rule: "safe_while_plan_open" });
  const { decision: code, analysis, threats } = unsafe(known.children.owen);
  await elena.save(known.decisions.owen, { decision: code, analysis, threats });
  await elena.refused(known.decisions.owen, "submit", {}, { rule: "unsafe_has_plan", says: "neither a safety plan nor custody" });
  await theSafetyPlan(s);
  s.at("2026-12-15 15:30");
  for (const name of ["tessa", "jade"]) known.decisions[name] = await elena.create("safety_decision", unsafe(known.children[name]));
  for (const made of Object.values(known.decisions)) await elena.take(made, "submit");
  s.at("2026-12-15 15:40");
  await renee.refused(known.decisions.owen, "approve", {}, { rule: "unsafe_has_plan_in_force" });
  await elena.refused(known.safetyPlan, "approve", {}, { status: 403 });
  await renee.take(known.safetyPlan, "approve");
  for (const made of Object.values(known.decisions)) await renee.take(made, "approve");
}

async function theSafetyPlan(s) {
  const { known } = s;
  const elena = s.as("elena");
  const { owen, tessa, jade } = known.children;
  const checked = { checked_at: "2026-12-15T12:30", checked_by: known.elena.id };
  const terms = {
    available: "From 17:00 to 07:30", accessible: "Ten minutes by car, telephone at night", suitable: "The children know and trust her",
    frequency: "Every day", duration: "The whole night", from_on: "2026-12-15",
  };
  const service = (person, checkedHow, result, accepted) => ({
    kind: "SOCIAL", what: "Is in the house in the evening and at night", person: person.id, phone: "(715) 555-0181", ...checked,
    checked_how: checkedHow, check_result: result, accepted, ...(accepted ? terms : {}),
  });
  s.at("2026-12-15 13:00");
  known.safetyPlan = await elena.create("safety_plan", {
    assessment: known.assessment.id, analysis: known.analysis.id, what_happens: "In the evenings Cole gets angry and grabs Owen.",
    strengths: "The children speak. Dana acts. Ruth is there.", how_managed: "The worker comes each week and calls Ruth on Fridays.",
    contact_rhythm: "Every week", if_not_working: "Call Ruth, then the county. In danger call 911.",
    agency_phone: "(715) 555-0100 by day, (715) 555-0199 at night", tribe_involved: true,
    tribe_note: "Lac du Flambeau Indian Child Welfare, C. Denning, at the table", sufficient: true, feasible: true, sustainable: true,
    children: [owen, tessa, jade].map(({ id }) => ({ child: id })),
    threats: [known.violent, known.control].map(({ id }) => ({
      threat: id, in_our_words: "He counts, and then he grabs.", controlled_by: "Cole sleeps elsewhere; Ruth is in the house.",
    })),
    household: [
      { adult: known.adults.dana.id, part: "Calls Ruth when she is alone in the evening" },
      { adult: known.adults.cole.id, part: "Comes by day only, when Dana is there" },
    ],
    planned_reviews: [{ on_day: "2026-12-22", how: "At the house" }],
    copies: [known.people.dana, known.people.cole, known.ruth].map(({ id }) => ({ person: id, hide_addresses: id === known.people.cole.id })),
  });
  await elena.refusedSave(known.safetyPlan, { services: [service(known.gary, "RECORDS", "AGAINST", true)] }, { field: "accepted", says: "substantiated finding" });
  await elena.save(known.safetyPlan, { services: [service(known.gary, "RECORDS", "AGAINST", false), service(known.ruth, "IN_PERSON", "NOTHING_AGAINST", true)] });
  s.at("2026-12-15 14:00");
  await elena.take(known.safetyPlan, "read_back", { read_back_at: "2026-12-15T13:50", read_back_language: "English" });
  const signed = (name, role, person) => ({ name, role, way: "DRAWN", signed_at: "2026-12-15T14:10", drawn, ...(person ? { person } : {}) });
  s.at("2026-12-15 14:15");
  await elena.take(known.safetyPlan, "sign", {
    signatures: [
      signed("Dana Sorrell", "PARENT", known.people.dana.id), signed("Cole Hartwig", "PARENT", known.people.cole.id),
      signed("Ruth Sorrell", "PROVIDER", known.ruth.id), signed("C. Denning", "TRIBE"),
    ],
  });
  await elena.take(known.safetyPlan, "submit");
}

// The other way at step 7: Dana declines, and that leads on to custody, up to the recorded authority.
export async function theOtherWay(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  s.at("2026-11-25 18:40");
  await jonas.take(known.plan, "decline", {
    declined_by: "Dana Sorrell", declined_at: "2026-11-25T18:38", declined_why: "\"I will not have strangers tell me who sleeps in my house.\"",
  });
  s.at("2026-11-25 18:45");
  const gone = { ended_at: "2026-11-25T18:45" };
  await jonas.refused(known.homeVisit, "left_home", gone, { rule: "plan_in_place", says: "go on with custody" });
  const { owen } = known.children;
  const { dana, cole } = known.adults;
  const notice = (adult, more) => ({
    adult: adult.id, told_at: "2026-11-25T19:20", way: "In person", reasons: true, whereabouts: true, hearing: true, counsel: true, ...more,
  });
  s.at("2026-11-25 19:30");
  known.custody = await jonas.create("temporary_custody", {
    assessment: known.assessment.id, declined_plan: known.plan.id,
    why_no_plan: "A plan was offered with Ruth; Dana declined it, and Cole stays in the house tonight.",
    authority: "IMMEDIATE_DANGER", taken_at: "2026-11-25T19:00", taker: "Detective M. Foss, Rib River Police Department",
    statement: "Two bruises of the face, and the person who caused them stays in the home.", statement_at: "2026-11-25T19:10",
    intake_worker: known.jonas.id, criterion: "INJURY", criterion_facts: "Injured yesterday; the same adult is at home tonight.",
    held_at: "2026-11-25T19:15", counsel: "Corporation counsel on call, told at 19:12", hearing_at: "2026-11-30T13:30", hearing_place: "Marathon County Courthouse",
    children: [{ child: owen.id, place: "RELATIVE_HOME", with_whom: "Ruth Sorrell, his grandmother", siblings_together: false, tribe_contact: "C. Denning, 19:05" }],
    notices: [notice(cole)],
  });
  s.at("2026-11-25 19:31");
  await jonas.refused(known.custody, "record_authority", {}, { rule: "relatives_first", says: "No relative was asked" });
  await jonas.refused(known.custody, "record_authority", {}, { rule: "parents_in_home_noticed" });
  await jonas.refused(known.custody, "record_authority", {}, { rule: "order_for_indian_children" });
  s.at("2026-11-25 19:35");
  const rows = await jonas.read(known.custody);
  await jonas.save(known.custody, {
    relatives: [{ name: "Ruth Sorrell", person: known.ruth.id, relation: "Grandmother", asked_at: "2026-11-25T19:02", answer: "WILLING" }],
    notices: [notice(dana)],
    children: [{ id: rows.children[0].id, preference: "EXTENDED_FAMILY" }],
  });
  // Jade is 15: she would get a copy of the statement, were she taken.
  const withJade = await jonas.save(known.custody, {
    children: [{ child: known.children.jade.id, place: "RELATIVE_HOME", with_whom: "Ruth Sorrell", siblings_together: true,
      preference: "EXTENDED_FAMILY", tribe_contact: "C. Denning, 19:05" }],
  });
  await jonas.refused(known.custody, "record_authority", {}, { rule: "statement_copy_to_child" });
  await jonas.refused(known.custody, "record_authority", {}, { rule: "rights_told_to_child" });
  const jadeRow = withJade.children.find((row) => row.child === known.children.jade.id);
  await jonas.save(known.custody, {
    children: [{ id: jadeRow.id, statement_copy_at: "2026-11-25T19:25", told_rights_at: "2026-11-25T19:25" }],
  });
  s.at("2026-11-25 19:40");
  await jonas.take(known.custody, "record_authority");
  s.at("2026-11-25 19:45");
  await jonas.take(known.homeVisit, "left_home", { ended_at: "2026-11-25T19:45" });
}
