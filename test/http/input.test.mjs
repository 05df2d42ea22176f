// Input through the API: bytes come back as they went in, and what cannot be is refused with its field.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, shared } from "./hearth.mjs";

let hearth, api;
before(async () => {
  hearth = await Hearth.start();
  api = hearth.api("alma");
});
after(() => hearth.stop());

async function report(body = {}) {
  const made = await api.call("POST", "/access_report", { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body;
}
const fields = (answer) => answer.body.problems.map((problem) => problem.field);

test("a call has its number at the first save, with nothing filled in", async () => {
  const made = await report();
  assert.ok(made.number.length > 0);
  assert.equal(made.version, 1);
  assert.equal(made.state, "taking");
  assert.equal(made.narrative, null);
});

test("naughty strings come back byte for byte", async (t) => {
  const file = join(shared, "data/naughty-strings/blns.txt");
  if (!existsSync(file)) return t.skip("the list is not beside the project");
  const strings = readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  assert.ok(strings.length > 400);
  let { id, version } = await report();
  const textFields = ["narrative", "danger_note", "street"];
  for (const name of textFields) {
    for (const text of strings.filter((s) => name !== "street" || [...s].length <= 90)) {
      const saved = await api.call("PATCH", `/access_report/${id}`, { version, body: { [name]: text } });
      assert.equal(saved.status, 200, `${name} ${JSON.stringify(text)}: ${JSON.stringify(saved.body)}`);
      assert.equal(saved.body[name], text === "" ? null : text);
      version = saved.body.version;
    }
  }
});

test("NUL and bytes that are no UTF-8 are refused, and nothing is saved", async () => {
  const { id, version } = await report();
  const nul = await api.call("PATCH", `/access_report/${id}`, { version, body: { narrative: "a\u0000b" } });
  assert.ok(nul.status >= 400 && nul.status < 500);
  const response = await fetch(`${hearth.url}/api/v1/access_report/${id}`, {
    method: "PATCH",
    headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "application/json", "If-Match": `"${version}"` },
    body: Buffer.concat([Buffer.from('{"narrative":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  });
  assert.equal(response.status, 400);
  assert.equal((await api.get(`/access_report/${id}`)).body.version, version);
});

test("unknown fields are refused by name", async () => {
  const answer = await api.call("POST", "/access_report", { body: { narative: "x" } });
  assert.equal(answer.status, 422);
  assert.deepEqual(fields(answer), ["narative"]);
});

test("dates that cannot be are refused, each with its field", async () => {
  for (const wrong of ["2026-02-30", "2026-13-01", "yesterday", "2999-01-01T10:00", "2026-03-08T02:30"]) {
    const answer = await api.call("POST", "/access_report", { body: { received_at: wrong } });
    assert.equal(answer.status, 422, wrong);
    assert.deepEqual(fields(answer), ["received_at"], wrong);
  }
});

test("broken JSON, duplicate keys, wrong shapes and deep nesting are refused", async () => {
  const bodies = ['{"narrative":', '{"narrative":"a","narrative":"b"}', "[]", '"x"', '{"narrative":{"a":{}}}',
    '{"narrative":1.5}', "[".repeat(5000), '{"participants":[{"given_name":"A"},"B"]}'];
  for (const body of bodies) {
    const response = await fetch(`${hearth.url}/api/v1/access_report`, {
      method: "POST",
      headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "application/json" },
      body,
    });
    assert.ok([400, 422].includes(response.status), `${body.slice(0, 40)}: ${response.status}`);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
  }
});

test("a narrative of a million characters is refused and nothing else changes", async () => {
  const { id, version } = await report({ narrative: "kept" });
  const answer = await api.call("PATCH", `/access_report/${id}`, { version, body: { narrative: "x".repeat(1000000) } });
  assert.equal(answer.status, 422);
  assert.deepEqual(fields(answer), ["narrative"]);
  assert.equal((await api.get(`/access_report/${id}`)).body.narrative, "kept");
});

test("a body of 3 MB is refused", async () => {
  const response = await fetch(`${hearth.url}/api/v1/access_report`, {
    method: "POST",
    headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ narrative: "x".repeat(3000000) }),
  }).catch(() => null);
  assert.ok(response === null || response.status === 413);
});

test("a save needs the version that was seen, and an old one is a clash", async () => {
  const { id, version } = await report();
  assert.equal((await api.call("PATCH", `/access_report/${id}`, { body: { street: "A" } })).status, 428);
  assert.equal((await api.call("PATCH", `/access_report/${id}`, { version, body: { street: "A" } })).status, 200);
  const clash = await api.call("PATCH", `/access_report/${id}`, { version, body: { street: "B" } });
  assert.equal(clash.status, 409);
  assert.equal(clash.body.code, "stale");
  assert.equal((await api.get(`/access_report/${id}`)).body.street, "A");
});

test("an idempotency key makes a repeated call one call", async () => {
  const key = "test-key-1";
  const first = await api.call("POST", "/access_report", { body: { street: "Once" }, key });
  const second = await api.call("POST", "/access_report", { body: { street: "Once" }, key });
  assert.equal(first.body.id, second.body.id);
});

test("a transition from the wrong state is refused and says what would be right", async () => {
  const { id, version } = await report();
  const answer = await hearth.api("renee").call("POST", `/access_report/${id}/screen_in`, { version, body: {} });
  assert.ok([403, 409, 422].includes(answer.status));
  assert.ok(answer.body.problems.every((problem) => problem.message.length > 10));
});

test("what is not there is not found, for every method", async () => {
  const nobody = "00000000-0000-7000-8000-000000000000";
  assert.equal((await api.get(`/access_report/${nobody}`)).status, 404);
  assert.equal((await api.get("/access_report/not-an-id")).status, 404);
  assert.equal((await api.get("/no_such_entity")).status, 404);
  assert.equal((await api.call("PATCH", `/access_report/${nobody}`, { version: 1, body: {} })).status, 404);
});

test("the list pages through everything once", async () => {
  const made = new Set();
  for (let i = 0; i < 7; i++) made.add((await report()).id);
  const seen = [];
  let cursor = "";
  do {
    const page = await api.get(`/access_report?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    assert.equal(page.status, 200);
    seen.push(...page.body.items.map((item) => item.id));
    cursor = page.body.next_cursor ?? "";
  } while (cursor);
  assert.equal(new Set(seen).size, seen.length);
  for (const id of made) assert.ok(seen.includes(id));
});

test("OpenAPI 3.1 names every entity, field and transition of the model", async () => {
  const api31 = await (await fetch(`${hearth.url}/api/v1/openapi.json`)).json();
  assert.equal(api31.openapi, "3.1.0");
  // Every reference leads to a component, and what recurs stands once: no list of codes twice.
  const leads = (ref) => ref.slice(2).split("/").reduce((at, key) => at?.[key], api31) !== undefined;
  const written = JSON.stringify(api31);
  for (const [, ref] of written.matchAll(/"\$ref":"([^"]+)"/g)) assert.ok(leads(ref), ref);
  assert.equal(written.match(/"FEMALE"/g).length, 1);
  assert.ok(api31.components.schemas.access_report.properties.narrative);
  assert.ok(api31.paths["/api/v1/access_report/{id}/screen_in"].post);
  const one = await report();
  for (const name of Object.keys(one)) {
    const { access_report: its, "kernel.record": every } = api31.components.schemas;
    assert.ok(its.properties[name] || every.properties[name] || ["entity", "created_by", "changed_by"].includes(name), name);
  }
});

test("a text that would tell who reported is saved, with a warning to those who may know who did", async () => {
  const { id, version } = await report();
  const reporter = { report: id, given_name: "Paula", family_name: "Reinholt", phone: "(715) 555-0161" };
  assert.equal((await api.call("POST", "/reporter", { body: reporter })).status, 201);
  const text = "Mrs. Reinholt saw it. Call 715 555 0161.";
  const saved = await api.call("PATCH", `/access_report/${id}`, { version, body: { narrative: text } });
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
  assert.equal(saved.body.narrative, text);
  assert.deepEqual(saved.body.warnings, [{ field: "narrative", code: "tells_who_reported",
    message: "\u201cWhat happened\u201d may tell who reported: reinholt, (715) 555-0161." }]);
  const mended = await api.call("PATCH", `/access_report/${id}`, { version: saved.body.version, body: { narrative: "The teacher saw it." } });
  assert.equal(mended.status, 200);
  assert.equal(mended.body.warnings, undefined);
});
