// hearth upgrade --dry-run: what a newer program or another model would do, tried on a copy; the folder stays as it is.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, program, root } from "./hearth.mjs";

let hearth;
before(async () => {
  hearth = await Hearth.start();
  await hearth.end();
});
after(() => hearth?.stop());

const rehearse = (...more) => spawnSync(program, ["upgrade", "--data", hearth.data, ...more], { cwd: root, encoding: "utf8" });
const digest = () => createHash("sha256").update(readFileSync(join(hearth.data, "hearth.db"))).digest("hex");

test("a new model is tried on a copy: new columns, retired ones, what differs, the way back", () => {
  const model = hearth.modelWith("newer", {
    "workforce/worker.yaml": (text) => text.replaceAll("email", "mailbox"),
  });
  const before = digest();
  const { status, stdout, stderr } = rehearse("--model", model, "--dry-run");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /new columns: .*worker\.mailbox/);
  assert.match(stdout, /columns that nothing asks for any more.*: .*worker\.email/);
  assert.match(stdout, /of at least [1-9]\d* records are worked out anew/);
  assert.match(stdout, /the practice model:\n(.*\n)*.*mailbox/i);
  assert.match(stdout, /the way back: a program that knows tables of version \d+ opens the folder before and after/);
  assert.equal(digest(), before);
  assert.ok(!existsSync(`${hearth.data}.rehearsal`));
  assert.equal(rehearse("--model", model).status, 2);
});

test("what would be refused is said, and nothing is left", async () => {
  const model = hearth.modelWith("other", { "workforce/worker.yaml": (text) => text.replace("phone: { kind: text,", "phone: { kind: date,").replace(/phone: \{ kind: date, label: Telephone, most: 40 \}/, "phone: { kind: date, label: Telephone }") });
  const { status, stderr } = rehearse("--model", model, "--dry-run");
  assert.equal(status, 1);
  assert.match(stderr, /would refuse the folder, and leave it as it is/);
  assert.match(stderr, /now be read as/);
  assert.ok(!existsSync(`${hearth.data}.rehearsal`));
  // The way back: an older program says so, too.
  const set = (version) => execFileSync("python3", ["-c", `import sqlite3, sys
d = sqlite3.connect(sys.argv[1]); d.execute("UPDATE kernel_version SET version = version + ${version}"); d.commit()`, join(hearth.data, "hearth.db")]);
  set(90);
  assert.match(rehearse("--dry-run").stderr, /a newer Hearth has worked on this folder/);
  set(-90);
  await hearth.serve();
  assert.equal(rehearse("--dry-run").status, 0, "also while it serves");
});
