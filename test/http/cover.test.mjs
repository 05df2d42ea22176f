// Covering for a colleague: the same records and decisions from a day to a day, on the days of both, ended by one click.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth, jonas, elena, elenaPages, assessment, workers;
const day = async (pages) => (await pages.fetch("/my-day")).text();
const attempt = (note) => elena.call("POST", "/contact", { body: {
  assessment: assessment.id, began_at: "2026-11-25T07:30", kind: "FACE_TO_FACE", made: false, place: "FAMILY_HOME", attempt_note: note } });
const cover = async (rows) => {
  const { body } = await jonas.get(`/worker/${workers.jonas.id}`);
  const saved = await jonas.call("PATCH", `/worker/${workers.jonas.id}`, { body: { cover: rows }, version: body.version });
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
};

before(async () => {
  hearth = await Hearth.start();
  [jonas, elena] = [hearth.api("jonas"), hearth.api("elena")];
  const people = (await jonas.get("/worker?limit=200")).body.items;
  workers = Object.fromEntries(people.map((one) => [one.login, one]));
  const { body: { items } } = await jonas.get("/assessment?limit=200");
  const open = items.filter((one) => one.state === "open" && one.worker === workers.jonas.id &&
    !one.assignments.some((row) => row.worker === workers.elena.id));
  assessment = open[0];
  assert.ok(assessment, "an assessment of Jonas alone");
  elenaPages = await hearth.signIn("elena");
});
after(() => hearth?.stop());

test("before: what is assigned to one is not the other's", async () => {
  assert.equal((await attempt("too early")).status, 403);
  assert.doesNotMatch(await day(elenaPages), /cover for/);
});

test("to come: both see it, and it opens nothing", async () => {
  await cover([{ covered_by: workers.elena.id, begins_on: "2026-11-26", ends_on: "2026-11-27" }]);
  assert.match(await day(elenaPages), /You cover for Jonas Webb from Thu 26 Nov 2026 until Fri 27 Nov 2026/);
  assert.match(await day(await hearth.signIn("jonas")), /Elena Voss covers for you from Thu 26 Nov 2026/);
  assert.equal((await attempt("too early")).status, 403);
});

test("during: the same records and decisions, until its last day is over", async () => {
  hearth.setClock("2026-11-26T08:00:00-06:00");
  const made = await attempt("Nobody was at home.");
  assert.equal(made.status, 201, JSON.stringify(made.body));
  hearth.setClock("2026-11-27T23:59:00-06:00");
  assert.equal((await attempt("Late at night.")).status, 201);
  hearth.setClock("2026-11-28T00:00:00-06:00");
  assert.equal((await attempt("Too late.")).status, 403);
});

test("ended by one click of who covers, at once; nobody else ends it", async () => {
  const rows = (await jonas.get(`/worker/${workers.jonas.id}`)).body.cover;
  await cover([...rows, { covered_by: workers.elena.id, begins_on: "2026-11-27", ends_on: "2026-12-04" }]);
  assert.equal((await attempt("In their place.")).status, 201);
  elenaPages = await hearth.signIn("elena");
  const end = /\/cover\/[0-9a-f-]+\/[0-9a-f-]+\/end/.exec(await day(elenaPages))[0];
  const pia = await hearth.signIn("pia");
  assert.equal((await pia.post(end, {})).status, 404);
  assert.equal((await elenaPages.post(end, {})).status, 303);
  assert.doesNotMatch(await day(elenaPages), /cover for/);
  assert.equal((await attempt("No longer.")).status, 403);
  const kept = (await jonas.get(`/worker/${workers.jonas.id}`)).body.cover;
  assert.equal(kept.at(-1).ends_on, "2026-11-27");
});
