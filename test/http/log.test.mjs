// The log names routes, figures and the worker's identifier, and nothing of what anybody typed,
// searched for, read, or was refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth, Session } from "./hearth.mjs";

const canary = "Zqxcanary";
const spellings = [canary, canary.toLowerCase(), canary.toUpperCase(), encodeURIComponent(canary), "55512345671"];
let hearth, session, api, log;
before(async () => {
  hearth = await Hearth.start();
  session = await hearth.signIn("alma");
  api = hearth.api("alma");
});
after(() => hearth?.stop());

const lines = () => hearth.log.trim().split("\n").filter(Boolean);
const lastOf = (route) => lines().filter((line) => line.includes(`route="${route}"`)).pop() ?? "";

test("every kind of way in is gone with a canary", async () => {
  const { body: report } = await api.call("POST", "/access_report", { body: { narrative: `${canary} told 55512345671` } });
  const id = report.id;
  const nobody = new Session(hearth.url);
  const form = (user, password) => ({ method: "POST", body: new URLSearchParams({ user, password }) });
  const ways = [
    () => api.call("PATCH", `/access_report/${id}`, { version: 1, body: { family_name: canary } }),
    () => api.call("PATCH", `/access_report/${id}`, { version: 99, body: { family_name: canary } }),
    () => api.call("PATCH", `/access_report/${id}`, { version: 2, body: { [canary]: canary, priority: canary } }),
    () => api.call("POST", "/access_report", { body: {}, key: canary }),
    () => api.call("POST", `/${canary}`, { body: {} }),
    () => api.get(`/access_report/${id}?${canary}=${canary}`),
    () => api.get(`/access_report/${canary}`),
    () => api.get(`/access_report?cursor=${canary}&limit=${canary}`),
    () => api.call("POST", "/people/search", { body: { words: `${canary} ${canary}` } }),
    () => api.call("POST", "/people/search", { body: { words: canary, birth: canary } }),
    () => api.get(`/people/search/${canary}`),
    () => fetch(`${hearth.url}/api/v1/access_report`, { method: "POST", headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "application/json" }, body: `{"${canary}": ${canary}` }),
    () => fetch(`${hearth.url}/api/v1/access_report`, { headers: { Authorization: `Bearer ${canary}` } }),
    () => fetch(`${hearth.url}/api/v1/access_report`, { headers: { "User-Agent": canary, Referer: `${hearth.url}/${canary}`, Cookie: `hearth=${canary}` } }),
    () => session.post("/search", { words: `${canary} ${canary}` }),
    () => session.post("/people", { words: canary, [canary]: canary }),
    () => session.post("/draft", { place: `workspace ${canary}`, title: canary, content: canary }),
    () => session.post("/earlier-contact", { words: canary }),
    () => session.fetch(`/record/person/${canary}`),
    () => session.fetch(`/${canary}/${canary}`),
    () => session.fetch(`/my-day?${canary}=${canary}`),
    () => session.fetch(`/list/${canary}`),
    () => session.fetch(`/start/${canary}`),
    () => session.fetch(`/model/entity/${canary}`),
    () => session.fetch(`/%FF${canary}`),
    () => session.fetch(`/static/${canary}/style/${canary}.css`),
    () => session.fetch(`/sign-in?then=/${canary}`),
    () => session.fetch(`/record/access_report/${id}`),
    () => session.fetch(`/record/access_report/${id}/history`),
    () => session.post(`/record/access_report/${id}`, { version: 2, family_name: canary, unknown: canary }),
    () => session.post(`/record/access_report/${id}/do/${canary}`, { reason: canary }),
    () => session.post(`/record/access_report/${id}/verb/entered_in_error`, { reason: canary, version: 2 }),
    () => session.fetch("/search", { method: "POST", body: new URLSearchParams({ words: canary, form_token: canary }) }),
    () => session.fetch("/search", { method: "POST", headers: { "Content-Type": `text/${canary}` }, body: canary }),
    () => session.fetch(`/${canary}`, { method: "DELETE" }),
    () => nobody.fetch("/sign-in", form(canary, canary)),
    () => nobody.fetch("/sign-in", form("alma", canary)),
    () => nobody.fetch(`/my-day/${canary}`),
  ];
  const statuses = [];
  for (const way of ways) statuses.push((await way()).status);
  assert.ok(statuses.includes(200) && statuses.includes(404) && statuses.includes(422) && statuses.includes(401), String(statuses));
  await new Promise((done) => setTimeout(done, 200));
  log = hearth.log;
  assert.ok(lines().length >= ways.length);
  for (const spelling of spellings) assert.ok(!log.includes(spelling), lines().find((line) => line.includes(spelling)));
  assert.ok(!log.includes(id), "no identifier of a record");
  assert.ok(!log.includes(api.token) && !log.includes(session.formToken), "no secret");
});

test("a line says when, which route, how it ended, how long, how much and who", async () => {
  const answer = await api.get("/access_report?limit=1");
  assert.equal(answer.status, 200);
  await new Promise((done) => setTimeout(done, 100));
  const line = lastOf("/api/v1/{entity}");
  assert.match(line, /^at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info event=request id=[0-9a-f]{8}-\d+ method=GET route="\/api\/v1\/\{entity\}" status=200 ms=\d+ bytes=[1-9]\d* actor=[0-9a-f-]{36}$/);
  assert.ok(line.includes(`id=${answer.headers.get("x-request-id")} `), "the answer has the number of its line");
  assert.match(lastOf("/sign-in"), /actor=none/);
  assert.match(lastOf("none"), /status=404/);
});

test("a fault of the database is told without what was bound to it", async () => {
  // A table that is not there any more: the statement fails, with the canary among its values.
  const { execFileSync } = await import("node:child_process");
  const { join } = await import("node:path");
  execFileSync("python3", ["-c", `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
db.execute("ALTER TABLE person_key RENAME TO person_key_away")
db.commit()
`, join(hearth.data, "hearth.db")]);
  const failed = await api.call("POST", "/people/search", { body: { words: `${canary} ${canary}` } });
  assert.ok(failed.status >= 500, String(failed.status));
  for (let i = 0; i < 30; i++) await api.call("POST", "/people/search", { body: { words: `${canary} ${canary}` } });
  await new Promise((done) => setTimeout(done, 200));
  const errors = lines().filter((line) => line.includes("level=error"));
  assert.ok(errors.length > 0 && errors.some((line) => /status=5\d\d/.test(line)));
  assert.ok(errors.length <= 12, `what repeats is not repeated: ${errors.length}`);
  for (const spelling of spellings) assert.ok(!hearth.log.includes(spelling), errors.join("\n"));
});
