// Any record as of a moment: what was known then, with what belonged to it, for who may read it today.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

const written = "2026-11-25T09:00:00-06:00";
const between = "2026-11-25T09:30:00-06:00";
const changed = "2026-11-25T10:00:00-06:00";
const later = "2026-11-25T11:00:00-06:00";
const then = encodeURIComponent(between);

let hearth, jonas, supervisor, contact;
before(async () => {
  hearth = await Hearth.start();
  jonas = hearth.api("jonas");
  supervisor = hearth.api("renee");
  const { body: { items } } = await jonas.get("/assessment?limit=200");
  const assessment = items.find((one) => one.state === "open" && one.assignments.some((row) => row.worker === one.worker));
  hearth.setClock(written);
  const body = { assessment: assessment.id, began_at: "2026-11-25T07:10", kind: "TELEPHONE", made: true, summary: "The first account." };
  contact = (await jonas.call("POST", "/contact", { body })).body;
  hearth.setClock(changed);
  const second = await jonas.call("PATCH", `/contact/${contact.id}`, { body: { summary: "The second account." }, version: contact.version });
  assert.equal(second.status, 200, JSON.stringify(second.body));
  hearth.setClock(later);
  const error = await supervisor.call("POST", `/contact/${contact.id}/entered_in_error`, { body: { reason: "The family next door." }, version: second.body.version });
  assert.equal(error.status, 200, JSON.stringify(error.body));
});
after(() => hearth?.stop());

test("the API reads a record as it was, and nothing can be saved on that", async () => {
  const now = await supervisor.get(`/contact/${contact.id}`);
  assert.equal(now.body.entered_in_error, "The family next door.");
  const answer = await supervisor.get(`/contact/${contact.id}?as_of=${then}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.body.summary, "The first account.");
  assert.equal(answer.body.version, 1);
  assert.equal(answer.body.entered_in_error, undefined);
});

test("what belonged to a record then is listed as it was then", async () => {
  const list = async (more) => (await supervisor.get(`/contact?assessment=${contact.assessment}${more}`)).body.items.find((one) => one.id === contact.id);
  assert.equal(await list("&limit=200"), undefined, "it was entered in error since");
  assert.equal((await list(`&as_of=${then}`)).summary, "The first account.");
  assert.equal((await list(`&as_of=${encodeURIComponent(changed)}`)).summary, "The second account.");
  assert.equal(await list(`&as_of=${encodeURIComponent("2026-11-25T08:30:00-06:00")}`), undefined);
  const all = await supervisor.get(`/contact?as_of=${then}`);
  assert.equal(all.status, 422);
  assert.equal(all.body.problems[0].field, "as_of");
});

test("the page says as of when it is, shows what belonged to it, and offers nothing to do", async () => {
  const session = await hearth.signIn("renee");
  const history = await (await session.fetch(`/record/contact/${contact.id}/history`)).text();
  assert.match(history, /name="as_of"/);
  const page = await (await session.fetch(`/record/contact/${contact.id}?as_of=2026-11-25T09:30`)).text();
  assert.match(page, /As it was known then/);
  assert.match(page, /The first account\./);
  assert.doesNotMatch(page, /The second account|The family next door/);
  assert.doesNotMatch(page, /\/verb\/|\/do\//);
  const whole = await (await session.fetch(`/record/assessment/${contact.assessment}?as_of=${then}`)).text();
  assert.match(whole, new RegExp(`/record/contact/${contact.id}\\?as_of=2026-11-25T09`));
});

test("from where one works a moment leads to the record as it was; what says how things stand now refuses it", async () => {
  const session = await hearth.signIn("renee");
  const moment = "?as_of=2026-11-25T09:30";
  const leads = async (path) => {
    const answer = await session.fetch(path + moment, { redirect: "manual" });
    assert.equal(answer.status, 303, path);
    return answer.headers.get("location");
  };
  const family = new RegExp(`^/record/assessment/${contact.assessment}\\?as_of=2026-11-25T09(:|%3A)30$`);
  for (const step of ["", "/family", "/contacts"]) assert.match(await leads(`/work/assessment/${contact.assessment}${step}`), family);
  const member = await leads(`/work/assessment/${contact.assessment}/contacts/${contact.id}`);
  assert.match(await (await session.fetch(member)).text(), /The first account\./);
  for (const path of ["/my-day", "/approvals", "/list/my_assessments", `/worker/${contact.worker}/hand-over`]) {
    const refused = await session.fetch(path + moment);
    assert.equal(refused.status, 422, path);
    const words = await refused.text();
    assert.match(words, /how things stand now/, path);
    assert.match(words, /choose “History”/, path);
    assert.equal((await session.fetch(path)).status, 200, path);
  }
});

test("moments that are none, that have not come, and before the record was there", async () => {
  for (const [moment, status] of [["yesterday", 400], ["", 400], ["2026-02-30T10:00", 400], ["2030-01-01T00:00", 422], ["2026-11-25T08:30", 404]]) {
    const answer = await supervisor.get(`/contact/${contact.id}?as_of=${encodeURIComponent(moment)}`);
    assert.equal(answer.status, status, moment);
    assert.ok(answer.body.problems[0].message.length > 10);
    const session = await hearth.signIn("renee");
    assert.equal((await session.fetch(`/record/contact/${contact.id}?as_of=${encodeURIComponent(moment)}`)).status, status, moment);
  }
});

test("access is that of today, and who may not read the history does not read what was", async () => {
  const alma = hearth.api("alma");
  assert.equal((await alma.get(`/contact/${contact.id}`)).status, 200);
  assert.equal((await alma.get(`/contact/${contact.id}?as_of=${then}`)).status, 403);
});
