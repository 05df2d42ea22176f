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
  assert.match(refused.body.problems[0].message, /may not do this here: say that it was entered in error\. It is for: .*Ask one of them/);
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

// ---- by law ----

const order = { basis: "48.396(2), Marathon County 26JC0042, 3 November 2026", reason: "The court ordered it." };
const current = async (api) => (await api.get(`/contact/${contact.id}`)).body.version;

test("seal: the law is asked for, and who may not seal finds nothing afterwards", async () => {
  const refused = await verb(jonas, "seal", order, await current(jonas));
  assert.equal(refused.status, 403);
  const lawless = await verb(supervisor, "seal", { reason: "because" }, await current(supervisor));
  assert.equal(lawless.status, 422, JSON.stringify(lawless.body));
  assert.equal(lawless.body.problems[0].field, "basis");
  const sealed = await verb(supervisor, "seal", order, await current(supervisor));
  assert.equal(sealed.status, 200, JSON.stringify(sealed.body));
  assert.equal(sealed.body.sealed, order.basis);
  const never = "018f0000-0000-7000-8000-000000000000";
  const gone = await jonas.get(`/contact/${contact.id}`);
  const absent = await jonas.get(`/contact/${never}`);
  assert.equal(gone.status, 404);
  assert.deepEqual(gone.body, absent.body);
  const { body } = await jonas.get(`/contact?limit=200&assessment=${contact.assessment}`);
  assert.ok(!body.items.some((one) => one.id === contact.id));
  assert.ok(await listed(), "who may seal has it in lists");
  for (const path of ["", "/history", "/verb/seal"]) {
    const session = await hearth.signIn("jonas");
    const there = await session.fetch(`/record/contact/${contact.id}${path}`);
    const nowhere = await session.fetch(`/record/contact/${never}${path}`);
    assert.equal(there.status, 404);
    assert.equal((await there.text()).replaceAll(contact.id, ""), (await nowhere.text()).replaceAll(never, ""));
  }
});

test("the page of a sealed record says so, and it is unsealed by a page without scripts", async () => {
  const session = await hearth.signIn(login);
  const address = `/record/contact/${contact.id}`;
  const page = await (await session.fetch(address)).text();
  assert.match(page, /Sealed by order of a court/);
  assert.match(page, /26JC0042/);
  const version = await current(supervisor);
  const lawless = await session.post(`${address}/verb/unseal`, { version, reason: "The order ended." });
  assert.equal(lawless.status, 422);
  assert.match(await lawless.text(), /Name the law and the order/);
  const done = await session.post(`${address}/verb/unseal`, { version, ...order });
  assert.equal(done.status, 303);
  assert.equal((await jonas.get(`/contact/${contact.id}`)).status, 200);
});

test("expunge takes two; then there is nothing, and the register tells that it was done", async () => {
  const privacy = hearth.api("theo");
  const early = await verb(privacy, "expunge", order, await current(privacy));
  assert.equal(early.status, 409, JSON.stringify(early.body));
  assert.match(early.body.problems[0].message, /Only what is sealed/);
  await verb(privacy, "seal", order, await current(privacy));
  const alone = await verb(privacy, "expunge", order, await current(privacy));
  assert.equal(alone.status, 409);
  assert.match(alone.body.problems[0].message, /Somebody else must expunge it/);
  await verb(privacy, "unseal", order, await current(privacy));
  await verb(supervisor, "seal", order, await current(supervisor));
  const notGranted = await verb(supervisor, "expunge", order, await current(supervisor));
  assert.equal(notGranted.status, 403);
  const session = await hearth.signIn("theo");
  const done = await session.post(`/record/contact/${contact.id}/verb/expunge`, { version: await current(privacy), ...order });
  assert.equal(done.status, 303);
  assert.equal(done.headers.get("location"), "/legal-acts");
  for (const api of [privacy, supervisor, jonas]) {
    assert.equal((await api.get(`/contact/${contact.id}`)).status, 404);
    assert.equal((await api.get(`/contact/${contact.id}/history`)).status, 404);
  }
  assert.equal(await listed(), false);
  const register = await (await session.fetch("/legal-acts")).text();
  assert.match(register, /Expunged: Contact/);
  assert.match(register, /26JC0042/);
  assert.doesNotMatch(register, /A call about somebody else/);
  const { body: { items } } = await privacy.get("/legal-acts");
  assert.equal(items[0].verb, "expunge");
  assert.ok(items[0].history_rows >= 5);
  assert.deepEqual((await jonas.get("/legal-acts")).body.items, []);
  assert.match(hearth.run("audit", "verify", "--data", hearth.data), /expunged/);
});

// ---- to where it belongs ----

test("a contact of another family is moved there by a page, and both places tell", async () => {
  const { body: { items } } = await supervisor.get("/assessment?limit=200");
  const from = items.find((one) => one.state === "open" && one.assignments.some((row) => row.worker === one.worker));
  const to = items.find((one) => one.state !== "closed" && one.id !== from.id);
  const body = { assessment: from.id, began_at: "2026-11-25T07:20", kind: "TELEPHONE", made: true, summary: "About the family next door." };
  const made = await jonas.call("POST", "/contact", { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  contact = made.body;
  const session = await hearth.signIn(login);
  const address = `/record/contact/${contact.id}`;
  assert.match(await (await session.fetch(address)).text(), /\/verb\/move"/);
  const shown = await session.post(`${address}/verb/move`, { version: contact.version, to: to.number, reason: "", update: "yes" });
  assert.match(await shown.text(), /It will belong to/);
  const nowhere = await session.post(`${address}/verb/move`, { version: contact.version, to: "A-999-2026-000000", reason: "It was next door." });
  assert.equal(nowhere.status, 422);
  assert.match(await nowhere.text(), /Say which record this belongs to/);
  const same = await session.post(`${address}/verb/move`, { version: contact.version, to: from.number, reason: "It was next door." });
  assert.equal(same.status, 409);
  assert.match(await same.text(), /It belongs there already/);
  const done = await session.post(`${address}/verb/move`, { version: contact.version, to: to.number, reason: "It was next door." });
  assert.equal(done.status, 303, await done.text());
  const { body: moved } = await supervisor.get(`/contact/${contact.id}`);
  assert.equal(moved.assessment, to.id);
  assert.match(await (await session.fetch(`/record/assessment/${from.id}`)).text(), /Moved away/);
  const history = await (await session.fetch(`${address}/history`)).text();
  assert.match(history, /Moved to where it belongs/);
  assert.match(history, /It was next door\./);
  const back = await verb(supervisor, "move", { to: from.id, reason: "No: it was right." }, moved.version);
  assert.equal(back.status, 200, JSON.stringify(back.body));
  assert.equal(back.body.assessment, from.id);
  const lost = await verb(supervisor, "move", { to: "here", reason: "x" }, back.body.version);
  assert.equal(lost.status, 422);
  assert.equal(lost.body.problems[0].field, "to");
  const refused = await verb(jonas, "move", { to: to.id, reason: "x" }, back.body.version);
  assert.equal(refused.status, 403);
});

test("what was written down of the wrong person is moved to one who is looked for by name", async () => {
  const [child] = (await jonas.get(`/assessment_child?limit=1&assessment=${contact.assessment}`)).body.items;
  const others = (await jonas.get("/assessment_child?limit=200")).body.items;
  const { person } = others.find((one) => one.assessment !== child.assessment && one.person !== child.person);
  const right = (await jonas.get(`/person/${person}`)).body;
  const made = await jonas.call("POST", "/tribal_inquiry", { body: {
    person: child.person, asked_at: "2026-11-25T07:30", asked_of: "The mother", answer: "NO_TRIBE_KNOWN", in_words: "No, not that she knows." } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const session = await hearth.signIn(login);
  const address = `/record/tribal_inquiry/${made.body.id}/verb/move`;
  assert.match(await (await session.fetch(address)).text(), /data-picker="to"/);
  const { version } = made.body;
  const looked = await session.post(address, { version, to: "", reason: "", "find:to": right.display_name, find: "to" });
  const hit = new RegExp(`type="radio"[^>]*name="to"[^>]*value="${right.id}"`);
  assert.match(await looked.text(), hit);
  const none = await session.post(address, { version, to: "", reason: "It was her sister." });
  assert.equal(none.status, 422);
  assert.match(await none.text(), /Say which record this belongs to/);
  const pairs = new URLSearchParams([["version", version], ["to", ""], ["to", right.id], ["reason", ""]]);
  const unsaid = await session.post(address, pairs);
  assert.equal(unsaid.status, 422);
  assert.match(await unsaid.text(), new RegExp(`${hit.source}[^>]*checked`), "who was chosen stays chosen");
  pairs.set("reason", "It was her sister.");
  pairs.append("to", right.id);
  const done = await session.post(address, pairs);
  assert.equal(done.status, 303, await done.text());
  assert.equal((await supervisor.get(`/tribal_inquiry/${made.body.id}`)).body.person, right.id);
});

test("what is closed goes back to what it was, where the model has no way of its own", async () => {
  const { body: { items } } = await supervisor.get("/access_report?limit=200");
  const report = items.find((one) => one.state === "screened_out" || one.state === "closed");
  assert.ok(report, "the sample has a report that is closed");
  const open = items.find((one) => !["screened_out", "closed"].includes(one.state));
  const reopen = (one, reason, api = supervisor) => api.call("POST", `/access_report/${one.id}/reopen`, { body: { reason }, version: one.version });
  assert.equal((await reopen(open, "x")).status, 409);
  assert.equal((await reopen(report, "")).status, 422);
  assert.equal((await reopen(report, "x", jonas)).status, 403);
  const session = await hearth.signIn(login);
  assert.match(await (await session.fetch(`/record/access_report/${report.id}`)).text(), /\/verb\/reopen"/);
  const done = await reopen(report, "A second call says more.");
  assert.equal(done.status, 200, JSON.stringify(done.body));
  const { body: { items: [last] } } = await supervisor.get(`/access_report/${report.id}/history`);
  assert.equal(last.verb, "reopen");
  assert.match(last.content, new RegExp(`"state":\\{"from":"${report.state}","to":"${done.body.state}"\\}`));
});

test("a record that belongs to nothing is moved nowhere, and says so", async () => {
  const [report] = (await supervisor.get("/access_report?limit=1")).body.items;
  const session = await hearth.signIn(login);
  const address = `/record/access_report/${report.id}/verb/move`;
  const shown = await session.fetch(address);
  assert.equal(shown.status, 200);
  assert.doesNotMatch(await shown.text(), /name="to"/);
  const sent = await session.post(address, { version: report.version, to: report.number, reason: "To where?" });
  assert.ok([409, 422].includes(sent.status), String(sent.status));
  assert.equal((await session.fetch("/my-day")).status, 200, "Hearth goes on");
});
