// A database that goes and comes back, or is brought on by somebody else: /healthz tells the truth, a save is
// refused in words and nothing of it is there, and the server goes on without a restart.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, postgresBin } from "../http/hearth.mjs";

let hearth;
before(async () => (hearth = await Hearth.start()));
after(() => hearth.stop());

const sql = (text, database = hearth.database) =>
  execFileSync(join(postgresBin, "psql"), ["--quiet", "--tuples-only", "--no-align", "--dbname", database, "--command", text], { encoding: "utf8" }).trim();

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function health() {
  const response = await fetch(`${hearth.url}/healthz`);
  return [response.status, (await response.json()).database];
}

async function until(status, database) {
  let found;
  for (let i = 0; i < 100; i++) {
    found = await health();
    if (found[0] === status && found[1] === database) return;
    await wait(100);
  }
  assert.deepEqual(found, [status, database]);
}

test("a server whose database is there says so", () => until(200, "ok"));

test("a database that goes away is told, and found again without a restart", async () => {
  const session = await hearth.signIn("alma");
  // Nobody new is let in, and who is in is thrown out: what a stopped server looks like to its clients.
  sql(`ALTER DATABASE ${hearth.database} ALLOW_CONNECTIONS false`, "postgres");
  sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${hearth.database}'`, "postgres");
  await until(503, "unreachable");
  const page = await session.fetch("/my-day");
  assert.equal(page.status, 503);
  assert.match(await page.text(), /try again in a\s+moment/i);
  sql(`ALTER DATABASE ${hearth.database} ALLOW_CONNECTIONS true`, "postgres");
  await until(200, "ok");
  assert.equal((await session.fetch("/my-day")).status, 200);
});

test("a connection that was cut off while nobody asked costs nobody a page or a save", async () => {
  const session = await hearth.signIn("alma");
  const cut = () =>
    sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${hearth.database}' AND pid <> pg_backend_pid()`);
  cut();
  assert.equal((await session.fetch("/my-day")).status, 200);
  cut();
  await hearth.signIn("jonas"); // which writes
});

test("tables that a newer program has brought on are told", async () => {
  sql("UPDATE hearth.kernel_version SET version = version + 1");
  await until(503, "of another version");
  sql("UPDATE hearth.kernel_version SET version = version - 1");
  await until(200, "ok");
});

test("a model that another server has put in force is told, and nothing is written under the old one", async () => {
  const api = hearth.api("alma");
  sql("INSERT INTO hearth.model_image (digest, name, version, activated_at, history_before) " +
    "SELECT 'another', name, version, activated_at, history_before FROM hearth.model_image ORDER BY sequence DESC LIMIT 1");
  await until(503, "under another model");
  const before = sql("SELECT count(*) FROM hearth.history");
  const refused = await api.call("POST", "/access_report", { body: {} });
  assert.equal(refused.status, 503);
  assert.match(JSON.stringify(refused.body), /Another practice model is in force/);
  assert.equal(sql("SELECT count(*) FROM hearth.history"), before);
  sql("DELETE FROM hearth.model_image WHERE digest = 'another'");
  await until(200, "ok");
});

test("afterwards the chain of history is whole", () => {
  assert.match(hearth.run("audit", "verify", "--data", hearth.data), / 0 broken/);
});
