// Letters of access: to who reported and to the police, each with what may be said to them and nothing more.
// Wis. Stat. 48.981(3)(c)6, 6m and (7).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth, report, nurse, neighbour, aunt, renee;
const names = ["Quillfeather", "Fernsby", "Ottoline", "Tamsin", "Merriweather", "cellar", "555-0142"];

const create = async (entity, body) => {
  const made = await hearth.api("alma").call("POST", `/${entity}`, { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body;
};

before(async () => {
  hearth = await Hearth.start();
  report = await create("access_report", {
    narrative: "Tamsin was alone in the cellar.",
    participants: [{ given_name: "Tamsin", family_name: "Merriweather", role: "CHILD" }],
  });
  nurse = await create("reporter", { report: report.id, mandated: true, role: "NURSE", given_name: "Winifred", family_name: "Quillfeather", phone: "(715) 555-0142" });
  neighbour = await create("reporter", { report: report.id, mandated: false, given_name: "Barnaby", family_name: "Fernsby" });
  aunt = await create("reporter", { report: report.id, mandated: false, relative: true, wants_feedback: true, given_name: "Ottoline", family_name: "Fernsby" });
  hearth.setClock("2026-11-25T10:00:00-06:00");
  renee = await hearth.signIn("renee");
});
after(() => hearth.stop());

const tell = (reporter, said) => hearth.api("alma").call("POST", "/reporter_feedback", {
  body: { report: report.id, reporter: reporter.id, told_at: "2026-11-25T09:30", told_how: "MAIL", said, note: "Substantiated against the uncle." },
});

async function printed(entity, id, document, language) {
  const answer = await renee.fetch(`/record/${entity}/${id}/document/${document}.pdf${language ? `?language=${language}` : ""}`);
  assert.equal(answer.status, 200);
  const file = join(hearth.folder, "letter.pdf");
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  execFileSync("qpdf", ["--check", file]);
  const meta = execFileSync("pdfinfo", ["-meta", file], { encoding: "utf8" });
  return `${execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" })}${meta}`.replace(/\s+/g, " ");
}

test("who reported is told only what the law allows to somebody like them", async () => {
  const allowed = { RECEIVED: [nurse, neighbour, aunt], ASSESSING: [nurse], SCREENED_OUT: [nurse], ACTED_SERVICES: [nurse], ACTED_NO_SERVICES: [nurse], PROTECTED: [aunt], NOTHING_NEEDED: [aunt] };
  for (const [said, to] of Object.entries(allowed)) {
    for (const reporter of [nurse, neighbour, aunt]) {
      const answer = await tell(reporter, said);
      assert.equal(answer.status, to.includes(reporter) ? 201 : 409, `${said} ${JSON.stringify(answer.body)}`);
      if (answer.status === 409) assert.match(JSON.stringify(answer.body), /The law does not let us tell this/);
    }
  }
});

test("no letter to a reporter names another, the family, what was told or what was found", async () => {
  const letters = (await hearth.api("alma").get("/reporter_feedback")).body.items.filter((one) => one.report === report.id);
  assert.ok(letters.length >= 7);
  for (const letter of letters) {
    for (const language of ["", "es", "hmn"]) {
      const text = await printed("reporter_feedback", letter.id, "feedback_letter", language);
      assert.ok(text.includes(report.number), "it says which report");
      for (const word of [...names, "ubstantiated", "uncle", "maltreat", "finding"]) assert.ok(!text.includes(word), `${letter.said} ${language}: ${word}`);
    }
  }
});

test("the letter comes in the language of who reported, with the mark of an unread translation", async () => {
  const letter = (await tell(nurse, "ACTED_SERVICES")).body;
  const spanish = await printed("reporter_feedback", letter.id, "feedback_letter", "es");
  assert.match(spanish, /Carta a quien reportó/);
  assert.match(spanish, /trabajamos con la familia/);
  assert.match(spanish, /todavía no ha sido revisada/);
  assert.match(await printed("reporter_feedback", letter.id, "feedback_letter", "hmn"), /Tsab ntawv rau tus neeg uas tau qhia/);
});

test("the police are told what became of a report they heard of, and not who reported", async () => {
  const notice = (await hearth.api("elena").get("/notification")).body.items.find((one) => one.recipient === "POLICE");
  assert.ok(notice);
  renee = await hearth.signIn("elena");
  const text = await printed("notification", notice.id, "police_screening_letter");
  assert.match(text, /The report was screened in\. The county assesses it\./);
  const reporters = (await hearth.api("alma").get("/reporter")).body.items ?? [];
  for (const one of reporters.filter((reporter) => reporter.report === notice.report)) {
    for (const name of [one.family_name, one.phone]) if (name) assert.ok(!text.includes(name), name);
  }
});

test("the county's card for going together stands on the referral and before whoever goes", async () => {
  const elena = hearth.api("elena");
  const card = /One interview of each child, by the one who has the child's trust.*The officer stays until the adult who is said to have done it is out of the home, and may leave then/;
  const notice = (await elena.get("/notification")).body.items.find((one) => one.recipient === "POLICE");
  assert.match((await printed("notification", notice.id, "police_referral")).replaceAll("’", "'"), card);
  const together = (await elena.get("/assessment?limit=200")).body.items.find((one) => one.joint_response === true && one.state === "open");
  const page = await (await renee.fetch(`/work/assessment/${together.id}/family`)).text();
  assert.match(page.replace(/&#39;/g, "'").replace(/\s+/g, " "), card);
});

test("another state's agency gets the whole report but who reported, and a slip that comes back with its number", async () => {
  const one = hearth.api("renee");
  const told = await one.call("POST", "/notification", { body: { report: report.id, agency: report.agency, recipient: "OTHER_STATE",
    recipient_name: "St. Louis County, Minnesota, intake", told_at: "2026-11-25T09:40", told_how: "PHONE", said: "They see Tamsin today." } });
  assert.equal(told.status, 201, JSON.stringify(told.body));
  const print = () => printed("notification", told.body.id, "responsible_agency_letter");
  const text = await print();
  for (const words of [report.number, "St. Louis County, Minnesota, intake", "Tamsin was alone in the cellar.", "Merriweather", "They see Tamsin today.",
    "It is not yet decided. Until you have it, we look after the child.", "Our number: ____"]) assert.ok(text.includes(words), `${words}: ${text}`);
  for (const word of ["Quillfeather", "Fernsby", "Ottoline", "555-0142", "Winifred"]) assert.ok(!text.includes(word), word);
  const back = await one.call("POST", `/notification/${told.body.id}/acknowledge`, { version: told.body.version,
    body: { acknowledged_at: "2026-11-25T09:50", acknowledged_by: "K. Lund", acknowledgement_code: "SLC-4417" } });
  assert.equal(back.body.state, "acknowledged", JSON.stringify(back.body));
  assert.match(await print(), /Confirmed by K\. Lund, number SLC-4417/);
  const police = await one.call("POST", "/notification", { body: { report: report.id, agency: report.agency, recipient: "POLICE", recipient_name: "Sergeant", told_at: "2026-11-25T09:40", told_how: "PHONE" } });
  const leads = async ({ id }) => (await (await renee.fetch(`/record/notification/${id}`)).text()).includes("responsible_agency_letter");
  assert.deepEqual([await leads(told.body), await leads(police.body)], [true, false], "only to them");
});
