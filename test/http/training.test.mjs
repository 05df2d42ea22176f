// A training instance cannot be mistaken for the real one: every answer says so, and its password is
// no password elsewhere.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, password, program, root } from "./hearth.mjs";

let hearth;
before(async () => (hearth = await Hearth.start()));
after(() => hearth?.stop());

// What somebody with the machine does by hand.
const sql = (python) => execFileSync("python3", ["-c", `import sqlite3, sys
d = sqlite3.connect(sys.argv[1])
${python}
d.commit()`, join(hearth.data, "hearth.db")]);
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

// "/document/..." of the plan that somebody agreed to.
async function documents(session) {
  const found = new Set();
  const plan = (await hearth.api("jonas").get("/protective_plan?limit=1")).body.items[0];
  const page = await (await session.fetch(`/record/protective_plan/${plan.id}`)).text();
  for (const [, path] of page.matchAll(/href="([^"]*\/document\/[^"]*)"/g)) found.add(path);
  return found;
}

test("what is printed says so", async () => {
  const session = await hearth.signIn("jonas");
  const found = await documents(session);
  assert.ok(found.size > 0, "a plan can be printed");
  for (const path of found) {
    const text = await (await session.fetch(path)).text();
    assert.match(text, /<title>Training: /);
    assert.match(text, /<aside class="training"(?! no-print)/);
  }
});

test("files that are not said to be invented are not taken in", () => {
  const folder = join(root, "model/data");
  const take = (...more) => spawnSync(program, ["import", join(root, "mapping/reference-data.yaml"), folder, "--data", hearth.data, ...more], { cwd: root, encoding: "utf8" });
  const refused = take();
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /takes only files that are said to be --invented/);
  assert.equal(take("--invented").status, 0);
});

const stillTraining = async () => {
  const answer = await fetch(`${hearth.url}/sign-in`);
  assert.equal(answer.headers.get("hearth-training"), "invented families");
  assert.equal(setPassword(password).status, 0);
};

test("it stays so: without the list of its logins, and restored from a backup", async () => {
  await hearth.end();
  rmSync(join(hearth.data, "sample.txt"));
  await hearth.serve();
  await stillTraining();
  await hearth.end();
  const [backup, restored] = ["backup", "restored"].map((name) => join(hearth.folder, name));
  hearth.run("backup", hearth.data, backup, "--with-keys");
  hearth.run("restore", backup, restored);
  hearth.data = restored;
  await hearth.serve();
  await stillTraining();
});

test("an installation of one kind is not made one of the other in its database", async () => {
  await hearth.end();
  const verify = () => spawnSync(program, ["audit", "verify", "--data", hearth.data], { cwd: root, encoding: "utf8" });
  assert.match(verify().stdout, / 0 broken/);
  sql(`try: d.execute("UPDATE installation SET training = 0"); sys.exit("it was changed")
except sqlite3.IntegrityError: pass`);
  sql(`d.executescript("DROP TRIGGER installation_stays; UPDATE installation SET training = 0")`);
  const broken = verify();
  assert.equal(broken.status, 1);
  assert.match(broken.stderr, /does not follow the block before it/);
  sql(`d.executescript("UPDATE installation SET training = 1")`);
  await hearth.serve();
});
