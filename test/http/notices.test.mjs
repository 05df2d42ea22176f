// Notices, plans and statements that a court, an auditor or a family holds in hand: what the law says must stand on
// each stands there, what is not known is said, and nothing on any of them tells who reported.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, root } from "./hearth.mjs";

let hearth;
before(async () => {
  hearth = await Hearth.start();
});
after(() => hearth.stop());

const create = async (login, entity, body) => {
  const made = await hearth.api(login).call("POST", `/${entity}`, { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body;
};
const current = async (login, entity, id) => (await hearth.api(login).get(`/${entity}/${id}`)).body;
const take = async (login, entity, id, step, body = {}) => {
  const { version } = await current(login, entity, id);
  return hearth.api(login).call("POST", `/${entity}/${id}/${step}`, { body, version });
};
const taken = async (...step) => {
  const answer = await take(...step);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};
const all = async (login, entity, path = "") => (await hearth.api(login).get(`/${entity}${path}`)).body.items;

async function printed(session, entity, id, document, query = "") {
  const answer = await session.fetch(`/record/${entity}/${id}/document/${document}.pdf${query}`);
  assert.equal(answer.status, 200, document);
  const file = join(process.env.HEARTH_KEEP_PAPER ?? hearth.folder, `${document}${query.replace(/\W/g, "_")}.pdf`);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  execFileSync("qpdf", ["--check", file]);
  const inside = execFileSync("qpdf", ["--qdf", "--object-streams=disable", file, "-"], { encoding: "latin1", maxBuffer: 1 << 26 });
  return {
    text: execFileSync("pdftotext", [file, "-"], { encoding: "utf8" }).replace(/\s+/g, " "),
    tags: execFileSync("pdfinfo", ["-struct", file], { encoding: "utf8" }),
    beside: execFileSync("pdfinfo", ["-meta", file], { encoding: "utf8" }),
    language: /\/Lang \(([^)]*)\)/.exec(inside)?.[1],
  };
}

// Which documents there are, and of what, as the model's files say.
function documentsOfModel() {
  const files = readdirSync(join(root, "model"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  return files.flatMap((file) => {
    const [, section = ""] = /^documents:\n((?:(?: .*)?\n)+)/m.exec(readFileSync(join(root, "model", file), "utf8")) ?? [];
    return [...section.matchAll(/^ {2}(\w+):\n {4}on: (\w+)/gm)].map(([, name, on]) => ({ name, on }));
  });
}

// Every notice: tagged, in a language, and without a word of who reported the family.
function isFit(paper, language, hidden) {
  for (const tag of ["H1", "H2", "P (block)"]) assert.ok(paper.tags.includes(tag), tag);
  assert.equal(paper.language, language);
  for (const words of hidden) {
    assert.ok(!paper.text.includes(words) && !paper.beside.includes(words), `tells who reported: ${words}`);
  }
}
const says = (paper, ...words) => words.forEach((one) => assert.ok(paper.text.includes(one), `${one}\n${paper.text}`));

// The family of which the school reported, with reason to know that the children are Indian children.
const whoReported = ["Sauer", "Riverbend", "555-0166", "teacher"];
async function marceau() {
  const assessment = (await all("jonas", "assessment")).find((one) => one.family_name === "Marceau");
  const children = (await all("jonas", "assessment_child")).filter((one) => one.assessment === assessment.id);
  const people = await Promise.all(children.map((child) => current("jonas", "person", child.person)));
  const noah = children[people.findIndex((person) => person.given_name === "Noah")];
  const kayla = (await all("jonas", "assessment_adult")).find((one) => one.assessment === assessment.id);
  const nation = (await all("jonas", "tribal_nation")).find((one) => one.short_name === "Lac du Flambeau");
  return { assessment, noah, kayla, nation };
}

const aboutTheCourt = {
  proceeding: "FOSTER_CARE", petition_enclosed: true, court_case: "26 JC 14", hearing_set: true, hearing_at: "2026-12-14T09:30",
  hearing_place: "Branch 2, room 210", petitioner: "Marathon County, by H. Lindqvist", petitioner_attorney: "P. Ostrander, corporation counsel",
  attorney_address: "500 Forest Street, Wausau, WI 54403", court: "Circuit Court of Marathon County", court_address: "500 Forest Street, Wausau",
  court_phone: "(715) 555-0110", parties: [{ name: "Kayla Marceau", part: "Mother", contact: "23 Mill Street, Rib River" }],
};

test("a notice of a proceeding is mailed only when it says what 25 CFR 23.111(d) asks for, and a refusal says what is not there", async () => {
  const { assessment, noah, nation, kayla } = await marceau();
  const notice = await create("jonas", "icwa_notice", { assessment: assessment.id, child: noah.id, recipient: "NATION", nation: nation.id });
  const mailed = { sent_on: "2026-11-25", sent_as: "REGISTERED", mail_number: "RF 210 443 118 US" };
  const lacking = async (...words) => {
    const answer = await take("jonas", "icwa_notice", notice.id, "send", mailed);
    assert.ok(answer.status >= 400 && answer.status < 500);
    for (const one of words) assert.ok(JSON.stringify(answer.body).includes(one), `${one}: ${JSON.stringify(answer.body)}`);
  };
  const save = async (body) => {
    const { version } = await current("jonas", "icwa_notice", notice.id);
    const answer = await hearth.api("jonas").call("PATCH", `/icwa_notice/${notice.id}`, { body, version });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  };
  await lacking("Address it goes to", "Birthplace of the child", "What the court is asked for", "A copy of the petition is with it",
    "A hearing is set", "Petitioner", "Attorney of the petitioner", "Address of the attorney", "Mailing address of the court", "Telephone of the court");
  await save({ address: "ICWA agent, Lac du Flambeau, WI 54538", birthplace: "Minocqua, Wisconsin", ...aboutTheCourt, petition_enclosed: false });
  await lacking("No copy of the petition is with the notice", "No nation of the child is named", "No parent of the child is named");
  await save({ petition_enclosed: true, kin: [{ who: "MOTHER", person: kayla.person }] });
  await lacking("A nation that was named when the family was asked does not stand in the notice");
  await save({ nations: [{ nation: nation.id }] });
  await taken("jonas", "icwa_notice", notice.id, "send", mailed);
});

test("the notice has each element of 25 CFR 23.111(d), for the nation, the parent and the Bureau", async () => {
  const { assessment, noah, nation, kayla } = await marceau();
  const common = {
    assessment: assessment.id, child: noah.id, birthplace: "Minocqua, Wisconsin", ...aboutTheCourt,
    nations: [{ nation: nation.id, membership: "The mother is enrolled" }],
    kin: [
      { who: "MOTHER", person: kayla.person, names: "Kayla Wildcat (maiden name)", born_on: "1996-03-04", born_where: "Woodruff, Wisconsin", enrollment: "Lac du Flambeau 430-1177" },
      { who: "FATHER", names: "Name not known" },
      { who: "MATERNAL_GRANDMOTHER", names: "Delia Wildcat, also Delia Poupart", born_where: "Lac du Flambeau" },
    ],
  };
  const mailed = { sent_on: "2026-11-25", sent_as: "CERTIFIED", mail_number: "7019 2280 0001" };
  const to = {
    nation: { recipient: "NATION", nation: nation.id, address: "ICWA agent, Lac du Flambeau, WI 54538" },
    parent: { recipient: "PARENT", person: kayla.person, address: "23 Mill Street, Rib River" },
    bureau: { recipient: "BUREAU", address: "5600 American Blvd. W, Ste. 500, Bloomington, MN 55437", not_found: "The father: his mother and two neighbors were asked for his name." },
  };
  const jonas = await hearth.signIn("jonas");
  for (const [name, recipient] of Object.entries(to)) {
    const notice = await create("jonas", "icwa_notice", { ...common, ...recipient });
    says(await printed(jonas, "icwa_notice", notice.id, "icwa_notice_letter"), "This is a draft. It was not sent and is no notice.", "Not sent yet");
    await taken("jonas", "icwa_notice", notice.id, "send", mailed);
    const paper = await printed(jonas, "icwa_notice", notice.id, "icwa_notice_letter", `?to=${name}`);
    isFit(paper, "en", whoReported);
    assert.ok(!paper.text.includes("This is a draft"));
    says(paper, recipient.address, "Certified mail with return receipt", "7019 2280 0001",
      // (d)(1) the child, (2) the parents, (3) other ancestors, (4) the tribes
      "Noah Marceau", "Birth date", "Minocqua, Wisconsin",
      "Kayla Marceau; Kayla Wildcat (maiden name)", "4 Mar 1996", "Woodruff, Wisconsin", "Lac du Flambeau 430-1177", "Name not known",
      "Delia Wildcat, also Delia Poupart", "Mother's mother",
      nation.name,
      // (d)(5) the petition and the hearing
      "A copy of the petition is with this notice", "14 Dec 2026, 09:30", "Branch 2, room 210",
      // (d)(6)(i) petitioner and attorney
      "Marathon County, by H. Lindqvist", "P. Ostrander, corporation counsel", "500 Forest Street, Wausau, WI 54403",
      // (ii) parents and custodians may intervene, (iii) the tribe may at any time
      "A parent or Indian custodian of the child who is not yet a party has the right to intervene",
      "The child's tribe has the right to intervene at any time",
      // (iv) counsel, (v) 20 more days, (vi) transfer
      "the right to a lawyer whom the court appoints", "up to 20 more days to prepare", "to transfer the case to the tribal court (25 USC 1911; 25 CFR 23.115)",
      // (vii) the court, the parties, who has notice
      "Circuit Court of Marathon County", "(715) 555-0110", "Parties to the case", "Who gets this notice",
      // (viii) what it can mean, (ix) confidential
      "loses custody of the child for a time", "must keep what it says confidential");
    if (name === "parent") says(paper, "You get an interpreter at no cost.");
    if (name === "bureau") says(paper, "The father: his mother and two neighbors were asked for his name.", "The Bureau does not decide who is a member of a tribe");
  }
  // What is not known is said, never left to be guessed: the birth date of a grandmother.
  const one = (await all("jonas", "icwa_notice")).find((notice) => notice.recipient === "BUREAU");
  assert.match((await printed(jonas, "icwa_notice", one.id, "icwa_notice_letter")).text, /Delia Poupart.{0,120}Not known to us/);
  assert.match((await printed(jonas, "icwa_notice", one.id, "icwa_notice_letter", "?language=es")).text, /todavía no ha sido revisada/);
  const hmong = await printed(jonas, "icwa_notice", one.id, "icwa_notice_letter", "?language=hmn");
  isFit(hmong, "hmn", whoReported);
  says(hmong, "tseem tsis tau muaj neeg tshuaj xyuas", "20 hnub", "tribal court");
});

test("the receipt, the filing with the court and a request for more time are written to the notice that was sent", async () => {
  const sent = (await all("jonas", "icwa_notice")).find((notice) => notice.recipient === "NATION" && notice.state === "sent");
  hearth.setClock("2026-11-30T10:00:00-06:00");
  await taken("jonas", "icwa_notice", sent.id, "note_receipt", { received_on: "2026-11-28", filed_on: "2026-11-30" });
  const empty = await take("jonas", "icwa_notice", sent.id, "note_answer");
  assert.match(JSON.stringify(empty.body), /Neither an answer nor a day is written/);
  const answered = await taken("jonas", "icwa_notice", sent.id, "note_answer", { more_time_asked_on: "2026-11-29" });
  assert.equal(answered.more_time_asked_on, "2026-11-29");
});

// Names, telephone and organization of whoever reported, as far as the worker who takes calls may know them.
async function reportersOf(report) {
  const reporters = (await all("alma", "reporter")).filter((one) => one.report === report);
  return reporters.flatMap((one) => [one.family_name, one.phone, one.organization]).filter(Boolean);
}
const familyCalled = async (name, login) => (await all(login, "assessment")).find((one) => one.family_name === name);

test("the statement of a safety decision says what was decided, why, with which plan and rights, in the family's language", async () => {
  const reyes = await familyCalled("Reyes", "elena");
  const decision = (await all("elena", "safety_decision")).find((one) => one.assessment === reyes.id && one.state === "approved");
  const elena = await hearth.signIn("elena");
  const plan = (await all("elena", "safety_plan")).find((one) => one.assessment === reyes.id && one.state === "in_force");
  const hidden = await reportersOf(reyes.report);
  assert.ok(hidden.length > 0);
  const paper = await printed(elena, "safety_decision", decision.id, "safety_decision_statement");
  isFit(paper, "en", hidden);
  says(paper, "What we decided about your child's safety", "Your child is not safe without help. A safety plan in the home keeps your child safe.", decision.reasons,
    plan.number, "You may say no to the plan.", "You may ask for the supervisor", "An interpreter at no cost, and never a child.", "does not say that somebody is guilty");
  assert.ok(!paper.text.includes("the hearing"), "no hearing is near");
  const spanish = await printed(elena, "safety_decision", decision.id, "safety_decision_statement", "?language=es");
  isFit(spanish, "es", hidden);
  says(spanish, "Su hijo o hija no está seguro sin ayuda", decision.reasons, "todavía no ha sido revisada");
  const hmong = await printed(elena, "safety_decision", decision.id, "safety_decision_statement", "?language=hmn");
  isFit(hmong, "hmn", hidden);
  const page = await (await elena.fetch(`/record/safety_decision/${decision.id}`)).text();
  assert.ok(page.includes("/document/safety_decision_statement"), "the decision leads to it");
});

test("a plan of safe care says what infant and caregivers need, who does what and who looks after it, and that it is no finding", async () => {
  const { assessment, noah } = await marceau();
  const plan = await create("jonas", "plan_of_safe_care", { assessment: assessment.id, child: noah.id, affected_by: "Withdrawal after birth, says Dr. Okoro." });
  const early = await take("jonas", "plan_of_safe_care", plan.id, "agree", { agreed_on: "2026-11-25" });
  for (const words of ["What the infant needs", "What the parents and caregivers need", "Who does what", "Made with", "Who looks whether it works"]) {
    assert.ok(JSON.stringify(early.body).includes(words), words);
  }
  await create("jonas", "service_referral", { assessment: assessment.id, kind: "SUBSTANCE_USE", to_whom: "North Central Health Care", agreed: true, made_on: "2026-11-25" });
  const { version } = await current("jonas", "plan_of_safe_care", plan.id);
  const body = {
    infant_needs: "Weight check each week; early intervention.", caregiver_needs: "Treatment with medicine, and sleep.", services: "Public health visits on Mondays from 30 November.",
    made_with: "Kayla, her mother, the hospital", monitored_by: "Public health nurse, each month",
  };
  assert.equal((await hearth.api("jonas").call("PATCH", `/plan_of_safe_care/${plan.id}`, { body, version })).status, 200);
  await taken("jonas", "plan_of_safe_care", plan.id, "agree", { agreed_on: "2026-11-25" });
  const jonas = await hearth.signIn("jonas");
  const paper = await printed(jonas, "plan_of_safe_care", plan.id, "plan_of_safe_care_copy");
  isFit(paper, "en", whoReported);
  says(paper, "It is no finding that somebody did something wrong", "Withdrawal after birth", ...Object.values(body), "Help with alcohol or drugs", "North Central Health Care", "25 Nov 2026");
  assert.ok(!paper.text.includes("draft"));
  isFit(await printed(jonas, "plan_of_safe_care", plan.id, "plan_of_safe_care_copy", "?language=es"), "es", whoReported);
  isFit(await printed(jonas, "plan_of_safe_care", plan.id, "plan_of_safe_care_copy", "?language=hmn"), "hmn", whoReported);
});

test("the result is told of the children whom the person may know of, once it is decided, and says nothing of who reported", async () => {
  const { assessment, noah, kayla } = await marceau();
  const told = { told_at: "2026-11-25T07:50", told_how: "MAIL", said: "The children are safe with the plan that you made." };
  const tooSoon = await hearth.api("jonas").call("POST", "/result_notice", { body: { assessment: assessment.id, person: kayla.person, ...told, children: [{ child: noah.id }] } });
  assert.match(JSON.stringify(tooSoon.body), /A determination about one of these children is not approved yet/);
  const nobody = await hearth.api("jonas").call("POST", "/result_notice", { body: { assessment: assessment.id, person: kayla.person, ...told } });
  assert.match(JSON.stringify(nobody.body), /About which children/);
  const kettner = await familyCalled("Kettner", "jonas");
  const mila = (await all("jonas", "assessment_child")).find((one) => one.assessment === kettner.id);
  const mother = (await all("jonas", "assessment_adult")).find((one) => one.assessment === kettner.id && one.role === "MOTHER");
  const notice = await create("jonas", "result_notice", { assessment: kettner.id, person: mother.person, ...told, children: [{ child: mila.id }] });
  const jonas = await hearth.signIn("jonas");
  const hidden = await reportersOf(kettner.report);
  for (const [query, language] of [["", "en"], ["?language=es", "es"], ["?language=hmn", "hmn"]]) {
    const paper = await printed(jonas, "result_notice", notice.id, "result_letter", query);
    isFit(paper, language, hidden);
    says(paper, "Mila Kettner", kettner.number, told.said);
    assert.ok(!paper.text.includes("Boris"), "who did it is not for this letter");
    if (language === "en") says(paper, "Substantiated", "Unsafe, in-home safety plan", "Ongoing services, voluntary", "You may ask for the supervisor");
  }
});

// DCF 40.03(1)(a) to (c), (2)(b); DCF 40.04(1), (3).
const reviewed = async () => {
  const kettner = await familyCalled("Kettner", "jonas");
  const found = (await all("jonas", "substantiation")).find((one) => one.assessment === kettner.id);
  const hidden = await reportersOf(kettner.report);
  const offered = async () => [...(await (await (await hearth.signIn("jonas")).fetch(`/record/substantiation/${found.id}`)).text()).matchAll(/document\/([a-z_]+)"/g)].map(([, name]) => name).sort();
  const letter = async (name, ...words) => {
    const jonas = await hearth.signIn("jonas"); // days lie between the letters
    const paper = await printed(jonas, "substantiation", found.id, name);
    isFit(paper, "en", hidden);
    says(paper, "Boris Kettner", "31 Canal Street, Rib River", "Mila Kettner", ...words);
    for (const language of ["es", "hmn"]) {
      const translated = await printed(jonas, "substantiation", found.id, name, `?language=${language}`);
      isFit(translated, language, hidden);
      assert.ok(!/Physical abuse(?!\))|Not sent yet|Telephone|Date of this notice/.test(translated.text.replace("(physical abuse)", "")), translated.text);
      assert.match(translated.text, / 1 $/, "on one page"); // "Página 1 de 1"
    }
  };
  return { found, offered, letter };
};

test("a person is told the finding, how to have it reviewed, the day of the review, and how to ask for a hearing", async () => {
  const { found, offered, letter } = await reviewed();
  assert.deepEqual(await offered(), ["initial_determination_notice", "review_day_notice"]);
  await letter("initial_determination_notice", "Physical", "The mark fits a belt", "within 15 days", "Last day to ask for a review", "background check", "administrative law judge", "Marathon County");
  await letter("review_day_notice", "3 Dec 2026", "10:00, room 2 of the agency", "Gordon", "bring somebody with you", "An interpreter at no cost");
  hearth.setClock("2026-12-03T15:00:00-06:00");
  await taken("renee", "substantiation", found.id, "hold_review", { review_held_on: "2026-12-03", review_attended: "Boris Kettner; G. Pell" });
  await taken("gordon", "substantiation", found.id, "uphold", { review_reasons: "What Mila tells and the mark agree." });
  await taken("jonas", "substantiation", found.id, "send_final_notice", { final_notice_sent_on: "2026-12-03" });
  assert.deepEqual(await offered(), ["final_determination_notice", "initial_determination_notice", "review_day_notice"]);
  await letter("final_determination_notice", "What Mila tells and the mark agree.", "Last day to ask for a hearing", "Sun 13 Dec 2026", "P.O. Box 7875, Madison, WI 53707-7875", "the day of the postmark counts",
    "The review you asked for was held. The decision stands.", "go faster");
  hearth.setClock("2026-12-10T15:00:00-06:00");
  await taken("jonas", "substantiation", found.id, "ask_hearing", { hearing_requested_on: "2026-12-10" });
  hearth.setClock("2027-02-10T15:00:00-06:00");
  await taken("jonas", "substantiation", found.id, "hold_hearing", { hearing_held_on: "2027-02-10" });
  await taken("renee", "substantiation", found.id, "reverse_hearing", { hearing_decided_on: "2027-02-10" });
  assert.ok((await offered()).includes("hearing_result_notice") && !(await offered()).includes("overturned_notice"));
  await letter("hearing_result_notice", "Our decision does not stand any more.", "no background check shows it", "Its own written decision counts");
});

test("a person whose review overturned the finding is told so, and not that anything is final", async () => {
  await hearth.stop();
  hearth = await Hearth.start();
  const { found, offered, letter } = await reviewed();
  hearth.setClock("2026-12-03T15:00:00-06:00");
  await taken("renee", "substantiation", found.id, "hold_review", { review_held_on: "2026-12-03", review_attended: "Boris Kettner" });
  await taken("gordon", "substantiation", found.id, "overturn", { review_reasons: "The mark is older." });
  await taken("jonas", "substantiation", found.id, "tell_overturned", { final_notice_sent_on: "2026-12-03" });
  assert.deepEqual(await offered(), ["initial_determination_notice", "overturned_notice", "review_day_notice"]);
  await letter("overturned_notice", "The mark is older.", "It is not found that you maltreated this child.", "No background check shows it.");
});

test("what goes to the next worker, to another agency and to the police says what they need and not who reported", async () => {
  hearth.setClock("2026-12-03T16:00:00-06:00");
  const renee = await hearth.signIn("renee");
  const opened = (await all("renee", "family_case")).find((one) => one.family_name === "Kettner");
  const kettner = await familyCalled("Kettner", "renee");
  const sheet = await printed(renee, "family_case", opened.id, "transition_sheet");
  isFit(sheet, "en", await reportersOf(kettner.report));
  says(sheet, opened.number, kettner.number, "Mila Kettner", "Unsafe, in-home safety plan", "Safety plans in force", "Meetings with the family", "Referrals to help");

  const { assessment, noah } = await marceau();
  const letter = await create("alma", "notification", {
    agency: assessment.agency, report: assessment.report, recipient: "OTHER_AGENCY", recipient_name: "Intake, county in Minnesota", told_at: "2026-12-03T15:30", told_how: "MAIL",
    said: "The family stays with an aunt there until spring.",
  });
  const alma = await hearth.signIn("alma");
  const paper = await printed(alma, "notification", letter.id, "other_agency_letter");
  isFit(paper, "en", whoReported);
  says(paper, "Intake, county in Minnesota", "Noah Marceau", "The family stays with an aunt there until spring.", "Please tell us that you have this", "We assess it.");
  const page = await (await alma.fetch(`/record/notification/${letter.id}`)).text();
  assert.ok(page.includes("other_agency_letter") && !page.includes("police_referral"), "a county is no police");

  const missing = await create("jonas", "missing_child", { agency: assessment.agency, child: noah.person, learned_at: "2026-12-03T15:00", wearing: "Red jacket" });
  const jonas = await hearth.signIn("jonas");
  const notice = await printed(jonas, "missing_child", missing.id, "missing_child_notice");
  isFit(notice, "en", whoReported);
  says(notice, "Noah Marceau", "Red jacket", "Not known to us", "42 USC 671(a)(35)(B)");
});

test("what is said to the court, the department and partners is on paper as far as it is written, and the rest is said to be missing", async () => {
  hearth.setClock("2026-12-03T17:00:00-06:00");
  const { assessment, noah } = await marceau();
  const marathon = assessment.agency;
  const other = (await all("renee", "agency")).find((one) => one.id !== marathon && one.kind === "COUNTY");
  const exchange = (await all("renee", "notification")).find((one) => one.recipient === "POLICE");
  const made = {
    custody_statement: await create("jonas", "temporary_custody", { assessment: assessment.id, taken_at: "2026-12-03T14:00", authority: "IMMEDIATE_DANGER", taker: "Officer L. Brandt",
      statement: "Nobody was at home and the stove was lit.", statement_at: "2026-12-03T14:40", children: [{ child: noah.id, place: "RELATIVE_HOME", with_whom: "Delia Wildcat", siblings_together: true }] }),
    serious_incident_notice: await create("alma", "serious_incident", { report: assessment.report, child: noah.person, kind: "SERIOUS_INJURY", happened_on: "2026-12-02", cause: "A fall from the porch.",
      in_care: false, history: "No earlier services.", police: "Rib River police look into it." }),
    sexual_abuse_report_letter: await create("renee", "sexual_abuse_report", { agency: marathon, quarter_ends_on: "2026-09-30" }),
    divergence_note: await create("renee", "divergence", { notification: exchange.id, about: "Who talks with the child first", our_view: "One talk for both.", their_view: "The officer alone." }),
    team_meeting_minutes: await create("jonas", "team_meeting", { agency: marathon, report: assessment.report, held_at: "2026-12-03T10:00", known: "He was alone twice.", decisions: [{ what: "A key with the neighbor", who_does: "The mother" }] }),
    agreement_paper: await create("renee", "sharing_agreement", { agency: marathon, other_agency: other.id, name: "Agreement 9" }),
    referral_letter: await create("jonas", "service_referral", { assessment: assessment.id, kind: "HOUSING", to_whom: "Housing office", agreed: true, made_on: "2026-12-03" }),
    background_check_answer: await create("renee", "background_check", { agency: marathon, person: noah.person, asked_by: "Child care licensing", authority: "48.685", asked_on: "2026-12-03" }),
    active_efforts_record: (await create("jonas", "active_effort", { assessment: assessment.id, done_at: "2026-12-03T11:00", kind: "EXTENDED_FAMILY", what: "Called the grandmother", who: "C. Denning", outcome: "She comes." })) && assessment,
  };
  const words = {
    custody_statement: ["Nobody was at home and the stove was lit.", "Officer L. Brandt", "No day is set yet.", "right to a lawyer"],
    serious_incident_notice: ["A fall from the porch.", "Not known to us", "48.981(7)(cr)"],
    sexual_abuse_report_letter: ["30 Sep 2026", "None in this quarter", "Not sent yet"],
    divergence_note: ["One talk for both.", "The officer alone.", "Still open"],
    team_meeting_minutes: ["A key with the neighbor", "He was alone twice."],
    agreement_paper: ["Agreement 9", other.name, "Not signed yet"],
    referral_letter: ["Housing office", "Taking part is their choice."],
    background_check_answer: ["Child care licensing", "What was only alleged"],
    active_efforts_record: ["Called the grandmother", "C. Denning", "23.120"],
  };
  const entities = Object.fromEntries(documentsOfModel().map(({ name, on }) => [name, on]));
  const sessions = { renee: await hearth.signIn("renee"), jonas: await hearth.signIn("jonas"), alma: await hearth.signIn("alma") };
  for (const [name, record] of Object.entries(made)) {
    const login = name === "serious_incident_notice" ? "alma" : ["sexual_abuse_report_letter", "agreement_paper", "background_check_answer", "divergence_note"].includes(name) ? "renee" : "jonas";
    const paper = await printed(sessions[login], entities[name], record.id, name);
    isFit(paper, "en", whoReported);
    says(paper, ...words[name]);
  }
});

// docs/letters.md says of each document to whom it goes and by which rule.
test("each notice, letter, plan, statement and transfer of the model has its paper, or a reason why it has none", () => {
  const documents = documentsOfModel();
  const rows = [...readFileSync(join(root, "docs/letters.md"), "utf8").matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \|$/gm)]
    .map(([, on, papers, why]) => ({ on, names: [...papers.matchAll(/`(\w+)`/g)].map(([, name]) => name), why }));
  const told = rows.flatMap(({ on, names }) => names.map((name) => `${name} of ${on}`)).sort();
  assert.deepEqual(told, documents.map(({ name, on }) => `${name} of ${on}`).sort());
  for (const { on, names, why } of rows) assert.ok(names.length > 0 || why.length > 20, `${on} has no paper and no reason`);
  const entities = [...hearth.run("model", "docs", "data", "model").matchAll(/^## (.+) \((\w+)\)$/gm)].map(([, label, name]) => ({ label, name }));
  assert.ok(entities.length > 50);
  const papers = /notice|notif|letter|plan\b|statement|referral|meeting|transfer|report\b|request for help|agreement|feedback|handed over|safety decision/i;
  const expected = entities.filter(({ label, name }) => papers.test(label) || papers.test(name)).map(({ name }) => name);
  const inTable = new Set(rows.map(({ on }) => on));
  assert.ok(expected.length > 15);
  assert.deepEqual(expected.filter((name) => !inTable.has(name)), ["related_report"], "a link between reports is no paper");
});
