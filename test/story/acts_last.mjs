// The story, its last steps: what is found, the opened case, and the review that is asked for later.

// 14. Fri 8 Jan 2027: what was alleged waits to be determined; Cole is found to have done it. The notice goes
// out on Monday, and nothing stands with him yet.
export async function theFindings(s) {
  const { known } = s;
  const [elena, renee] = [s.as("elena"), s.as("renee")];
  s.at("2027-01-08 13:00");
  const determination = (maltreatment) => elena.one("determination", { assessment: known.assessment.id, maltreatment });
  known.found = await determination("PHYS");
  await elena.save(known.found, {
    result: "SUBSTANTIATED", by_this_person: true,
    reasons: "Owen and Jade tell the same apart from each other, and the bruises fit a hand.",
  });
  await elena.refused(known.found, "submit", {}, { rule: "rests_on_something" });
  await elena.save(known.found, { evidence: [{ contact: known.schoolContact.id, says: "Bruises of the cheek and the jaw; Owen says who" }] });
  await elena.take(known.found, "submit");
  known.exposed = await determination("EXPO");
  await elena.save(known.exposed, {
    result: "SUBSTANTIATED", by_this_person: true, reasons: "Jade says it once and plainly, and Cole does not deny that he stayed.",
    evidence: [{ contact: known.eveningVisit.id, says: "What Jade said with Ruth in the next room" }],
  });
  await elena.take(known.exposed, "submit");
  s.at("2027-01-08 13:30");
  const neglect = {
    assessment: known.assessment.id, report: known.report.id, child: known.children.owen.id, maltreatment: "NEGL",
    maltreater: known.adults.dana.id, poverty: "POVERTY_ALONE", poverty_note: "Care at night is not to be had for what Dana earns.",
    reasons: "The children were alone with Cole at night.",
  };
  await elena.refusedCreate("determination", { ...neglect, result: "SUBSTANTIATED", by_this_person: false }, { rule: "poverty_is_not_neglect" });
  known.poverty = await elena.create("determination", { ...neglect, result: "UNSUBSTANTIATED" });
  await elena.take(known.poverty, "submit");
  await elena.refused(known.found, "approve", {}, { status: 403, says: "who did not write it" });
  s.at("2027-01-08 16:10");
  for (const determined of [known.found, known.exposed, known.poverty]) await renee.take(determined, "approve");
  known.substantiation = await elena.one("substantiation", { determination: known.found.id });
  s.at("2027-01-11 10:00");
  const notice = { notice_sent_on: "2027-01-11", notice_address: "9 Mill Road, Rib River" };
  await elena.refused(known.substantiation, "send_notice", { ...notice, notice_sent_on: "2027-01-07" }, { field: "notice_sent_on" });
  await elena.take(known.substantiation, "send_notice", notice);
  await elena.refused(known.substantiation, "close_window", {}, { rule: "window_is_over" });
}

// 15. Tue 12 Jan, day 48: a case is opened; the family, the tribal worker and the ongoing worker meet; the
// teacher gets a limited letter.
export async function theCase(s) {
  const { known } = s;
  const [renee, salma, alma] = [s.as("renee"), s.as("salma"), s.as("alma")];
  s.at("2027-01-12 09:00");
  await renee.refused(known.assessment, "close", { outcome: "CLOSE_SAFE", closing_note: "The plan works." }, { rule: "safe_means_safe" });
  await renee.take(known.assessment, "close", {
    outcome: "OPEN_VOLUNTARY", closing_note: "The children stay at home with the safety plan; Dana asks us to go on.",
  });
  known.case = await renee.one("family_case", { assessment: known.assessment.id });
  known.salma = await renee.one("worker", { login: "salma" });
  await renee.take(known.case, "assign", { assignments: [{ worker: known.salma.id, role: "PRIMARY", from_at: "2027-01-12T09:10" }] });
  s.at("2027-01-12 18:30");
  known.transition = await salma.create("transition_meeting", {
    family_case: known.case.id, planned_at: "2027-01-12T17:00", place: "At Ruth's table",
    present: [{ worker: known.salma.id }],
  });
  const held = {
    held_at: "2027-01-12T17:00", plan_looked_at: true, plan_works: "The nights are covered.",
    family_says: "Jade: that nobody asks me again what happened.", agreed: "Every second Tuesday at 17:00.",
    tribe: "C. Denning took part by telephone.",
  };
  await salma.refused(known.transition, "hold", held, { rule: "family_was_there" });
  await salma.save(known.transition, { present: [{ person: known.people.dana.id }, { person: known.people.jade.id }] });
  await salma.take(known.transition, "hold", held);
  known.feedback = await alma.create("reporter_feedback", {
    report: known.report.id, reporter: known.reporter.id, told_at: "2027-01-12T10:00", told_how: "MAIL", said: "ACTED_SERVICES",
  });
}

// Later: Cole asks for a review within the 15 days, and until it is over a background check finds nothing.
export async function theReview(s) {
  const { known } = s;
  const [elena, renee] = [s.as("elena"), s.as("renee")];
  s.at("2027-01-22 11:00");
  await elena.take(known.substantiation, "ask_review", { request_received_on: "2027-01-22" });
  known.check = await renee.create("background_check", {
    agency: known.assessment.agency, person: known.people.cole.id, asked_by: "Child care licensing", authority: "48.685", asked_on: "2027-01-22",
  });
  await renee.take(known.check, "answer");
}
