// All open work of a worker goes to another in one act: what moves, what stays and why, who may read before and after,
// and a server that dies in between.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth, renee, jonas, elena, pia, workers, carried, family;
const [calls, others] = [[], []];
const apis = () => [renee, jonas, elena, pia];
const words = (html) => html.replace(/<[^>]*>/g, " ").replace(/&#39;|&rsquo;/g, "'").replace(/\s+/g, " ");
const page = async (session, path) => words(await (await session.fetch(path)).text());
const list = async (api, path) => (await api.get(path)).body.items;
const moves = async (from, to) => list(renee, `/worker/${from}/hand-over?to=${to}`);
const ask = (api, from, to, more = {}) =>
  api.call("POST", `/worker/${from}/hand-over`, { body: { to, reason: "Leaves the agency.", ...more } });
const read = async (id) => (await renee.get(`/assessment/${id}`)).body;
const handedOver = async (id) => (await list(renee, `/assessment/${id}/history?limit=200`)).filter((one) => one.transition === "hand_over");
const running = (assessment, worker) => assessment.assignments.filter((row) => row.worker === worker && !row.until_at);
const attempt = (api, assessment) => api.call("POST", "/contact", { body: {
  assessment, began_at: "2026-11-25T07:30", kind: "FACE_TO_FACE", made: false, place: "FAMILY_HOME", attempt_note: "Nobody opened." } });

// It is done in the background.
const done = async (id) => {
  for (let tries = 0; tries < 150; tries++) {
    const { status, body } = await renee.get(`/hand-over/${id}`);
    assert.equal(status, 200);
    if (body.ended_at) return body;
    await new Promise((go) => setTimeout(go, 200));
  }
  assert.fail("the hand-over does not end");
};
const asked = async (...request) => {
  const { status, body, headers } = await ask(...request);
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal(headers.get("location"), `/api/v1/hand-over/${body.id}`);
  return body.id;
};

before(async () => {
  hearth = await Hearth.start();
  [renee, jonas, elena, pia] = ["renee", "jonas", "elena", "pia"].map((login) => hearth.api(login));
  workers = Object.fromEntries((await list(renee, "/worker?limit=200")).map((one) => [one.login, one.id]));
  carried = (await list(renee, "/assessment?limit=200"))
    .filter((one) => one.state === "open" && running(one, workers.jonas).length > 0 && running(one, workers.elena).length === 0)
    .map((one) => one.id);
  assert.ok(carried.length >= 3, "Jonas carries several assessments");
  // More calls than are listed at once.
  for (let call = 0; call < 23; call++) {
    const { status, body } = await jonas.call("POST", "/access_report", { body: {} });
    assert.equal(status, 201, JSON.stringify(body));
    calls.push(body.id);
  }
  const [named] = await list(jonas, `/assessment_child?limit=1&assessment=${carried[1]}`);
  for (const [entity, body] of [
    ["missing_child", { child: named.person, learned_at: "2026-11-25T07:00" }],
    ["service_request", { family_name: "Thornquist", asked_at: "2026-11-25T07:00", wish: "Somebody who comes home." }],
  ]) {
    const { status, body: made } = await jonas.call("POST", `/${entity}`, { body });
    assert.equal(status, 201, JSON.stringify(made));
    others.push(`/${entity}/${made.id}`);
  }
  // In one of them is a child of Elena's family.
  family = carried[0];
  const [child] = await list(renee, `/assessment_child?limit=200&assessment=${family}`);
  const conflict = await renee.call("POST", "/conflict", { body: {
    worker: workers.elena, who: "My nephew", relation: "OTHER_RELATIVE", person: child.person } });
  assert.equal(conflict.status, 201, JSON.stringify(conflict.body));
});
after(() => hearth?.stop());

test("what moves: each record with what stands in the way of who would take over", async () => {
  const toNobody = await moves(workers.jonas, "");
  for (const id of carried) assert.ok(toNobody.some((one) => one.id === id && one.duty === "assessments"), "every assessment");
  assert.ok(toNobody.every((one) => one.problems.length === 0));
  const toPia = (await moves(workers.jonas, workers.pia)).filter((one) => one.carried_as === "Primary worker");
  assert.ok(toPia.length > 0);
  for (const one of toPia) {
    assert.deepEqual(one.problems.map((problem) => problem.code), ["pre_service_training"], JSON.stringify(one));
    assert.match(one.problems[0].message, /DCF 43\.04/);
  }
  const toElena = await moves(workers.jonas, workers.elena);
  assert.deepEqual(toElena.filter((one) => one.problems.length > 0).map((one) => [one.id, one.problems[0].code]), [[family, "own_family"]]);
  const shown = await page(await hearth.signIn("renee"), `/worker/${workers.jonas}/hand-over?to=${workers.pia}`);
  assert.match(shown, /What moves/);
  assert.match(shown, /Cannot be the primary worker: pre-service training is open \(DCF 43\.04\)/);
  assert.ok((await Promise.all(carried.map(read))).every((one) => running(one, workers.jonas).length > 0), "nothing has moved yet");
});

test("who may: the worker and their supervisors; to somebody else, with a reason, not for a day that is past", async () => {
  assert.equal((await ask(elena, workers.jonas, workers.elena)).status, 403);
  assert.equal((await elena.get(`/worker/${workers.jonas}/hand-over`)).status, 403);
  for (const [field, to, more] of [["to", workers.jonas, {}], ["reason", workers.elena, { reason: " " }], ["on", workers.elena, { on: "2026-11-24" }]]) {
    const { status, body } = await ask(renee, workers.jonas, to, more);
    assert.equal(status, 422, field);
    assert.deepEqual(body.problems.map((problem) => problem.field), [field]);
  }
  const [path, pages] = [`/worker/${workers.jonas}/hand-over`, await hearth.signIn("renee")];
  const updated = await pages.post(path, { to: workers.elena, update: "yes" });
  assert.equal(updated.status, 200);
  assert.match(await updated.text(), /It is about the own family/);
  const unsaid = await pages.post(path, { to: workers.elena });
  assert.equal(unsaid.status, 422);
  assert.match(await unsaid.text(), /Say why the work is handed over/);
  assert.equal((await (await hearth.signIn("pia")).fetch(path)).status, 403);
  assert.match(await (await pages.fetch(`/record/worker/${workers.jonas}`)).text(), new RegExp(`href="${path}"`));
  const { version } = await read(carried[1]);
  const alone = await renee.call("POST", `/assessment/${carried[1]}/hand_over`, { version, body: {} });
  assert.equal(alone.body.problems[0].code, "by_hand_over", "its step is not taken by itself");
});

test("one act: rows end and begin, who may read and whose day it is follow, drafts go along, all are told", async () => {
  const [first] = carried.slice(1);
  assert.equal((await attempt(jonas, first)).status, 201);
  assert.equal((await attempt(elena, first)).status, 403);
  const jonasPages = await hearth.signIn("jonas");
  await jonasPages.post("/draft", { draft_place: `work/assessment/${first}/family`, draft_title: "Family of the first", family_name: "The first" });
  const id = await asked(renee, workers.jonas, workers.elena);
  const { items } = await done(id);
  for (const item of items.filter((one) => one.duty === "assessments")) {
    assert.equal(item.state, item.id === family ? "stayed" : "moved", JSON.stringify(item));
  }
  assert.match(items.find((one) => one.id === family).said, /own family/);
  const movedCalls = items.filter((one) => one.duty === "reports" && one.state === "moved").map((one) => one.id);
  assert.deepEqual(calls.filter((call) => !movedCalls.includes(call)), [], "every call");
  for (const call of calls) assert.equal((await elena.get(`/access_report/${call}`)).body.taken_by, workers.elena);
  for (const path of others) assert.equal((await renee.get(path)).body.worker, workers.elena, path);
  assert.deepEqual((await moves(workers.jonas, "")).map((one) => one.id), [family], "nothing else is left");

  for (const moved of carried.slice(1)) {
    const assessment = await read(moved);
    const old = assessment.assignments.filter((row) => row.worker === workers.jonas);
    assert.ok(old.every((row) => row.until_at && row.until_why === "Leaves the agency."), "ended, not rewritten");
    assert.equal(running(assessment, workers.elena).length, old.length);
    const history = await handedOver(moved);
    assert.equal(history.length, 1);
    assert.equal(history[0].by, workers.renee);
  }
  assert.equal(running(await read(family), workers.jonas).length, 1);

  assert.equal((await attempt(jonas, first)).status, 403);
  assert.equal((await attempt(elena, first)).status, 201);
  const due = async (api) => new Set((await list(api, "/clocks")).map((clock) => clock.record));
  const [hers, his] = [await due(elena), await due(jonas)];
  assert.ok(carried.slice(1).every((moved) => !his.has(moved)), "no date of it is on his day");
  assert.ok(carried.slice(1).some((moved) => hers.has(moved)), "they are on hers");

  const elenaDay = await page(await hearth.signIn("elena"), "/my-day");
  const jonasDay = await page(jonasPages, "/my-day");
  assert.match(elenaDay, /Left by Jonas Webb: Family of the first/);
  assert.doesNotMatch(jonasDay, /Family of the first/);
  const reneePages = await hearth.signIn("renee");
  for (const day of [elenaDay, jonasDay, await page(reneePages, "/my-day")]) {
    assert.match(day, /Open work of Jonas Webb was handed over to Elena Voss\. The sheet is behind “Hand over the work”\./);
  }
  const sheet = await page(reneePages, `/hand-over/${id}`);
  assert.match(sheet, /Hand-over sheet Jonas Webb to Elena Voss Done\. Asked for by Renee Okafor/);
  assert.match(sheet, /Children \d/);
  assert.match(sheet, /Stayed It is about the own family/);
  assert.equal((await (await hearth.signIn("pia")).fetch(`/hand-over/${id}`)).status, 404);
});

test("a server that dies in between goes on after its start, and does nothing twice", async () => {
  const id = await asked(renee, workers.elena, workers.jonas);
  const gone = new Promise((end) => {
    hearth.process.removeAllListeners("exit");
    hearth.process.once("exit", end);
  });
  hearth.process.kill("SIGKILL");
  await gone;
  await hearth.serve();
  for (const api of apis()) api.url = hearth.url;
  const { items } = await done(id);
  for (const moved of carried.slice(1)) {
    assert.equal(items.filter((item) => item.id === moved && item.state === "moved").length, 1);
    assert.equal((await handedOver(moved)).length, 2);
    const assessment = await read(moved);
    assert.equal(running(assessment, workers.elena).length, 0);
    assert.equal(assessment.worker, workers.jonas);
  }
});

test("for a later day: nothing moves before it, and another one waits until it is done", async () => {
  const id = await asked(jonas, workers.jonas, workers.elena, { on: "2026-12-01" });
  const second = await ask(renee, workers.jonas, workers.pia);
  assert.equal(second.body.problems[0].code, "under_way");
  hearth.setClock("2026-11-30T23:59:00-06:00");
  await new Promise((go) => setTimeout(go, 5000));
  assert.equal((await renee.get(`/hand-over/${id}`)).body.ended_at, undefined);
  hearth.setClock("2026-12-01T00:00:05-06:00");
  const { items } = await done(id);
  assert.ok(items.some((item) => item.state === "moved"));
  assert.equal((await read(carried[1])).worker, workers.elena);
});

test("what may not be known of is on no list and stays; what came to be sealed leaves the sheet", async () => {
  const [hidden, shown] = carried.slice(1);
  const law = { basis: "48.396(2), Marathon County 26JC0042", reason: "The court ordered it." };
  const verb = async (name, id) => {
    const { status, body } = await renee.call("POST", `/assessment/${id}/${name}`, { version: (await read(id)).version, body: law });
    assert.equal(status, 200, JSON.stringify(body));
  };
  await verb("seal", hidden);
  const before = await list(elena, `/worker/${workers.elena}/hand-over?to=${workers.jonas}`);
  assert.ok(before.some((one) => one.id === shown));
  assert.ok(!before.some((one) => one.id === hidden));
  const id = await asked(elena, workers.elena, workers.jonas);
  const { items } = await done(id);
  assert.ok(items.some((item) => item.id === shown && item.state === "moved"));
  assert.ok(!items.some((item) => item.id === hidden), "not even for who may read it: it was not listed");
  await verb("unseal", hidden);
  assert.equal((await read(hidden)).worker, workers.elena);

  const onSheet = async () => (await elena.get(`/hand-over/${id}`)).body.items.some((item) => item.id === shown);
  assert.equal(await onSheet(), true);
  const title = (await read(shown)).number;
  const session = await hearth.signIn("elena");
  assert.match(await page(session, `/hand-over/${id}`), new RegExp(title));
  await verb("seal", shown);
  assert.equal(await onSheet(), false);
  assert.doesNotMatch(await page(session, `/hand-over/${id}`), new RegExp(title));
  assert.doesNotMatch(await page(session, `/worker/${workers.elena}/hand-over`), new RegExp(title));
});
