// The self-audit: each finding is there when it is true, and gone when it is mended.
import assert from "node:assert/strict";
import { spawnSync, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, program, root } from "./hearth.mjs";

let hearth;
before(async () => (hearth = await Hearth.start()));
after(() => hearth?.stop());

function audit(...options) {
  const { stdout, stderr, status } = spawnSync(program, ["audit", "self", "--data", hearth.data, ...options], { encoding: "utf8", cwd: root, timeout: 60000 });
  assert.ok(status === 0 || status === 1, stderr);
  const codes = new Map(stdout.trim().split("\n").map((line) => /^(grave|weak) (\w+): (.*)$/.exec(line)).filter(Boolean).map(([, weight, code, words]) => [code, `${weight} ${words}`]));
  assert.equal(status, [...codes.values()].some((words) => words.startsWith("grave")) ? 1 : 0);
  return codes;
}

// Changes rows behind the server's back, as only a test may.
function change(sql) {
  execFileSync("python3", ["-c", "import sqlite3,sys; db=sqlite3.connect(sys.argv[1],timeout=20); db.execute(sys.argv[2]); db.commit()", join(hearth.data, "hearth.db"), sql]);
}

test("backup: none, then one, then an old one", () => {
  assert.match(audit().get("no_backup"), /^grave/);
  hearth.run("backup", hearth.data, join(hearth.folder, "backup"));
  const now = audit();
  assert.ok(!now.has("no_backup") && !now.has("backup_old"));
  writeFileSync(join(hearth.data, "marks/backup"), `${Date.now() - 49 * 3600 * 1000} 0\n`);
  assert.match(audit().get("backup_old"), /^grave .*two days/);
  writeFileSync(join(hearth.data, "marks/backup"), "broken");
  assert.ok(audit().has("no_backup"), "a mark that cannot be read is none");
});

test("verification: never, then done, then long ago, then broken", () => {
  assert.match(audit().get("not_verified"), /never checked/);
  hearth.run("audit", "verify", "--data", hearth.data);
  assert.ok(!audit().has("not_verified"));
  const mark = (at, broken) => writeFileSync(join(hearth.data, "marks/verified"), `${at} ${broken}\n`);
  mark(Date.now() - 8 * 86400 * 1000, 0);
  assert.match(audit().get("not_verified"), /more than a week/);
  mark(Date.now(), 3);
  assert.match(audit().get("history_broken"), /^grave 3 rows of history do not verify/);
  mark(Date.now(), 0);
  assert.ok(!audit().has("history_broken"));
});

test("second step: offered or required, and accounts without one", () => {
  assert.ok(audit().has("second_factor_offered"));
  const required = audit("--second-factor", "required");
  assert.ok(!required.has("second_factor_offered"));
  assert.match(required.get("accounts_without_second_factor"), /\d+ accounts have no second step/);
  change("INSERT INTO second_factor (worker, secret, enrolled_at, last_step, failures, locked_until) SELECT worker, x'00', 1, 0, 0, 0 FROM login WHERE true ON CONFLICT DO NOTHING");
  assert.ok(!audit().has("accounts_without_second_factor"));
  change("DELETE FROM second_factor WHERE secret = x'00'");
});

test("accounts that nobody uses", async () => {
  assert.ok(!audit().has("accounts_dormant"));
  const later = join(hearth.folder, "later");
  writeFileSync(later, String(hearth.now + 91 * 86400 * 1000));
  const words = () => audit("--clock-file", later).get("accounts_dormant");
  const count = Number(/^weak (\d+) accounts were not used for 90 days/.exec(words())[1]);
  assert.ok(count > 5);
  change(`INSERT INTO known_device (device, worker, used_at) SELECT x'00', worker, ${hearth.now + 2 * 86400 * 1000} FROM login WHERE name = 'pia'`);
  assert.ok(words().startsWith(`weak ${count - 1} accounts`));
  change("DELETE FROM known_device WHERE device = x'00'");
});

test("tokens of programs never expire", () => {
  change("DELETE FROM session WHERE form_token = ''");
  assert.ok(!audit().has("tokens_without_expiry"));
  hearth.api("alma");
  assert.match(audit().get("tokens_without_expiry"), /^weak 1 token of a program never expires/);
});

test("TLS: needed as soon as others can reach it", () => {
  assert.ok(!audit().has("no_tls"));
  assert.match(audit("--address", "0.0.0.0").get("no_tls"), /^grave/);
  assert.ok(!audit("--address", "0.0.0.0", "--secure").has("no_tls"));
});

test("keys: who may read them, and where they are", () => {
  const keys = join(hearth.data, "keys");
  const one = join(keys, readdirSync(keys).find((name) => !name.endsWith(".pub")));
  assert.ok(!audit().has("keys_readable"));
  chmodSync(keys, 0o755);
  assert.match(audit().get("keys_readable"), /^grave/);
  chmodSync(keys, 0o700);
  assert.ok(!audit().has("keys_readable"), one);
  assert.ok(audit().has("keys_on_same_disk"));
});

test("checkpoints: no second place, one on the same disk, one elsewhere", (t) => {
  assert.ok(audit().has("no_checkpoints"));
  const near = join(hearth.folder, "near");
  mkdirSync(near);
  const same = audit("--checkpoints", near);
  assert.ok(same.has("checkpoints_on_same_disk") && !same.has("no_checkpoints"));
  const far = "/dev/shm/hearth-test-checkpoints";
  try {
    mkdirSync(far, { recursive: true });
  } catch {
    return t.skip("there is no second file system");
  }
  assert.ok(!audit("--checkpoints", far).has("checkpoints_on_same_disk"));
  rmSync(far, { recursive: true });
});

test("jobs that were given up, and the time from a file in a folder that is not for training", () => {
  assert.ok(!audit().has("jobs_set_aside"));
  change("INSERT INTO job (id, kind, payload, not_before, tries, set_aside, reason, created_at) VALUES (x'00', 'k', '', 0, 8, 1, 'r', 0)");
  assert.match(audit().get("jobs_set_aside"), /1 job was given up/);
  change("DELETE FROM job WHERE id = x'00'");
  assert.ok(!audit("--clock-file", hearth.clockFile).has("clock_from_file"), "a sample county may");
});

test("what of the model nobody has confirmed is named", () => {
  assert.match(audit().get("model_unconfirmed"), /^weak \d+ parts of the practice model are not confirmed: \S/);
});

test("the page is for who enters workers, and for nobody else", async () => {
  const worker = await hearth.signIn("alma");
  assert.equal((await worker.fetch("/installation")).status, 403);
  assert.doesNotMatch(await (await worker.fetch("/my-day")).text(), /\/installation/);
  const administrator = await hearth.signIn("ines");
  const answer = await administrator.fetch("/installation");
  assert.equal(answer.status, 200);
  const page = { text: await answer.text(), day: await (await administrator.fetch("/my-day")).text() };
  assert.match(page.text, /To mend now/);
  assert.match(page.text, /There is no second place for checkpoints/);
  assert.match(page.day, /href="\/installation"/);
});
