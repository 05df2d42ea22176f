// Notices, plans and statements that a court, an auditor or a family holds in hand: what the law says must stand on
// each stands there, what is not known is said, and nothing on any of them tells who reported.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

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
