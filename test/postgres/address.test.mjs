// Where the records are, and the password to them: what a command is told, what the folder remembers,
// and that no secret stands where others can read it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, createDatabase, program, root } from "../http/hearth.mjs";

const secret = "maplewood-4711";
let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), "hearth-address-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

function hearth(...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", cwd: root, input: "a password of twelve\n", timeout: 60000 });
  return { status, words: stdout + stderr };
}

test("a password on the command line is refused, and it is said where it belongs", () => {
  for (const db of [`postgresql://hearth:${secret}@db/hearth`, `host=db dbname=hearth password=${secret}`,
    `postgresql://db/hearth?password=${secret}`, `postgresql://db/hearth?sslpassword=${secret}`]) {
    const { status, words } = hearth("serve", "--data", join(folder, "none"), "--db", db);
    assert.equal(status, 2);
    assert.match(words, /configuration file .*chmod 600.*PGPASSFILE.*service file/);
    assert.ok(!words.includes(secret), words);
  }
});

test("an address that cannot be read is quoted to nobody", () => {
  for (const db of [`postgresql://hearth:${secret}@[::1/hearth`, `host=db pass=${secret}`, `postgresql://db/x?nonsense=${secret}`]) {
    const { status, words } = hearth("serve", "--data", join(folder, "none"), "--db", db);
    assert.equal(status, 2);
    assert.match(words, /no address of a database: postgresql:/);
    assert.ok(!words.includes(secret), words);
  }
  assert.match(hearth("serve", "--db", "hearth").words, /takes a database of a PostgreSQL server: postgresql:/);
});

test("a configuration file that holds a password is read by nobody else", () => {
  const file = join(folder, "hearth.yaml");
  writeFileSync(file, `db: postgresql://hearth:${secret}@db/hearth\n`);
  chmodSync(file, 0o640);
  const open = hearth("config", "check", file);
  assert.equal(open.status, 1);
  assert.match(open.words, /'db' holds a password, and others may read this file: chmod 600/);
  assert.ok(!open.words.includes(secret));
  chmodSync(file, 0o600);
  assert.equal(hearth("config", "check", file).status, 0);
  writeFileSync(file, "db: postgresql://hearth@db/hearth\n"); // without one, anybody may
  chmodSync(file, 0o644);
  assert.equal(hearth("config", "check", file).status, 0);
});

test("a database that is not reached is told without its password", () => {
  const file = join(folder, "away.yaml");
  writeFileSync(file, `db: postgresql://hearth:${secret}@127.0.0.1:1/hearth\n`, { mode: 0o600 });
  const { status, words } = hearth("serve", "--config", file, "--data", join(folder, "away"), "--port", "1");
  assert.equal(status, 1);
  assert.match(words, /the database cannot be reached: .*127\.0\.0\.1.* port 1 .*refused/s);
  assert.ok(!words.includes(secret), words);
});

let served;
before(async () => (served = await Hearth.start()));
after(() => served.stop());

test("the folder remembers its server, and the password is in no list of processes, log or file of it", async () => {
  await served.end();
  const file = join(folder, "serve.yaml");
  const log = join(folder, "log");
  writeFileSync(file, `db: "${served.db}?password=${secret}"\nlog: ${log}\n`, { mode: 0o600 });
  await served.serve("--config", file);
  const pid = served.process.pid;
  for (const part of ["cmdline", "environ"]) {
    assert.ok(!readFileSync(`/proc/${pid}/${part}`, "latin1").includes(secret), part);
  }
  const session = await served.signIn("alma");
  assert.equal((await session.fetch("/my-day")).status, 200);
  assert.ok(!readFileSync(log, "utf8").includes(secret));
  assert.equal(spawnSync("grep", ["-r", "-l", secret, served.data], { encoding: "utf8" }).stdout, "");
  assert.match(readFileSync(join(served.data, "server.txt"), "utf8"), /^dbname='t[0-9a-f]{16}'\n/);
  // Another command finds the records by the folder alone.
  assert.match(hearth("audit", "verify", "--data", served.data).words, /^\d+ valid, 0 expunged, 0 unsealed, 0 broken/);
});

test("a folder and a database that are not each other's are refused", () => {
  const other = join(folder, "other");
  const used = hearth("init", "root", "--data", other, "--db", served.db, "--first-name", "A", "--last-name", "B");
  assert.equal(used.status, 1);
  assert.match(used.words, /has been worked with, and its keys are not in this folder/);
  const empty = hearth("audit", "self", "--data", served.data, "--db", `postgresql:///${createDatabase()}`);
  assert.equal(empty.status, 1);
  assert.match(empty.words, /this one is empty/);
  const files = join(folder, "files");
  assert.equal(hearth("init", "root", "--data", files, "--first-name", "A", "--last-name", "B").status, 0);
  const both = hearth("audit", "self", "--data", files, "--db", served.db);
  assert.equal(both.status, 1);
  assert.match(both.words, /in its own files/);
});
