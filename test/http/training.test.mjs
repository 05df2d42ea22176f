// A training instance cannot be mistaken for the real one: every answer says so, and its password is
// no password elsewhere.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, password, program, root } from "./hearth.mjs";

let hearth;
before(async () => (hearth = await Hearth.start()));
after(() => hearth?.stop());

const setPassword = (word) => spawnSync(program, ["user", "add", "alma", "--data", hearth.data], { cwd: root, input: `${word}\n`, encoding: "utf8" });

test("every page, problem and answer of the API says that it is training", async () => {
  const session = await hearth.signIn("alma");
  for (const [path, status] of [["/my-day", 200], ["/sign-in", 200], ["/no/such/page", 404]]) {
    const answer = await session.fetch(path);
    const text = await answer.text();
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get("hearth-training"), "invented families");
    assert.match(text, /<title>Training: /);
    assert.match(text, /class="training"/);
  }
  const answer = await hearth.api("alma").get("/access_report?limit=1");
  assert.equal(answer.headers.get("hearth-training"), "invented families");
});

test("the password of the sample county is refused in a folder that is not one", async () => {
  assert.equal(setPassword(password).status, 0);
  await hearth.end();
  renameSync(join(hearth.data, "sample.txt"), join(hearth.folder, "sample.txt"));
  const refused = setPassword(password);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /the password of the sample county, which everybody knows/);
  assert.equal(setPassword("another and longer word").status, 0);
  await hearth.serve();
  const answer = await fetch(`${hearth.url}/sign-in`);
  assert.equal(answer.headers.get("hearth-training"), null);
  assert.match(await answer.text(), /<title>(?!Training)/);
});
