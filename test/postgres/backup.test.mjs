// A backup of records on a server, restored into another database; and what a command says that cannot do there
// what it does in a folder.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, createDatabase, postgresBin, program, root } from "../http/hearth.mjs";

let hearth, to;
before(async () => {
  hearth = await Hearth.start();
  to = join(hearth.folder, "backup");
});
after(() => hearth.stop());

function run(...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", cwd: root, timeout: 120000 });
  return { status, words: stdout + stderr };
}

const count = (database, table) =>
  execFileSync(join(postgresBin, "psql"), ["-At", "-d", database, "-c", `SELECT count(*) FROM ${table}`], { encoding: "utf8" });

test("a backup made while the server serves is whole in another database", () => {
  const made = run("backup", hearth.data, to, "--with-keys");
  assert.equal(made.status, 0, made.words);
  assert.ok(existsSync(join(to, "records.dump")));
  const database = createDatabase();
  const data = join(hearth.folder, "restored");
  const back = run("restore", to, data, "--db", `postgresql:///${database}`);
  assert.equal(back.status, 0, back.words);
  assert.ok(!existsSync(join(data, "records.dump")));
  assert.match(readFileSync(join(data, "server.txt"), "utf8"), new RegExp(`^postgresql:///${database}\n`));
  for (const table of ["hearth.history", "hearth.person", "attachments.kernel_version"]) {
    assert.equal(count(database, table), count(hearth.database, table), table);
  }
  assert.match(run("audit", "verify", "--data", data).words, /^[1-9]\d* valid, 0 expunged, 0 unsealed, 0 broken/);
  // It is written in, too: rows go on being numbered behind those that were restored.
  const added = spawnSync(program, ["user", "add", "alma", "--data", data], { cwd: root, input: "another long password\n", encoding: "utf8" });
  assert.equal(added.status, 0, added.stderr);
});

test("what does not fit is refused, and nothing is left of it", () => {
  const data = join(hearth.folder, "refused");
  const without = run("restore", to, data);
  assert.equal(without.status, 1);
  assert.match(without.words, /its records were on a server; name an empty database for them: --db/);
  const full = run("restore", to, data, "--db", hearth.db);
  assert.equal(full.status, 1);
  assert.match(full.words, /there are records in this database/);
  const damaged = join(hearth.folder, "damaged");
  cpSync(to, damaged, { recursive: true });
  appendFileSync(join(damaged, "records.dump"), "x");
  const database = createDatabase();
  const broken = run("restore", damaged, data, "--db", `postgresql:///${database}`);
  assert.equal(broken.status, 1);
  assert.match(broken.words, /records\.dump: it is not what was backed up/);
  assert.equal(count(database, "pg_namespace WHERE nspname = 'hearth'").trim(), "0");
  assert.ok(!existsSync(data));
});

test("what is tried on a copy of a folder says what to do instead", () => {
  const { status, words } = run("upgrade", "--dry-run", "--data", hearth.data);
  assert.equal(status, 1);
  assert.match(words, /on a server, and are not copied.*hearth model migrate --dry-run.*restore a backup into another database/s);
  assert.equal(run("model", "migrate", hearth.data, join(root, "model"), "--dry-run").status, 0);
});

test("the figures know how large the database is", async () => {
  const metrics = await (await fetch(`${hearth.url}/metrics`)).text();
  const bytes = Number(/^hearth_bytes\{what="database"\} (\d+)/m.exec(metrics)?.[1]);
  assert.ok(bytes > 1000000, metrics.slice(0, 2000));
});
