// The story between the plan and the safety decision: the weekly reviews, a second report, another worker, and an
// earlier report that was about another child.
import assert from "node:assert/strict";
import { dataUrl, png } from "./picture.mjs";

const drawn = dataUrl(png(10, { side: 32, noise: true }));

// 9. Wed 2 Dec: the weekly review. One visit, recorded once, serves three children; two questions stay open.
export async function theFirstReview(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  const { owen, tessa, jade } = known.children;
  s.at("2026-11-27 11:00");
  await jonas.take(known.plan, "attach_scan", { scan: dataUrl(png(200, { side: 64, noise: true })) });
  s.at("2026-12-02 16:40");
  known.reviewVisit = await jonas.create("contact", {
    assessment: known.assessment.id, began_at: "2026-12-02T15:45", kind: "FACE_TO_FACE", made: true, place: "FAMILY_HOME",
    entry: "PERMISSION", entry_by: "Dana Sorrell", told_who_i_am: true, allegations_told: true, sheet_given: true, sheet_language: "English",
    summary: "Owen shows his room. The bruises are gone. Tessa asks for Cole. Jade says that the evenings are quiet.",
    children: [owen, tessa, jade].map(({ id }) => ({ child: id, seen: true, alone: true })),
    adults: [{ adult: known.adults.dana.id }, { adult: known.adults.ruth.id }],
  });
  s.at("2026-12-02 16:45");
  await jonas.take(known.reviewVisit, "left_home", { ended_at: "2026-12-02T16:35" });
  s.at("2026-12-02 16:50");
  known.circumstances = (await jonas.all("information_area", `&assessment=${known.assessment.id}`)).find(({ area }) => area === "CIRCUMSTANCES");
  const open = (question, asked) => ({ question, answer_why: "could_not_be_obtained", answer_asked: asked });
  await jonas.save(known.circumstances, {
    questions: [
      open("Was there an earlier call to the police at another address?", "Dana and Ruth"),
      open("Who took Owen to the doctor in 2025?", "Dana"),
    ],
  });
  s.at("2026-12-02 16:55");
  known.firstReview = await jonas.create("protective_plan_review", {
    assessment: known.assessment.id, plan: known.plan.id, reviewed_at: "2026-12-02T16:00", contact: known.reviewVisit.id,
    spoke_with: "The three children, Dana, Ruth", result: "ADEQUATE", how: "Everybody does what was agreed. Cole has called twice.",
  });
}

// 10. Fri 4 Dec, 15:40: the school nurse reports what Jade told her. A report of its own, with clocks of its own.
export async function theSecondReport(s) {
  const { known } = s;
  const [alma, renee] = [s.as("alma"), s.as("renee")];
  s.at("2026-12-04 15:40");
  known.second = await alma.create("access_report", {
    received_how: "PHONE", category: "CPS_REPORT",
    narrative: "Jade said today that Cole came into the bathroom several times in September while she was bathing, and that he stayed.",
    participants: [
      { given_name: "Jade", family_name: "Sorrell", role: "CHILD", age_years: 15, sex: "FEMALE", where_now: "At school until 16:30",
        tribal_heritage: "REASON_TO_KNOW", tribal_nation: known.flambeau.id, person: known.people.jade.id },
      { given_name: "Cole", family_name: "Hartwig", role: "CAREGIVER", relation_as_said: "Mom's boyfriend", sex: "MALE",
        lives_with_child: false, caregiver_class: "SAME_DWELLING", person: known.people.cole.id },
    ],
    allegations: [{ child: "+1", maltreater: "+2", type: "EXPO", when_said: "in September", place: "At home" }],
    street: "412 Alder Street", city: "Rib River", zip: "54499", county: "MARATHON",
    history_checked: true, history_note: "Assessment open since 25 November.",
    present_danger_why: "asked_did_not_know", present_danger_asked: "the caller", impending_danger: true, egregious: false, agency_involved: false,
  });
  s.at("2026-12-04 15:50");
  known.nurse = await alma.create("reporter", {
    report: known.second.id, role: "NURSE", given_name: "Ines", family_name: "Overby", organization: "Riverbend High School",
    phone: "(715) 555-0165", mandated: true,
  });
  s.at("2026-12-04 15:55");
  await alma.take(known.second, "submit");
  s.at("2026-12-04 16:00");
  await renee.take(known.second, "screen_in", {
    screened_in_as: "PRIMARY", response_time: "R24H", aim: "before she goes home", joint_response: true,
    response_reason: "What she says is new, and Cole knows where she is.",
    screen_in_reason: "A caregiver of the household is said to have exposed a child.", joins_assessment: known.assessment.id,
  });
  s.at("2026-12-04 16:06");
  known.secondNotice = await alma.create("notification", {
    report: known.second.id, recipient: "POLICE", partner: known.police.id, recipient_name: "Detective M. Foss",
    told_at: "2026-12-04T16:05", told_how: "PHONE", shared_with: known.policeAgency.id,
  });
  s.at("2026-12-04 17:20");
  const late = { received_at: "2026-12-04T17:15" };
  await renee.refusedCorrection(known.second, "Typed from the clock on the wall", late, { rule: "no_notice_before_receipt", says: "before" });
  s.at("2026-12-04 17:22");
  await renee.correct(known.second, "The telephone shows 15:41", { received_at: "2026-12-04T15:41" });
  s.at("2026-12-04 17:25");
  await renee.correct(known.second, "15:41 was the end of the ringing", { received_at: "2026-12-04T15:40" });
  await theEvening(s);
}

// That evening Jade is seen, danger is judged again, the plan is amended and signed again.
async function theEvening(s) {
  const { known } = s;
  const jonas = s.as("jonas");
  const { owen, jade } = known.children;
  s.at("2026-12-04 18:40");
  known.eveningVisit = await jonas.create("contact", {
    assessment: known.assessment.id, began_at: "2026-12-04T18:10", ended_at: "2026-12-04T18:38", kind: "FACE_TO_FACE", made: true,
    place: "RELATIVE_HOME", place_note: "At Ruth's", police_present: true, police_note: "Detective M. Foss",
    summary: "Jade says it once, to both of us, with Ruth in the next room.",
    children: [{ child: jade.id, seen: true, alone: true }],
  });
  await jonas.take(known.eveningVisit, "finish");
  s.at("2026-12-04 18:45");
  known.dangerAgain = await jonas.create("present_danger_assessment", {
    assessment: known.assessment.id, moment: "NEW_REPORT", contact: known.eveningVisit.id, assessed_at: "2026-12-04T18:42",
    seen_and_heard: "Jade is afraid of meeting Cole alone. He has written to her twice this week.",
    children: [
      { child: jade.id, in_danger: true, why: "Cole seeks her out and she does not feel safe." },
      { child: owen.id, in_danger: true, why: "Nothing has changed for Cole." },
    ],
    threats: [
      { threat: "PD11", description: "Cole knows their ways and writes to Jade." },
      { threat: "PD15", child: jade.id, description: "Afraid to be home alone." },
    ],
  });
  await jonas.take(known.dangerAgain, "conclude");
  s.at("2026-12-04 18:50");
  await jonas.take(known.plan, "amend");
  known.amended = await jonas.one("protective_plan", { amends: known.plan.id });
  s.at("2026-12-04 18:58");
  await jonas.save(known.amended, {
    what_we_do: "Cole stays somewhere else, does not come to the house and writes to nobody but the worker. Dana is with the children " +
      "by day. Ruth is here from 17:00 to 07:30. Jade is met after school by Ruth.",
    children: [{ child: jade.id, stays: "At home, met after school by Ruth" }],
    planned_reviews: [{ on_day: "2026-12-09", how: "At the house" }],
  });
  s.at("2026-12-04 19:10");
  await jonas.take(known.amended, "read_back", { read_back_at: "2026-12-04T19:08", read_back_language: "English" });
  s.at("2026-12-04 19:20");
  await jonas.take(known.amended, "sign", {
    signatures: [
      { person: known.people.dana.id, name: "Dana Sorrell", role: "PARENT", way: "DRAWN", signed_at: "2026-12-04T19:12", drawn },
      { person: known.people.cole.id, name: "Cole Hartwig", role: "HOUSEHOLD_MEMBER", way: "SPOKEN", signed_at: "2026-12-04T19:16" },
      { person: known.ruth.id, name: "Ruth Sorrell", role: "PROVIDER", way: "DRAWN", signed_at: "2026-12-04T19:14", drawn },
    ],
  });
  await jonas.take(known.amended, "submit");
  s.at("2026-12-04 19:31");
  await s.as("renee").take(known.amended, "approve");
}

// 11. Mon 7 Dec: the worker is suddenly on leave. What would move is shown beside what the other carries; all moves with one act.
export async function theLeave(s) {
  const { known } = s;
  const renee = s.as("renee");
  s.at("2026-12-07 08:10");
  const typed = await s.hearth.signIn("jonas"); // what he typed on Friday night and did not save
  await typed.post("/draft", {
    draft_place: `work/assessment/${known.assessment.id}/family`, draft_title: "Sorrell family, before the review", family_name: "Sorrell",
  });
  s.at("2026-12-07 08:15");
  const stays = (await renee.whatMoves(known.jonas, known.pia)).find((one) => one.id === known.assessment.id);
  assert.deepEqual(stays.problems.map(({ code }) => code), ["pre_service_training"]);
  const moves = (await renee.whatMoves(known.jonas, known.elena)).find((one) => one.id === known.assessment.id);
  assert.deepEqual(moves.problems, []);
  known.handOver = await renee.handOver(known.jonas, known.elena, "On leave since this morning");
}

// 12. Wed 9 Dec: the new worker holds the review that was due, and finds that the report of 2024 is about another child.
export async function theMistake(s) {
  const { known } = s;
  const [elena, renee] = [s.as("elena"), s.as("renee")];
  s.at("2026-12-09 17:00");
  known.secondReview = await elena.create("protective_plan_review", {
    assessment: known.assessment.id, plan: known.amended.id, reviewed_at: "2026-12-09T16:30", spoke_with: "Dana, Ruth and the three children",
    result: "REPLACE_WITH_SAFETY_PLAN", how: "The plan holds. The family is ready to talk about what comes after.",
  });
  s.at("2026-12-09 17:20");
  await elena.take(known.link, "unlink", {
    unlink_reason: "The boy of 2024 was born on 3 January 2020 and lives in Lincoln County. Another child of the same name.",
  });
  s.at("2026-12-10 09:00");
  const stands = { reconfirm_note: "The report of 2024 is about another child. What was seen and said on 25 November carries it alone." };
  await elena.refused(known.report, "reconfirm", stands, { status: 403 });
  await renee.take(known.report, "reconfirm", stands);
  for (const judged of [known.dangerSchool, known.dangerHome]) await renee.take(judged, "reconfirm", stands);
}
