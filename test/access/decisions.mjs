// Who takes which decision of Access and of the initial assessment (D1 to D18), and who is refused it. Read by
// decisions.test.mjs, which tries every cell with a worker of every role.
//
//   d        the decision
//   step     entity.transition of the practice model
//   on       the record it is taken on, by its name in the story; of a "start": what it is made for, { field: name }
//   right    who may, by sign-in name; everybody else of `staff` is refused
//   words    what the refusal says to who may read the record: who may, and what to do instead
//   guard    the rule that refuses it to another agency's worker, who might do the same on a record of their own
//   author   four eyes: what somebody who may otherwise decide has written in it, and may then no longer

// One worker of each role, and those whose role is right and whose place is not.
export const staff = {
  alma: "access worker",
  jonas: "assessment worker, not assigned any more",
  elena: "assessment worker, assigned",
  pia: "assessment worker in training, secondary",
  nils: "on-call designee",
  salma: "ongoing worker",
  renee: "supervisor",
  gordon: "another supervisor",
  carla: "tribal worker",
  marlene: "police partner",
  ada: "adoption worker",
  theo: "privacy officer",
  ines: "administrator",
  omar: "state auditor",
  hugo: "access worker of another county",
  edda: "supervisor of another county",
};

const supervisors = ["renee", "gordon"];
const screeners = [...supervisors, "nils"];
const takers = ["alma", "nils", ...supervisors];
const assigned = ["elena", "pia"];
const withFamilies = ["alma", "jonas", "elena", "pia", "salma", "ada", ...supervisors, "hugo", "edda"];

const callTaker = /takes calls.*Ask whoever is on call/;
const screener = /supervisor of this agency who did not write the report.*designee.*Ask another supervisor/;
const ofAgency = /worker of the agency that has this.*Ask one of them|with another agency.*ask it to hand the report over/;
const supervisor = /supervisor of the agency that has this.*Ask one of them/;
const worker = /assigned to this assessment.*Ask your supervisor to assign you/;
const secondPerson = /supervisor of this agency who did not write it.*Ask another supervisor/;
const notifier = /agency that made the determination.*Ask one of them/;

const why = "Looked at again for this test.";

export const decisions = [
  // 1. Contact received: what it is.
  { d: "D1", step: "access_report.start", on: {}, right: [...takers, "jonas", "elena", "pia", "hugo", "edda"], words: callTaker },
  { d: "D1", step: "access_report.submit", on: "report", right: [...takers, "elena"], words: callTaker },
  { d: "D1", step: "access_report.close", on: "report", right: [...takers, "elena"], words: callTaker },
  { d: "D1", step: "report_addition.start", on: { report: "report" }, right: [...takers, "jonas", "elena", "pia"], words: callTaker },
  // 2. A report is evaluated: an Indian child? who is told?
  { d: "D3", step: "tribal_inquiry.start", on: { person: "owen" }, right: withFamilies, words: /who work with families.*Ask one of them/ },
  { d: "D4", step: "notification.start", on: { report: "report" }, right: [...takers, "jonas", "elena", "pia"], words: ofAgency, guard: "of_our_report" },
  // 3. Screening (D2 and D6 are answers of it), and another agency that must look (D7).
  { d: "D2 D5 D6", step: "access_report.screen_in", on: "report", right: screeners, words: screener, author: { screen_in_reason: why } },
  { d: "D5", step: "access_report.screen_out", on: "report", right: screeners, words: screener },
  { d: "D5", step: "access_report.return", on: "report", right: screeners, words: screener },
  { d: "D5", step: "access_report.reconfirm", on: "report", right: screeners, words: screener },
  { d: "D5 D7", step: "report_transfer.start", on: { report: "otherReport" }, right: [...supervisors, "edda"], words: /supervisor of the agency that has the report.*Ask one of them/ },
  { d: "D5 D7", step: "report_transfer.return", on: "transfer", right: ["edda"], words: /supervisor of the agency that receives it.*Ask one of them/ },
  { d: "D5 D7", step: "report_transfer.accept", on: "transfer", right: ["edda"], words: /supervisor of the agency that receives it.*Ask one of them/ },
  // 4. Assignment, with its gate of training.
  { d: "D7", step: "assessment.assign", on: "assessment", right: supervisors, words: /supervisor of the agency that has this assessment.*Ask one of them/ },
  // 5. Present danger, and what controls it.
  { d: "D8", step: "present_danger_assessment.conclude", on: "dangerHome", right: assigned, words: worker },
  { d: "D8", step: "present_danger_assessment.reconfirm", on: "dangerHome", right: supervisors, words: secondPerson },
  { d: "D9", step: "protective_plan.submit", on: "plan", right: assigned, words: worker },
  { d: "D9", step: "protective_plan.decline", on: "plan", right: assigned, words: worker },
  { d: "D9", step: "protective_plan.record_telephone_approval", on: "plan", right: assigned, words: worker },
  { d: "D9", step: "protective_plan.approve", on: "plan", right: supervisors, words: secondPerson, author: { strengths: why } },
  { d: "D9", step: "protective_plan.return", on: "plan", right: supervisors, words: secondPerson },
  { d: "D9", step: "protective_plan.confirm_approval", on: "plan", right: supervisors, words: secondPerson },
  { d: "D9", step: "protective_plan.deny_approval", on: "plan", right: supervisors, words: secondPerson },
  { d: "D10", step: "protective_plan_review.start", on: { assessment: "assessment" }, right: assigned, words: worker },
  { d: "D10", step: "protective_plan.amend", on: "plan", right: assigned, words: worker },
  { d: "D10", step: "protective_plan.end", on: "plan", right: supervisors, words: supervisor },
  { d: "D8 D9", step: "contact.left_home", on: "homeVisit", right: assigned, words: worker },
  // 6. Threats against the threshold.
  { d: "D11", step: "impending_danger.conclude", on: "violent", right: assigned, words: worker },
  { d: "D11", step: "impending_danger.look_again", on: "violent", right: assigned, words: worker },
  { d: "D11", step: "impending_danger.no_longer", on: "violent", right: assigned, words: worker },
  // 7. The safety decision and the plan.
  { d: "D13", step: "safety_analysis.complete", on: "analysis", right: assigned, words: worker },
  { d: "D12", step: "safety_decision.submit", on: "decision", right: assigned, words: worker },
  { d: "D12", step: "safety_decision.approve", on: "decision", right: supervisors, words: secondPerson, author: { reasons: why } },
  { d: "D12", step: "safety_decision.return", on: "decision", right: supervisors, words: secondPerson },
  { d: "D12", step: "safety_decision.reconfirm", on: "decision", right: supervisors, words: secondPerson },
  { d: "D13", step: "safety_plan.submit", on: "safetyPlan", right: assigned, words: worker },
  { d: "D13", step: "safety_plan.approve", on: "safetyPlan", right: supervisors, words: secondPerson, author: { strengths: why } },
  { d: "D13", step: "safety_plan.return", on: "safetyPlan", right: supervisors, words: secondPerson },
  { d: "D13", step: "safety_plan.end", on: "safetyPlan", right: supervisors, words: supervisor },
  { d: "D12", step: "setting_safety.submit", on: "setting", right: assigned, words: worker },
  { d: "D12", step: "setting_safety.approve", on: "setting", right: supervisors, words: secondPerson, author: { setting: why } },
  { d: "D12", step: "setting_safety.return", on: "setting", right: supervisors, words: secondPerson },
  // 8. Out of the home.
  { d: "D14", step: "temporary_custody.record_authority", on: "custody", right: assigned, words: worker },
  { d: "D15", step: "temporary_custody.record_hearing", on: "custody", right: assigned, words: worker },
  { d: "D15", step: "temporary_custody.release", on: "custody", right: assigned, words: worker },
  // 9. What is found, and who did it.
  { d: "D16 D17", step: "determination.submit", on: "found", right: assigned, words: worker },
  { d: "D16 D17", step: "determination.approve", on: "found", right: supervisors, words: secondPerson, author: { reasons: why } },
  { d: "D16 D17", step: "determination.return", on: "found", right: supervisors, words: secondPerson },
  { d: "D17", step: "substantiation.close_window", on: "substantiation", right: [...assigned, ...supervisors], words: notifier },
  { d: "D17", step: "substantiation.set_review", on: "substantiation", right: supervisors, words: supervisor },
  { d: "D17", step: "substantiation.move_review", on: "substantiation", right: supervisors, words: supervisor },
  { d: "D17", step: "substantiation.uphold", on: "substantiation", right: supervisors, words: secondPerson },
  { d: "D17", step: "substantiation.overturn", on: "substantiation", right: supervisors, words: secondPerson },
  { d: "D17", step: "substantiation.uphold_hearing", on: "substantiation", right: supervisors, words: supervisor },
  { d: "D17", step: "substantiation.reverse_hearing", on: "substantiation", right: supervisors, words: supervisor },
  // 10. The assessment is closed.
  { d: "D5", step: "assessment.change_kind", on: "assessment", right: supervisors, words: supervisor },
  { d: "D18", step: "assessment.close", on: "assessment", right: supervisors, words: supervisor },
];

// Steps of the same records that decide nothing: they write down what was done, or go back to writing.
export const work = {
  "only Hearth takes them": ["protective_plan.supersede", "protective_plan.replace", "substantiation.start"],
  "what was done is written down": [
    "contact.start", "contact.finish", "reporter.start", "related_report.start", "related_report.unlink", "notification.acknowledge",
    "notification.confirm_receipt", "protective_plan.read_back", "protective_plan.sign", "protective_plan.attach_scan",
    "protective_plan.record_copies", "safety_plan.read_back", "safety_plan.sign", "safety_plan.record_copies",
    "substantiation.send_notice", "substantiation.ask_review", "substantiation.hold_review", "substantiation.send_final_notice",
    "substantiation.tell_overturned", "substantiation.ask_hearing", "substantiation.put_off_hearing", "substantiation.hold_hearing",
    "plan_of_safe_care.agree", "plan_of_safe_care.end", "result_notice.start",
    "icwa_notice.start", "icwa_notice.send", "icwa_notice.another", "icwa_notice.note_receipt", "icwa_notice.note_answer",
  ],
  "its author goes on writing": ["determination.take_back", "safety_decision.take_back", "protective_plan.change", "safety_plan.change"],
  "work changes hands (http/hand_over.test.mjs)": ["access_report.hand_over", "assessment.hand_over"],
};

// Records of other stages and of the whole system; D19 to D31 (court, ongoing, permanency) have no steps yet but those
// of the opened case.
export const elsewhere = [
  "sharing_agreement", "missing_child", "sexual_abuse_report", "service_request", "family_case", "case_transfer", "transition_meeting", "former_case", "former_note",
  "team_meeting", "divergence", "photo_handover", "tribal_nation", "partner", "background_check", "person", "relationship", "address",
  "household", "hazard", "adoption", "agency", "team", "scheme_choice", "conflict", "emergency_access", "worker",
];
