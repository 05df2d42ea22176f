// A database node dies, or is cut off, under load: what was acknowledged is there, nothing is there twice, and work
// goes on within half a minute. On the layout of packaging/postgres with networks of its own: long tier, root.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Hearth, program, root } from "../http/hearth.mjs";

const missing = ["patroni", "etcd", "ip"].filter((name) => spawnSync("which", [name]).status !== 0);
const skip = process.env.HEARTH_TEST_TIER !== "long" ? "long tier"
  : process.getuid() !== 0 ? "needs root, for networks of its own"
  : missing.length > 0 && `needs ${missing.join(", ")} (Debian: patroni, etcd-server, etcd-client, iproute2)`;
const savers = 8;
const gapMost = 30_000;
const layoutScript = join(root, "packaging/postgres/layout");
let folder, hearth, api, ended;

const layout = (what, ...node) =>
  execFileSync(layoutScript, [what, folder, ...node], { encoding: "utf8", env: { ...process.env, NAMESPACES: "yes" } }).trim();
const other = (node) => (node === "db1" ? "db2" : "db1");

async function until(what, holds, most = 90_000) {
  for (const end = Date.now() + most; Date.now() < end; await pause(300)) {
    try {
      if (await holds()) return;
    } catch {
      // not yet
    }
  }
  throw new Error(`not within ${most / 1000} s: ${what}; Hearth ended: ${ended}\n${hearth.log.slice(-3000)}`);
}

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "hearth-failover-"));
  chmodSync(folder, 0o755); // the user postgres has its folders in it
  layout("databases");
  hearth = await Hearth.start({ db: layout("address") });
  hearth.process.once("exit", (code, signal) => { ended = code ?? signal; });
  api = hearth.api("alma");
}, { timeout: 300_000 });
after(async () => {
  if (skip) return;
  try {
    await hearth?.stop();
  } finally {
    layout("down");
  }
  rmSync(folder, { recursive: true, force: true });
});

// People who save all the time. Who gets no answer, or that it cannot be saved now, sends the same again: as a
// browser does with the key in its form.
class Load {
  constructor(t, name) {
    t.after(() => this.end());
    Object.assign(this, { name, going: true, acknowledged: [], times: [], refused: new Map() });
    this.work = Array.from({ length: savers }, (_, number) => this.save(number));
  }

  async save(number) {
    for (let i = 0; this.going; i++) {
      const answer = await this.untilAnswered(`${this.name}-${number}-${i}`);
      if (!answer) return;
      this.acknowledged.push(answer.body.id);
      this.times.push(Date.now());
    }
  }

  async untilAnswered(key) {
    for (let tries = 0; this.going || tries > 0; tries++) {
      try {
        const answer = await api.call("POST", "/access_report", { body: {}, key });
        if (answer.status === 201 || answer.status === 200) return answer;
        assert.equal(answer.status, 503, JSON.stringify(answer.body)); // honest: not now
        this.refused.set(answer.status, (this.refused.get(answer.status) ?? 0) + 1);
      } catch (error) {
        if (error.code === "ERR_ASSERTION") throw error;
      }
      await pause(200);
    }
    return null;
  }

  // Since when nobody has been told that something is saved.
  quiet() {
    return Date.now() - (this.times.at(-1) ?? 0);
  }

  // The longest time in which nobody was.
  gap() {
    return Math.max(...this.times.slice(1).map((time, i) => time - this.times[i]));
  }

  async end() {
    this.going = false;
    await Promise.all(this.work);
  }
}

async function holds(load, existing) {
  const found = (await api.ids("access_report")).filter((id) => !existing.has(id)).sort();
  assert.equal(new Set(load.acknowledged).size, load.acknowledged.length, "no two saves are one record");
  assert.deepEqual(found, [...load.acknowledged].sort(), "what was acknowledged is there, once, and nothing else");
  const verified = execFileSync(program, ["audit", "verify", "--data", hearth.data], { encoding: "utf8", cwd: root });
  assert.match(verified, /\b0 broken/);
}

test("the primary is killed under load", { skip, timeout: 400_000 }, async (t) => {
  const existing = new Set(await api.ids("access_report"));
  const load = new Load(t, "killed");
  await pause(3000);
  const old = layout("primary");
  layout("kill", old);
  await until("another primary", () => layout("primary") === other(old));
  await until("saves go on", () => load.quiet() < 500 && load.gap() > 1000);
  await pause(3000);
  await load.end();
  t.diagnostic(`${load.acknowledged.length} saves, gap ${load.gap()} ms, refused ${JSON.stringify([...load.refused])}`);
  assert.ok(load.gap() < gapMost, `nothing could be saved for ${load.gap()} ms`);
  await holds(load, existing);
  layout("start", old);
  await until("the old primary follows", () => layout("status").includes(`${old} sync`));
});

// Asks the old primary itself, in its own network, to commit; says whether it ever told that it had.
function commitOn(node) {
  const address = layout("address").replace(/@[^/]*\//, `@${node === "db1" ? "10.77.0.11" : "10.77.0.12"}:5432/`);
  const asking = spawn("ip", ["netns", "exec", `hearth-${node}`, "psql", "-X", "-q", "-At", address, "-c",
    "CREATE TABLE IF NOT EXISTS public.cut_off (n integer)", "-c", "INSERT INTO public.cut_off VALUES (1) RETURNING 'acknowledged'"]);
  let said = "";
  asking.stdout.on("data", (bytes) => (said += bytes));
  return { asking, said: () => said };
}

test("the primary is cut off under load, and comes back", { skip, timeout: 400_000 }, async (t) => {
  const existing = new Set(await api.ids("access_report"));
  const load = new Load(t, "cut");
  await pause(3000);
  const old = layout("primary");
  layout("cut", old);
  const asked = [];
  for (let i = 0; i < 10; i++, await pause(1000)) asked.push(commitOn(old));
  await until("another primary", () => layout("primary") === other(old));
  await until("saves go on", () => load.quiet() < 500 && load.gap() > 1000);
  await pause(3000);
  layout("join", old);
  await until("the old primary follows", () => layout("status").includes(`${old} sync`));
  await pause(2000);
  await load.end();
  for (const one of asked) one.asking.kill("SIGKILL");
  t.diagnostic(`${load.acknowledged.length} saves, gap ${load.gap()} ms, refused ${JSON.stringify([...load.refused])}`);
  assert.deepEqual(asked.map((one) => one.said()).filter((said) => said !== ""), [], "the old primary acknowledged something");
  assert.ok(load.gap() < gapMost, `nothing could be saved for ${load.gap()} ms`);
  await holds(load, existing);
});
