// A person's timeline: the work in which they take part and what of it they took part in, as far as each reader may
// read; what may not be known of leaves no trace, and what may only be known of says whom to ask and nothing else.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { screened } from "./screened.mjs";

const order = { basis: "48.396; order of 4 December", reason: "The court ordered it." };
const more = "There is more than you may read here";
let hearth, story, known, owen, tessa, jonas, renee;
const visit = {};

const words = (html) => html.replace(/<(style|script)[^>]*>.*?<\/\1>/gs, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
const timeline = async (login, { id }) => {
  const response = await (await hearth.signIn(login)).fetch(`/work/person/${id}/timeline`);
  const html = response.status === 200 ? /<main[^>]*>([^]*)<\/main>/.exec(await response.text())[1] : "";
  return { status: response.status, html, words: words(html) };
};
const contact = async (child, purpose) =>
  jonas.create("contact", { assessment: known.assessment.id, began_at: "2026-11-25T14:40", kind: "FACE_TO_FACE", made: true,
    place: "SCHOOL", summary: purpose, children: [{ child: child.id, seen: true, alone: true }] });

before(async () => {
  ({ hearth, story, known } = await screened());
  story.at("2026-11-25 16:00");
  [jonas, renee] = ["jonas", "renee"].map((login) => story.as(login));
  ({ owen, tessa } = known.people);
  const children = await jonas.all("assessment_child", `&assessment=${known.assessment.id}`);
  const childOf = (person) => children.find((one) => one.person === person.id);
  visit.owen = await contact(childOf(owen), "Owen, at school");
  visit.tessa = await contact(childOf(tessa), "Tessa, at school");
});
after(() => hearth?.stop());

test("on it are the report, the assessment and the visits of this person, and not those of another child", async () => {
  const { status, html, words } = await timeline("jonas", owen);
  assert.equal(status, 200);
  const { number } = await jonas.read(known.report);
  assert.ok(words.includes(number) && words.includes("Initial assessment: Sorrell family"), words);
  assert.ok(words.indexOf(number) < words.indexOf("Initial assessment: Sorrell family"), "in the order of time");
  assert.match(words, /Wed 25 Nov 2026, 13:20/);
  assert.ok(html.includes(visit.owen.id) && !html.includes(visit.tessa.id));
  assert.ok(!words.includes(more), "all of it may be read");
});

test("who may know of an assessment but not read it learns that there is one and whom to ask", async () => {
  const { status, html, words } = await timeline("edda", owen);
  assert.equal(status, 200);
  assert.ok(words.includes((await jonas.read(known.report)).number), "reports are read in the whole state");
  assert.match(words, /There is more than you may read here: initial assessment\. Ask the supervisor of the agency that has the assessment\./);
  for (const { id } of [known.assessment, visit.owen]) assert.ok(!html.includes(id));
  assert.ok(!words.includes("Sorrell family"));
});

test("who may not read the person has no timeline of them", async () => {
  for (const login of ["marlene", "ines"]) assert.ok([403, 404].includes((await timeline(login, owen)).status), login);
});

test("what was entered in error is not on it", async () => {
  const { version } = await jonas.read({ entity: "contact", id: visit.owen.id });
  const answer = await renee.api.call("POST", `/contact/${visit.owen.id}/entered_in_error`, { version, body: { reason: "Another child." } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.ok(!(await timeline("jonas", owen)).html.includes(visit.owen.id));
});

test("of an adoption nobody but who keeps it finds a trace", async () => {
  const before_it = {};
  const adoptionWorker = (given_name, login, agency) => story.as("ines").create("worker", { given_name, family_name: "Lorne", login, home_agency: agency.id,
    roles: [{ role: "ADOPTION_WORKER", agency: agency.id, begins_on: "2020-01-02" }] });
  await adoptionWorker("Ada", "ada", known.marathon);
  await adoptionWorker("Lise", "lise", known.lincoln);
  for (const login of ["ada", "lise"]) hearth.setPassword(login);
  for (const login of ["jonas", "renee", "edda", "lise"]) before_it[login] = (await timeline(login, owen)).html;
  const ada = story.as("ada");
  const now = await ada.create("person", { given_name: "Ivy", family_name: "Stenmark" });
  const adoption = await ada.create("adoption", { born_as: owen.id, adopted_as: now.id, decree_on: "2024-05-06" });
  assert.ok((await timeline("ada", owen)).words.includes(adoption.number));
  for (const login of ["jonas", "renee", "edda", "lise"]) assert.equal((await timeline(login, owen)).html, before_it[login], login);
});

test("two entries of one person have one timeline, under either address", async () => {
  const twice = await jonas.create("person", { given_name: "Owen", family_name: "Sorel" });
  const second = await jonas.create("contact", { assessment: known.assessment.id, began_at: "2026-11-25T15:00", kind: "TELEPHONE", made: true, summary: "His name written wrongly." });
  const child = await renee.create("assessment_child", { assessment: known.assessment.id, person: twice.id });
  await jonas.save({ entity: "contact", id: second.id }, { children: [{ child: child.id, seen: false }] });
  assert.ok(!(await timeline("jonas", owen)).html.includes(second.id));
  await hearth.end();
  const blob = ({ id }) => `x'${id.replaceAll("-", "")}'`;
  execFileSync("python3", ["-c", `import sqlite3; d = sqlite3.connect("${join(hearth.data, "hearth.db")}"); d.execute("INSERT INTO person_cluster (person, canonical) VALUES (${blob(twice)}, ${blob(owen)})"); d.commit()`]);
  await hearth.serve();
  for (const one of [owen, twice]) assert.ok((await timeline("jonas", one)).html.includes(second.id));
});

test("a sealed assessment is not there, nor told of", async () => {
  renee.api.url = jonas.api.url = hearth.url;
  const { version } = await renee.read(known.assessment);
  const answer = await renee.api.call("POST", `/assessment/${known.assessment.id}/seal`, { body: order, version });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  for (const login of ["jonas", "edda"]) {
    const { html, words } = await timeline(login, owen);
    assert.ok(!html.includes(known.assessment.id) && !words.includes(`${more}: initial assessment`), `${login}: ${words}`);
  }
  assert.ok((await timeline("renee", owen)).html.includes(known.assessment.id), "who may seal reads it");
});

test("a sealed person has no timeline", async () => {
  const { version } = (await renee.api.get(`/person/${owen.id}`)).body;
  const answer = await renee.api.call("POST", `/person/${owen.id}/seal`, { body: order, version });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal((await timeline("jonas", owen)).status, 404);
});
