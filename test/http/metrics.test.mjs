// The counters: what each counts, who may read them, and that they name nobody.
import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, root } from "./hearth.mjs";

let hearth;
before(async () => (hearth = await Hearth.start()));
after(() => hearth?.stop());

async function read(headers = {}) {
  const answer = await fetch(`${hearth.url}/metrics`, { headers });
  const text = await answer.text();
  const value = (name) => {
    const line = text.split("\n").find((one) => one.startsWith(`${name} `));
    assert.ok(line, `${name} in ${text.slice(0, 500)}`);
    return Number(line.slice(name.length + 1));
  };
  return { status: answer.status, text, value };
}

test("each counter counts what it says", async () => {
  const before = await read();
  assert.equal(before.status, 200);
  const session = await hearth.signIn("alma");
  await session.fetch("/no/such/page");
  for (let i = 0; i < 3; i++) {
    const form = new URLSearchParams({ user: "alma", password: `wrong ${i}` });
    await (await fetch(`${hearth.url}/sign-in`, { method: "POST", body: form, redirect: "manual" })).text();
  }
  const made = await hearth.api("alma").call("POST", "/access_report", { body: {} });
  assert.equal(made.status, 201);
  await session.post("/draft", { place: "workspace intake.caller 1", title: "t", content: "x" });
  const after = await read();
  const grown = (name) => after.value(name) - before.value(name);
  assert.equal(grown('hearth_sign_in_failures_total'), 3);
  assert.ok(grown('hearth_requests_total{class="4xx"}') >= 4);
  assert.ok(grown('hearth_requests_total{class="2xx"}') >= 2);
  assert.equal(after.value('hearth_request_seconds_bucket{le="+Inf"}'), after.value("hearth_request_seconds_count"));
  assert.ok(grown("hearth_writer_jobs_total") >= 2);
  assert.ok(grown("hearth_commit_seconds_count") >= 1);
  assert.ok(grown("hearth_commit_seconds_sum") > 0);
  assert.equal(grown("hearth_sessions"), 1);
  assert.ok(after.value('hearth_bytes{what="database"}') > 100000);
  assert.ok(after.value('hearth_bytes{what="free"}') > 0);
  assert.equal(after.value("hearth_errors_total"), 0);
  assert.equal(after.value('hearth_lane_waiting{lane="pages"}'), 0);
  assert.ok(after.value("hearth_unsealed_age_seconds") >= 0 && after.value("hearth_wakeups_overdue") >= 0);
  assert.ok(after.text.endsWith("# EOF\n"));
});

test("each is in docs/operations.md with what to do when it moves", async () => {
  const page = readFileSync(join(root, "docs/operations.md"), "utf8");
  const { text } = await read();
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name, type]) => (type === "counter" ? `${name}_total` : name));
  assert.equal(families.length, 12);
  for (const name of families) assert.match(page, new RegExp(`^\\| \`${name}[\`{].*\\|.*\\S.*\\|.*\\S.*\\|$`, "m"));
});

test("who asks through a proxy needs the token", async () => {
  assert.equal((await read({ "X-Forwarded-For": "127.0.0.1" })).status, 403);
  const token = join(hearth.folder, "token");
  writeFileSync(token, "0123456789abcdef0123456789abcdef\n");
  chmodSync(token, 0o600);
  await hearth.end();
  await hearth.serve("--secure", "--metrics-token", token);
  assert.equal((await read()).status, 403);
  assert.equal((await read({ Authorization: "Bearer 0123456789abcdef0123456789abcdee" })).status, 403);
  assert.equal((await read({ Authorization: "Bearer " })).status, 403);
  assert.equal((await read({ Authorization: "Bearer 0123456789abcdef0123456789abcdef" })).status, 200);
});
