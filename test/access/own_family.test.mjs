// Nobody opens their own family's record: whoever it is, in whatever role, wherever it could be met.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screened } from "./screened.mjs";

let hearth, story, known, conflicts;
before(async () => {
  ({ hearth, story, known } = await screened());
  const supervisor = known.renee.id; // of the agency: may read, screen, assign and approve all of it
  known.own = { entity: "person", id: known.people.tessa.id };
  known.home = { entity: "household", ...(await story.as("jonas").create("household", {
    name: "Home of the mother", members: [{ person: known.people.tessa.id }] })) };
  conflicts = [
    await story.as("renee").create("conflict", {
      worker: supervisor, who: "Tessa Sorrell, my niece", relation: "OTHER_RELATIVE", person: known.people.tessa.id }),
  ];
});
after(() => hearth.stop());

// What is about Tessa: her own record, the report that names her, the assessment and what lies in it, her home.
const about = () => [known.own, known.report, known.assessment, known.home];

test("her supervisor aunt reads none of it; her colleagues do", async () => {
  for (const record of about()) {
    assert.equal(await story.as("renee").status(record), 403, `renee opens ${record.entity}`);
    assert.equal(await story.as("jonas").status(record), 200, `jonas opens ${record.entity}`);
  }
});

test("it is in none of her lists, and she changes and decides nothing of it", async () => {
  for (const { entity, id } of about()) {
    assert.ok(!(await story.as("renee").all(entity)).some((item) => item.id === id), `renee has ${entity} in a list`);
    assert.ok((await story.as("jonas").all(entity)).some((item) => item.id === id), `jonas misses ${entity}`);
  }
  for (const [path, body] of [["/close", {}], ["", { family_name: "Else" }], ["/correct", { reason: "For her." }]]) {
    const method = path === "" ? "PATCH" : "POST";
    const answer = await story.as("renee").api.call(method, `/assessment/${known.assessment.id}${path}`, { version: 1, body });
    assert.equal(answer.status, 403, `${path}: ${JSON.stringify(answer.body)}`);
  }
});

test("what belongs to it is refused with it", async () => {
  for (const entity of ["assessment_child", "notification", "related_report", "reporter"]) {
    const hers = await story.as("jonas").all(entity);
    const mine = (await story.as("renee").all(entity)).map((item) => item.id);
    for (const item of hers.filter((part) => part.assessment === known.assessment.id || part.report === known.report.id)) {
      assert.ok(!mine.includes(item.id), `renee has ${entity} ${item.id}`);
    }
  }
});

test("the refusal reads like that of anybody who may not read it", async () => {
  const mine = await story.as("renee").api.get(`/assessment/${known.assessment.id}`);
  const others = await story.as("hugo").api.get(`/assessment/${known.assessment.id}`);
  assert.equal(mine.status, others.status);
  assert.equal(mine.body.break_glass, undefined, "there is no emergency in which she opens it");
  const plain = ({ break_glass, ...body }) => ({ ...body, instance: "" });
  assert.deepEqual(plain(mine.body), plain(others.body));
});

test("search tells her no more than that somebody matches", async () => {
  const found = await story.as("renee").api.call("POST", "/people/search", { body: { words: "Tessa Sorrell" } });
  assert.ok(!JSON.stringify(found.body).includes(known.people.tessa.id), JSON.stringify(found.body));
});

test("explain says why, and the attempt stands among who looked", async () => {
  const why = hearth.run("access", "explain", "renee", "assessment", known.assessment.id, "--data", hearth.data);
  assert.match(why, /own family/);
  const theo = await hearth.signIn("theo");
  const read = async () => (await theo.fetch(`/record/assessment/${known.assessment.id}/who-looked`)).text();
  let looked = await read();
  for (let tries = 0; tries < 30 && !looked.includes("refused: own family"); tries++) {
    await new Promise((done) => setTimeout(done, 500)); // gathered from the log in the background
    looked = await read();
  }
  assert.match(looked, /refused: own family/);
});

test("she cannot take her declaration back; a privacy officer can, and then she reads again", async () => {
  const conflict = { entity: "conflict", id: conflicts[0].id };
  for (const login of ["renee", "ines"]) {
    const answer = await story.as(login).change("POST", conflict, "/end", { ended_why: "Not so close after all." });
    assert.ok([403, 409].includes(answer.status), `${login}: ${JSON.stringify(answer.body)}`);
  }
  const edit = await story.as("renee").change("PATCH", conflict, "", { person: null });
  assert.equal(edit.status >= 400, true, "renee takes the person out of it");
  assert.equal(await story.as("renee").status(known.assessment), 403);
  await story.as("theo").take(conflict, "end", { ended_why: "It was another Tessa." });
  for (const record of about()) assert.equal(await story.as("renee").status(record), 200, record.entity);
});

test("a worker declares for themselves; for others only who leads or looks after them", async () => {
  const own = await story.as("pia").create("conflict", { worker: known.pia.id, who: "My brother", relation: "SIBLING" });
  assert.equal(own.declared_by, known.pia.id);
  const other = await story.as("pia").api.call("POST", "/conflict", { body: { worker: known.jonas.id, who: "X", relation: "CHILD" } });
  assert.equal(other.status, 403);
  const looks = await story.as("jonas").api.get(`/conflict/${own.id}`);
  assert.equal(looks.status, 403, "a colleague reads whom pia is related to");
});

test("declared, named, refused and ended through pages alone", async () => {
  const alma = await hearth.signIn("alma"); // took the call
  const self = await story.as("ines").one("worker", { login: "alma" });
  const at = `/work/worker/${self.id}/conflicts/new`;
  const reads = async () => (await alma.fetch(`/record/access_report/${known.report.id}`, { redirect: "manual" })).status;
  assert.match(await (await alma.fetch(at)).text(), /name="who"/);
  const empty = await alma.post(at, { version: "", who: "", relation: "" });
  assert.equal(empty.status, 422);
  const done = await alma.post(at, { version: "", who: "Tessa, a cousin", relation: "OTHER_RELATIVE" });
  assert.equal(done.status, 303, await done.text());
  const [conflict] = (await story.as("theo").all("conflict")).filter((one) => one.worker === self.id);
  assert.equal(conflict.declared_by, self.id);
  assert.match(await (await alma.fetch(`/work/worker/${self.id}/conflicts`)).text(), /Tessa, a cousin/);
  assert.notEqual(await reads(), 403, "nobody knows yet who it is");
  const gordon = await hearth.signIn("gordon");
  const step = `/record/conflict/${conflict.id}/do/name_person`;
  assert.equal((await alma.post(step, { version: conflict.version, person: known.people.tessa.id })).status, 403, "her own");
  const named = await gordon.post(step, { version: conflict.version, person: known.people.tessa.id });
  assert.equal(named.status, 303, await named.text());
  assert.equal(await reads(), 403);
  const theo = await hearth.signIn("theo");
  const { version } = await story.as("theo").read({ entity: "conflict", id: conflict.id });
  const end = `/record/conflict/${conflict.id}/do/end`;
  assert.equal((await alma.post(end, { version, ended_why: "She moved away." })).status, 403);
  assert.equal((await theo.post(end, { version, ended_why: "" })).status, 422);
  assert.equal((await theo.post(end, { version, ended_why: "It was another Tessa." })).status, 303);
  assert.notEqual(await reads(), 403);
});
