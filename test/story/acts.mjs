// The acceptance story through the JSON API, step by step: each function is one step, done by those who do
// it, at its minutes. `s` is the story; what a step makes stands in s.known under its name.
import assert from "node:assert/strict";
import { dataUrl, png } from "./picture.mjs";

export const marathon = "073";

// What was there before: another county's report of 2024 about a child of the same name, and a finding
// of 2019 about Gary.
export async function before(s) {
  const known = (s.known = {});
  const ines = s.as("ines");
  known.marathon = await ines.one("agency", { code: marathon });
  known.lincoln = await ines.one("agency", { code: "069" });
  known.flambeau = await ines.one("tribal_nation", { short_name: "Lac du Flambeau" });
  known.boisForte = await ines.one("tribal_nation", { short_name: "Bois Forte" });
  known.police = await ines.one("partner", { kind: "POLICE" });
  known.policeAgency = await ines.one("agency", { code: "RRPD" });
  known.tribalAgency = await ines.one("agency", { code: "LDF" });
  for (const login of ["alma", "renee", "jonas", "elena", "pia", "gordon"]) known[login] = await ines.one("worker", { login });
  const lincolnWorker = (given_name, family_name, login, role) => ({
    given_name, family_name, login, home_agency: known.lincoln.id,
    roles: [{ role, agency: known.lincoln.id, begins_on: "2018-01-02" }],
    training: [{ kind: "PRE_SERVICE", completed_on: "2018-02-20", recorded_on: "2018-02-21" }],
  });
  await ines.create("worker", lincolnWorker("Hugo", "Amsel", "hugo", "ACCESS_WORKER"));
  await ines.create("worker", lincolnWorker("Edda", "Rausch", "edda", "SUPERVISOR"));
  s.hearth.setPassword("hugo");
  s.hearth.setPassword("edda");

  const hugo = s.as("hugo");
  const edda = s.as("edda");
  known.earlier = await hugo.create("access_report", {
    received_at: "2024-03-12T10:05", received_how: "PHONE", category: "CPS_REPORT",
    narrative: "A neighbor says that Owen, about four, was outside without a coat for an hour, twice in the last week.",
    history_checked: true, present_danger: false, impending_danger: false, egregious: false, agency_involved: false,
    poverty: "NOT_POVERTY",
    participants: [
      { given_name: "Owen", family_name: "Sorrell", role: "CHILD", age_years: 4, sex: "MALE", where_now: "At home",
        tribal_heritage_why: "asked_did_not_know", tribal_heritage_asked: "the caller" },
      { family_name: "Sorrell", role: "PARENT", relation_as_said: "mother", lives_with_child: true, caregiver_class: "PARENT_OR_SIBLING" },
    ],
    allegations: [{ child: "+1", maltreater: "+2", type: "NEGL", when_said: "two afternoons in March", place: "the yard" }],
  });
  await hugo.take(known.earlier, "submit");
  await edda.take(known.earlier, "screen_out", {
    screen_out_reasons: ["NOT_STATUTORY"],
    screen_out_explanation: "An adult was near each time. Nothing seriously endangers the child's health.",
  });
  known.gary = await edda.create("person", { given_name: "Gary", family_name: "Hartwig", birth_date: "1987-06-02", sex: "MALE" });
  await edda.create("maltreatment_finding", {
    person: known.gary.id, determined_on: "2019-09-16", maltreatment: "PHYS", result: "SUBSTANTIATED", found_by: known.lincoln.id,
  });
}

const byHand = { tribal_heritage_why: "asked_did_not_know", tribal_heritage_asked: "the caller" };

// 1. Wed 25 Nov, 13:20. A teacher calls.
export async function theCall(s) {
  const { known } = s;
  const alma = s.as("alma");
  s.at("2026-11-25 13:20");
  known.report = await alma.create("access_report", { received_how: "PHONE" });
  s.at("2026-11-25 13:26");
  const typed = await alma.save(known.report, {
    category: "CPS_REPORT",
    narrative: "Owen has a bruise on his left cheek, the size of a thumb, yellow at the edge. Asked about it he said: " +
      "\"Cole grabbed my face\", last night, because he had left his boots in the hall. The bus takes him home at 15:10. " +
      "He has two sisters, one in high school, one not yet in school.",
    participants: [
      { given_name: "Owen", family_name: "Sorrell", role: "CHILD", age_years: 7, sex: "MALE", where_now: "At school, with the class",
        there_until: "2026-11-25T15:10", condition_now: "Quiet, eats, bruise on the left cheek", school: "Riverbend Elementary School", ...byHand },
      { given_name: "Tessa", role: "CHILD", age_years: 4, sex: "FEMALE", where_now: "At home, the caller thinks", ...byHand },
      { given_name: "Jade", family_name: "Sorrell", role: "CHILD", age_years: 15, sex: "FEMALE", where_now_why: "asked_did_not_know", ...byHand },
      { given_name: "Dana", family_name: "Sorrell", role: "PARENT", sex: "FEMALE", relation_as_said: "mother", lives_with_child: true,
        caregiver_class: "PARENT_OR_SIBLING" },
      { given_name: "Cole", role: "PARENT", sex: "MALE", relation_as_said: "father", lives_with_child: true, caregiver_class: "PARENT_OR_SIBLING" },
    ],
    allegations: [
      { child: "+1", maltreater: "+5", type: "PHYS", happened_on: "2026-11-24", when_said: "last night", place: "At home",
        harm: "Bruise on the left cheek, the size of a thumb" },
    ],
    relations: [
      { who: "+4", kind: "PARENT", of: "+1" },
      { who: "+5", kind: "PARENT", of: "+1" }, // what the caller believes
      { who: "+4", kind: "PARENT", of: "+2" },
      { who: "+5", kind: "PARENT", of: "+2" },
      { who: "+4", kind: "PARENT", of: "+3" },
      { who: "+2", kind: "SIBLING", of: "+1" },
      { who: "+3", kind: "SIBLING", of: "+1" },
    ],
  });
  known.rows = Object.fromEntries(typed.participants.map((row) => [row.given_name.toLowerCase(), row.id]));
  s.at("2026-11-25 13:30");
  known.reporter = await alma.create("reporter", {
    report: known.report.id, role: "TEACHER", given_name: "Paula", family_name: "Reinholt", organization: "Riverbend Elementary School",
    relationship: "his teacher since September", phone: "(715) 555-0161", saw_it: true, mandated: true, wants_feedback: true,
    fears: "That the mother, whom she likes, will not speak to her again.",
    guarded_words: [{ word: "reading corner" }, { word: "Mrs. R." }],
  });
  s.at("2026-11-25 13:33");
  await alma.refused(known.report, "submit", {}, { rule: "required", field: "history_checked" });
  s.at("2026-11-25 13:36");
  await alma.read(known.earlier);
  known.link = await alma.create("related_report", {
    report: known.report.id, earlier: known.earlier.id, why: "SAME_CHILD", note: "The same first and last name, the age fits.",
  });
  s.at("2026-11-25 13:40");
  await alma.save(known.report, {
    street: "412 Alder Street", city: "Rib River", zip: "54499", county: "MARATHON", history_checked: true,
    history_note: "One report of 2024 in Lincoln County about a child of this name.", present_danger: true,
    danger_note: "An injury to the face, and he may be alone with Cole after 15:10.",
    impending_danger_why: "asked_did_not_know", impending_danger_asked: "the caller", egregious: false, agency_involved: false,
  });
  s.at("2026-11-25 13:42");
  const early = { report: known.report.id, recipient: "POLICE", partner: known.police.id, recipient_name: "the dispatcher", told_how: "PHONE" };
  await alma.refusedCreate("notification", { ...early, told_at: "2026-11-25T12:50" }, { field: "told_at", says: "Notice before receipt" });
  s.at("2026-11-25 13:44");
  await alma.take(known.report, "submit");
  known.people = Object.fromEntries(
    (await alma.read(known.report)).participants.map((row) => [row.given_name.toLowerCase(), { entity: "person", id: row.person }]),
  );
}

// 2. 13:58. Screened in; the first worker chosen is refused; 14:02 the police are told.
export async function theScreening(s) {
  const { known } = s;
  const renee = s.as("renee");
  const alma = s.as("alma");
  const decision = {
    screened_in_as: "PRIMARY", response_time: "R24H", aim: "before the bus at 15:10", joint_response: true,
    response_reason: "An injury to the face, said to come from an adult of the home, and he goes home this afternoon.",
    screen_in_reason: "A caregiver is said to have caused a bruise by force. That is physical abuse as the law has it, if it is so.",
  };
  s.at("2026-11-25 13:52");
  await alma.refused(known.report, "screen_in", decision, { status: 403, says: "Only a supervisor of this agency who did not write the report" });
  s.at("2026-11-25 13:55");
  await renee.refused(known.report, "screen_in", { ...decision, response_time: "R0" }, { field: "response_time" });
  s.at("2026-11-25 13:58");
  await renee.take(known.report, "screen_in", decision);
  known.assessment = await renee.one("assessment", { report: known.report.id });
  known.children = await byPerson(renee, "assessment_child", known);
  known.adults = await byPerson(renee, "assessment_adult", known);
  s.at("2026-11-25 14:00");
  const primary = (worker) => ({ worker, role: "PRIMARY", from_at: "2026-11-25T14:00" });
  await renee.refused(known.assessment, "assign", { assignments: [primary(known.pia.id)] }, { rule: "pre_service_training", says: "DCF 43.04" });
  s.at("2026-11-25 14:01");
  await renee.take(known.assessment, "assign", {
    assignments: [primary(known.jonas.id), { worker: known.pia.id, role: "SECONDARY", from_at: "2026-11-25T14:01" }],
  });
  s.at("2026-11-25 14:02");
  known.policeNotice = await alma.create("notification", {
    report: known.report.id, recipient: "POLICE", partner: known.police.id, recipient_name: "Detective M. Foss", told_at: "2026-11-25T14:02",
    told_how: "REFERRAL_PAGE", said: "A bruise on the cheek of a boy of seven, said to come from an adult of the home.",
    agreed: "One interview at the school at 14:40. The officer stays until Cole is out of the home.",
    shared_with: known.policeAgency.id, children: [{ child: known.people.owen.id }],
  });
  s.at("2026-11-25 14:06");
  await s.as("marlene").take(known.policeNotice, "confirm_receipt", { acknowledgement_code: "26-11873" });
}

async function byPerson(desk, entity, known) {
  const found = {};
  for (const part of await desk.all(entity, `&assessment=${known.assessment.id}`)) {
    const [name] = Object.entries(known.people).find(([, person]) => person.id === part.person) ?? [];
    assert.ok(name, `${entity} about somebody whom the call did not name`);
    found[name] = part;
  }
  return found;
}

// 3. 14:40. School: Owen is seen alone, then with the detective. Present danger: yes.
export async function theSchool(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  const owen = known.children.owen.id;
  s.at("2026-11-25 15:02");
  known.schoolContact = await jonas.create("contact", {
    assessment: known.assessment.id, began_at: "2026-11-25T14:40", kind: "FACE_TO_FACE", made: true, place: "SCHOOL",
    place_note: "Riverbend Elementary School, the office of the counselor", initiates: true, police_present: true,
    police_note: "Detective M. Foss, from 14:55",
    summary: "Owen says that Cole \"grabbed my face and squeezed\" in the hall on Tuesday evening. His mother was at work.",
    children: [{ child: owen, seen: true, alone: true, note: "Alone from 14:40, with the detective from 14:55. One interview for both." }],
    others: [{ name: "Detective M. Foss", who: "Rib River Police Department" }],
    photographs: [
      { photo: dataUrl(png(120)), child: owen, taken_by: "Detective M. Foss", taken_at: "2026-11-25T14:58", shows: "Left cheek with a scale" },
      { photo: dataUrl(png(140)), child: owen, taken_by: "Detective M. Foss", taken_at: "2026-11-25T14:59", shows: "Under the jaw on the right" },
    ],
    ended_at: "2026-11-25T15:01",
  });
  s.at("2026-11-25 15:05");
  await jonas.take(known.schoolContact, "finish");
  s.at("2026-11-25 15:07");
  known.dangerSchool = await jonas.create("present_danger_assessment", {
    assessment: known.assessment.id, moment: "FIRST_CONTACT_CHILD", contact: known.schoolContact.id, assessed_at: "2026-11-25T15:06",
    seen_and_heard: "Two fresh bruises of the face; he says who and how; he is afraid to be at home with Cole.",
    children: [{ child: owen, in_danger: true, why: "Injured in the face by an adult who is at home when he comes from school." }],
  });
  s.at("2026-11-25 15:08");
  await jonas.refused(known.dangerSchool, "conclude", {}, { rule: "danger_has_threat" });
  s.at("2026-11-25 15:09");
  await jonas.save(known.dangerSchool, { threats: dangerThreats(owen) });
  s.at("2026-11-25 15:10");
  await jonas.take(known.dangerSchool, "conclude");
}

const dangerThreats = (child) => [
  { threat: "PD04", child, description: "Bruises of the cheek and under the jaw." },
  { threat: "PD11", child, description: "Cole lives in the home and is there in the afternoon." },
];

// 4. 15:55. Home: entry by permission; Tessa is seen; Jade is out, an attempt and not a contact.
export async function theHome(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  const { owen, tessa, jade } = known.children;
  s.at("2026-11-25 15:55");
  known.homeVisit = await jonas.create("contact", {
    assessment: known.assessment.id, began_at: "2026-11-25T15:55", kind: "FACE_TO_FACE", made: true, place: "FAMILY_HOME",
    police_present: true, police_note: "Detective M. Foss", entry: "PERMISSION", entry_by: "Dana Sorrell", told_who_i_am: true,
    allegations_told: true, sheet_given: true, sheet_language: "English",
    children: [{ child: tessa.id, seen: true, alone: true, note: "Plays, speaks freely, no marks seen." }],
    adults: [
      { adult: known.adults.dana.id, note: "Came from work at 15:30. Cried, then asked what Owen needs." },
      { adult: known.adults.cole.id, note: "Says that he took Owen by the chin to make him look, and that boys bruise." },
    ],
    others: [{ name: "Detective M. Foss", who: "Rib River Police Department" }],
  });
  const attempt = {
    assessment: known.assessment.id, began_at: "2026-11-25T16:00", kind: "FACE_TO_FACE", made: false, place: "FAMILY_HOME",
    attempt_note: "Jade is at work until six. Her mother writes to her to come home after that.",
  };
  s.at("2026-11-25 16:02");
  await jonas.refusedCreate("contact", { ...attempt, children: [{ child: jade.id, seen: true, alone: true }] }, { rule: "attempt_sees_nobody" });
  s.at("2026-11-25 16:03");
  known.attempt = await jonas.create("contact", { ...attempt, children: [{ child: jade.id, seen: false }] });
  await jonas.take(known.attempt, "finish");
  s.at("2026-11-25 16:06");
  await jonas.open(known.people.dana);
  await jonas.save(known.adults.dana, { role: "MOTHER" });
  await jonas.save(known.adults.cole, { role: "PARTNER" });
  s.at("2026-11-25 16:08");
  await jonas.save(known.people.owen, { birth_date: "2019-05-14" });
  await jonas.save(known.people.tessa, { family_name: "Hartwig", birth_date: "2022-02-03" });
  await jonas.save(known.people.jade, { birth_date: "2011-08-20" });
  await jonas.save(known.people.cole, { family_name: "Hartwig" });
  s.at("2026-11-25 16:12");
  known.dangerHome = await jonas.create("present_danger_assessment", {
    assessment: known.assessment.id, moment: "FIRST_CONTACT_PARENTS", contact: known.homeVisit.id, assessed_at: "2026-11-25T16:10",
    seen_and_heard: "Cole says that he would do it again when \"nothing else works\". Dana did not know of it. Tessa has no marks.",
    children: [
      { child: owen.id, in_danger: true, why: "Cole is at home, sees nothing wrong in it, and Owen is his target." },
      { child: tessa.id, in_danger: false, why: "No marks, no fear, cared for by both; nothing was said or seen." },
    ],
    threats: dangerThreats(owen.id),
  });
  s.at("2026-11-25 16:13");
  await jonas.take(known.dangerHome, "conclude");
  s.at("2026-11-25 16:14");
  await jonas.refused(known.homeVisit, "left_home", { ended_at: "2026-11-25T16:14" }, { rule: "plan_in_place", says: "neither a protective plan nor custody" });
}

// 5. 16:20. Asked again about heritage; Cole is not Owen's father; the tribal worker joins.
export async function theHeritage(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  const { owen, tessa, jade, cole } = known.people;
  s.at("2026-11-25 16:18");
  known.ruth = await jonas.create("person", { given_name: "Ruth", family_name: "Sorrell", birth_date: "1958-10-30", sex: "FEMALE" });
  known.adults.ruth = await jonas.create("assessment_adult", {
    assessment: known.assessment.id, person: known.ruth.id, role: "GRANDPARENT", lives_in_home: false,
  });
  s.at("2026-11-25 16:23");
  const ruthSays = {
    asked_at: "2026-11-25T16:20", asked_of: "Ruth, the grandmother", asked_person: known.ruth.id, answer: "REASON_TO_KNOW",
    in_words: "His father was enrolled, at Lac du Flambeau, or perhaps it was Bois Forte over in Minnesota.",
    indicators: ["PARTICIPANT", "FOUND"], nation: known.flambeau.id,
    further_nations: [{ nation: known.boisForte.id, note: "Ruth is not sure which of the two." }],
  };
  known.inquiryOwen = await jonas.create("tribal_inquiry", { person: owen.id, ...ruthSays });
  known.inquiryJade = await jonas.create("tribal_inquiry", { person: jade.id, ...ruthSays, in_words: "The same father as Owen's." });
  s.at("2026-11-25 16:25");
  known.inquiryTessa = await jonas.create("tribal_inquiry", {
    person: tessa.id, asked_at: "2026-11-25T16:24", asked_of: "Dana and Cole", asked_person: known.people.dana.id, answer: "NO_TRIBE_KNOWN",
    in_words: "Neither of them knows of a tribe in the family. Asked again next time.",
  });
  s.at("2026-11-25 16:28");
  known.coleOfOwen = await jonas.one("relationship", { person: cole.id, other: owen.id });
  await jonas.take(known.coleOfOwen, "refute", {
    refuted_at: "2026-11-25T16:20",
    refuted_reason: "Dana and Ruth both say that Owen's father died in 2021. Cole came into the family later; he is Tessa's father.",
  });
  s.at("2026-11-25 16:38");
  await jonas.save(known.homeVisit, { others: [{ name: "C. Denning", who: "Lac du Flambeau Indian Child Welfare", by_telephone: true }] });
  s.at("2026-11-25 16:40");
  known.effort = await jonas.create("active_effort", {
    assessment: known.assessment.id, done_at: "2026-11-25T16:35", kind: "TRIBE_INVITED",
    what: "The tribal worker was called and takes part in the planning, by telephone, from now on.",
    who: "C. Denning, Dana, Ruth, the worker", contact: known.homeVisit.id,
    outcome: "She will ask the enrollment office on Friday and comes to the next meeting.",
    children: [{ child: known.children.owen.id }, { child: known.children.jade.id }],
  });
}

// 6. 16:50. The protective plan: Gary is refused, Ruth is checked and accepted, Cole leaves.
export async function thePlan(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  s.at("2026-11-25 16:50");
  known.plan = await jonas.create("protective_plan", {
    assessment: known.assessment.id, family_address: "412 Alder Street, Rib River", family_phone: "(715) 555-0171",
    strengths: "Owen says what happens to him, and Jade looks out for him. Dana came home at once. Ruth lives ten minutes away.",
    what_happens: "When Cole gets angry he counts, and then he grabs Owen by the face. On Tuesday it left bruises.",
    what_we_do: "Cole stays somewhere else for now and does not come to the house. Dana is with the children by day. " +
      "Ruth is here from 17:00 to 07:30. Nobody grabs, squeezes or hits.",
    if_not_working: "If Cole comes, or Owen is afraid: call Ruth, then the county. In danger call 911.",
    agency_phone: "(715) 555-0100 by day, (715) 555-0199 at night",
    children: [{ child: known.children.owen.id, stays: "At home with his mother, at night also with Ruth" }],
    household: [
      { adult: known.adults.dana.id, part: "Is with the children by day, lets nobody but Ruth take over" },
      { adult: known.adults.cole.id, part: "Leaves tonight and does not come to the house", leaves_home: true, staying: "With his brother" },
    ],
    dangers: [
      { threat: "PD04", how_it_shows: "He grabs my face when he is angry.", how_controlled: "Cole is not in the house." },
      { threat: "PD11", how_it_shows: "Cole lives here and is home when I come from school.", how_controlled: "Cole stays elsewhere; Ruth is here from 17:00." },
    ],
  });
  const gary = {
    person: known.gary.id, relation: "Cole's brother", phone: "(715) 555-0180", checked_how: "RECORDS", checked_at: "2026-11-25T17:00",
    checked_by: known.jonas.id, check_result: "AGAINST", check_note: "Findings of earlier assessments",
  };
  const nights = { days: "Every night, Sunday to Saturday", days_per_week: 7, times: "17:00 to 07:30", place: "At the children's home" };
  s.at("2026-11-25 17:02");
  const asked = { ...gary, address_why: "not_asked", accepted: true, ...nights, does: "Sleeps there", parent_role: "Dana is there too" };
  await jonas.refusedSave(known.plan, { providers: [asked] }, { field: "accepted", says: "substantiated finding" });
  s.at("2026-11-25 17:03");
  await jonas.save(known.plan, { providers: [{ ...gary, address_why: "not_asked", accepted: false }] });
  s.at("2026-11-25 17:20");
  const filled = await jonas.save(known.plan, {
    tribe_involved: true, tribe_note: "Lac du Flambeau Indian Child Welfare, C. Denning, by telephone; Bois Forte is told too",
    providers: [{
      person: known.ruth.id, relation: "Grandmother of Owen and Jade", phone: "(715) 555-0181", address: "9 Spring Lane, Rib River",
      checked_how: "TELEPHONE", checked_at: "2026-11-25T17:12", checked_by: known.jonas.id, check_result: "NOTHING_AGAINST",
      check_note: "No report, no finding, no order. She is well, drives, and says that she will call.", accepted: true, ...nights,
      does: "Is awake until the children sleep, sleeps downstairs, opens to nobody",
      parent_role: "Dana cooks, puts the children to bed and is in the house", tribal_involvement: "C. Denning calls Ruth on Friday",
    }],
    planned_reviews: [{ on_day: "2026-12-02", how: "At the house, Jonas Webb" }],
    copies: [known.people.dana, known.people.cole, known.ruth].map(({ id }) => ({ person: id, hide_addresses: false })),
  });
  known.copies = Object.fromEntries(["dana", "cole", "ruth"].map((name, i) => [name, filled.copies[i].id]));
  s.at("2026-11-25 17:28");
  await jonas.save(known.homeVisit, {
    summary: "Cole packs a bag and leaves at 17:25 with his brother. Dana asks what she can tell Owen; we find the words together.",
    views: [
      { who: "Detective M. Foss", about: "Whether to arrest", view: "Would arrest tonight: an injury to the face, and he does not see that it was wrong." },
      { who: "Jonas Webb", about: "Whether to arrest", view: "With Cole out of the home and Ruth there, Owen is safe tonight. That is for the officer to decide." },
    ],
  });
}

// 7, first half: 18:20. Jade comes home, is seen alone, adds a line of her own.
export async function jadeComesHome(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  s.at("2026-11-25 18:20");
  known.jadeContact = await jonas.create("contact", {
    assessment: known.assessment.id, began_at: "2026-11-25T18:20", kind: "FACE_TO_FACE", made: true, place: "FAMILY_HOME",
    entry: "PERMISSION", entry_by: "Dana Sorrell", told_who_i_am: true,
    summary: "Jade is glad that it is said. She is not afraid for herself. She wants to be asked before things are decided.",
    children: [{ child: known.children.jade.id, seen: true, alone: true }],
  });
  s.at("2026-11-25 18:30");
  known.dangerJade = await jonas.create("present_danger_assessment", {
    assessment: known.assessment.id, moment: "FIRST_CONTACT_CHILD", contact: known.jadeContact.id, assessed_at: "2026-11-25T18:28",
    seen_and_heard: "Seen alone. No marks, no fear, comes and goes as she likes; trusts Ruth.",
    children: [{ child: known.children.jade.id, in_danger: false, why: "Nothing was said or seen that harms her now." }],
  });
  await jonas.take(known.dangerJade, "conclude");
}

// 7, second half: read back, signed, approved by telephone, left.
export async function theSigning(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  const drawn = dataUrl(png(10, { side: 32, noise: true }));
  s.at("2026-11-25 18:33");
  await jonas.save(known.plan, { own_words: [{ who: "Jade", words: "I want Owen to have the room next to mine." }] });
  s.at("2026-11-25 18:36");
  const reading = { read_back_at: "2026-11-25T18:35", read_back_language: "English" };
  await jonas.refused(known.plan, "read_back", reading, { rule: "addresses_protected" });
  s.at("2026-11-25 18:38");
  await jonas.save(known.plan, { copies: [{ id: known.copies.cole, hide_addresses: true }] });
  await jonas.take(known.plan, "read_back", reading);
  s.at("2026-11-25 18:45");
  await jonas.take(known.plan, "sign", {
    signatures: [
      { person: known.people.dana.id, name: "Dana Sorrell", role: "PARENT", way: "DRAWN", signed_at: "2026-11-25T18:41", drawn },
      { person: known.people.cole.id, name: "Cole Hartwig", role: "HOUSEHOLD_MEMBER", way: "SPOKEN", signed_at: "2026-11-25T18:43" },
      { person: known.people.jade.id, name: "Jade Sorrell", role: "CHILD", way: "DRAWN", signed_at: "2026-11-25T18:44", drawn,
        own_line: "I will call Ruth first." },
    ],
  });
  s.at("2026-11-25 18:51");
  const byTelephone = (worker) => ({ telephone_approved_by: worker.id, telephone_approved_at: "2026-11-25T18:50" });
  await jonas.refused(known.plan, "record_telephone_approval", byTelephone(known.renee), { rule: "everyone_signed" });
  s.at("2026-11-25 18:52");
  await jonas.take(known.plan, "sign", {
    signatures: [{ person: known.ruth.id, name: "Ruth Sorrell", role: "PROVIDER", way: "PAPER", signed_at: "2026-11-25T18:46", photo_why: "could_not_be_obtained" }],
  });
  s.at("2026-11-25 18:53");
  await jonas.refused(known.plan, "record_telephone_approval", byTelephone(known.jonas), { rule: "another_person" });
  await jonas.refused(known.homeVisit, "left_home", { ended_at: "2026-11-25T18:53" }, { rule: "plan_in_place", says: "approve it by telephone" });
  s.at("2026-11-25 18:54");
  await jonas.take(known.plan, "record_telephone_approval", byTelephone(known.renee));
  s.at("2026-11-25 19:00");
  await jonas.take(known.plan, "record_copies", {
    copies: [
      { id: known.copies.dana, way: "PRINTED", given_at: "2026-11-25T18:58" },
      { id: known.copies.cole, way: "SECURE_MESSAGE", given_at: "2026-11-25T18:59" },
      { id: known.copies.ruth, way: "PRINTED", given_at: "2026-11-25T18:58" },
    ],
  });
  s.at("2026-11-25 19:05");
  await jonas.take(known.homeVisit, "left_home", { ended_at: "2026-11-25T19:05" });
  s.at("2026-11-25 19:06");
  await jonas.take(known.jadeContact, "left_home", { ended_at: "2026-11-25T19:05" });
}

// 8. Thanksgiving: what stood on paper is entered; both tribes are told.
export async function theNextDay(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  s.at("2026-11-26 09:10");
  known.approvalCall = await jonas.create("contact", {
    assessment: known.assessment.id, began_at: "2026-11-25T18:47", ended_at: "2026-11-25T18:50", kind: "TELEPHONE", made: true,
    summary: "Written on paper at 18:50: Renee Okafor heard the plan read, asked who sleeps where, and approved it.",
    others: [{ name: "Renee Okafor", who: "Supervisor", by_telephone: true }],
  });
  await jonas.take(known.approvalCall, "finish");
  s.at("2026-11-26 09:20");
  await s.as("gordon").refused(known.plan, "confirm_approval", {}, { rule: "own_word" });
  s.at("2026-11-26 09:30");
  await s.as("renee").take(known.plan, "confirm_approval");
  const children = [{ child: known.people.owen.id }, { child: known.people.jade.id }];
  const told = {
    report: known.report.id, recipient: "TRIBE", told_how: "PHONE",
    said: "Name and address of Owen and Jade, and that a report is being assessed.",
  };
  const denning = { ...told, nation: known.flambeau.id, recipient_name: "C. Denning, Indian Child Welfare", told_at: "2026-11-26T10:02" };
  s.at("2026-11-26 10:03");
  await jonas.refusedCreate("notification", denning, { rule: "tribe_and_child_named" });
  s.at("2026-11-26 10:04");
  known.flambeauNotice = await jonas.create("notification", { ...denning, shared_with: known.tribalAgency.id, children });
  s.at("2026-11-26 10:06");
  known.boisForteNotice = await jonas.create("notification", {
    ...told, nation: known.boisForte.id, recipient_name: "the designated agent's line", told_at: "2026-11-26T10:05", children,
  });
  s.at("2026-11-26 11:15");
  await s.as("carla").take(known.flambeauNotice, "confirm_receipt", { acknowledgement_code: "ICW-2026-88" });
}
