// Kernel verbs through the API and the pages: who may, what is asked, what follows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth, jonas, supervisor, login, contact;
before(async () => {
  hearth = await Hearth.start();
  jonas = hearth.api("jonas");
  const { body: { items } } = await jonas.get("/assessment?limit=200");
  const assessment = items.find((one) => one.state === "open" && one.assignments.some((row) => row.worker === one.worker));
  const body = { assessment: assessment.id, began_at: "2026-11-25T07:10", kind: "TELEPHONE", made: true, summary: "A call about somebody else." };
  const made = await jonas.call("POST", "/contact", { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  contact = made.body;
  login = "renee";
  supervisor = hearth.api(login);
});
after(() => hearth?.stop());

const verb = (api, name, body, version = contact.version) =>
  api.call("POST", `/contact/${contact.id}/${name}`, { body, version });
const listed = async (more = "") => {
  const { body } = await supervisor.get(`/contact?limit=200&assessment=${contact.assessment}${more}`);
  return body.items.some((one) => one.id === contact.id);
};

test("entered in error: refused to whom the policy does not grant it", async () => {
  const refused = await verb(jonas, "entered_in_error", { reason: "wrong family" });
  assert.equal(refused.status, 403, JSON.stringify(refused.body));
  assert.match(refused.body.problems[0].message, /may not say that it was entered in error/);
});

test("entered in error: a reason is needed, and nothing else is taken", async () => {
  const none = await verb(supervisor, "entered_in_error", { reason: "  " });
  assert.equal(none.status, 422);
  assert.equal(none.body.problems[0].field, "reason");
  const more = await verb(supervisor, "entered_in_error", { reason: "x", summary: "y" });
  assert.equal(more.status, 422);
  assert.equal(more.body.problems[0].field, "summary");
  const stale = await verb(supervisor, "entered_in_error", { reason: "x" }, 99);
  assert.equal(stale.status, 409);
});

test("entered in error by the page, without scripts", async () => {
  const session = await hearth.signIn(login);
  const address = `/record/contact/${contact.id}`;
  assert.match(await (await session.fetch(address)).text(), /\/verb\/entered_in_error"/);
  const page = await (await session.fetch(`${address}/verb/entered_in_error`)).text();
  assert.match(page, /Why it should not have been entered/);
  const empty = await session.post(`${address}/verb/entered_in_error`, { version: contact.version, reason: "" });
  assert.equal(empty.status, 422);
  assert.match(await empty.text(), /Say why it should not have been entered/);
  const done = await session.post(`${address}/verb/entered_in_error`, { version: contact.version, reason: "It was the family next door." });
  assert.equal(done.status, 303);
  const after = await (await session.fetch(address)).text();
  assert.match(after, /Entered in error/);
  assert.match(after, /It was the family next door\./);
  assert.doesNotMatch(after, /\/verb\/entered_in_error"/);
  assert.match(after, /\/verb\/reinstate"/);
  const history = await (await session.fetch(`${address}/history`)).text();
  assert.match(history, /Said that it was entered in error/);
});

test("whoever could read it reads it with its mark; it is in no list and not worked on", async () => {
  const { body } = await jonas.get(`/contact/${contact.id}`);
  assert.equal(body.entered_in_error, "It was the family next door.");
  assert.equal(await listed(), false);
  assert.equal(await listed("&entered_in_error=yes"), true);
  const changed = await jonas.call("PATCH", `/contact/${contact.id}`, { body: { summary: "z" }, version: body.version });
  assert.equal(changed.status, 409, JSON.stringify(changed.body));
  assert.equal(changed.body.problems[0].code, "entered_in_error");
});

test("it can be taken back", async () => {
  const { body } = await supervisor.get(`/contact/${contact.id}`);
  const back = await verb(supervisor, "reinstate", { reason: "It was this family." }, body.version);
  assert.equal(back.status, 200, JSON.stringify(back.body));
  assert.equal(back.body.entered_in_error, undefined);
  assert.equal(await listed(), true);
  const { body: { items } } = await supervisor.get(`/contact/${contact.id}/history`);
  assert.deepEqual(items.slice(0, 2).map((one) => one.verb), ["reinstate", "entered_in_error"]);
  assert.match(items[1].content, /"entered_in_error":\{"from":null,"to":"It was the family next door\."\}/);
});

test("decisions that rested on a record are listed, and those that were corrected since", async () => {
  const { body: { items } } = await supervisor.get("/access_report?limit=200");
  let seen = 0;
  for (const report of items.slice(0, 20)) {
    const answer = await supervisor.get(`/access_report/${report.id}/decisions`);
    assert.equal(answer.status, 200);
    seen += answer.body.items.length;
    for (const one of answer.body.items) assert.equal(one.corrected_since, false);
  }
  assert.ok(seen > 0, "the sample has screened reports");
});
