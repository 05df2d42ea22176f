// A folder with records meets other models: fields come, go and come back; what would be read wrongly, or
// would leave records nowhere, is refused and leaves everything as it was; a dry run says it beforehand.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, program, root } from "./hearth.mjs";

let hearth, call;
const models = () => readdirSync(join(hearth.data, "model")).filter((name) => name.endsWith(".image"));

const report = "access/report.yaml";
const street = "      street: { kind: text, label: 'Where the family lives: street and number' }\n";
const gate = "      gate_code: { kind: text, label: Gate code }\n";
const read = async () => (await hearth.api("alma").get(`/access_report/${call}`)).body;
const write = async (body) => {
  const { version } = await read();
  const answer = await hearth.api("alma").call("PATCH", `/access_report/${call}`, { version, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
};
const dryRun = (model) =>
  spawnSync(program, ["model", "migrate", hearth.data, model, "--dry-run"], { cwd: root, encoding: "utf8" });

before(async () => {
  hearth = await Hearth.start();
  call = (await hearth.api("alma").call("POST", "/access_report",
    { body: { received_at: "2026-11-25T07:30:00-06:00", narrative: "Loud voices.", street: "12 Elm Street" } })).body.id;
});
after(() => hearth.stop());

test("a dry run says in SQL what would be done, and does nothing", async () => {
  const added = hearth.modelWith("added", { [report]: (text) => text.replace(street, street + gate) });
  const before = models();
  const said = dryRun(added);
  assert.equal(said.status, 0, said.stderr);
  assert.match(said.stdout, /ALTER TABLE "access_report" ADD COLUMN "gate_code" TEXT/);
  assert.deepEqual(models(), before);
  assert.match(dryRun(added).stdout, /gate_code/); // it is still to be done
});

test("a field that is added is there for old records, unset; the image of each model is kept", async () => {
  const before = models().length;
  await hearth.serveWith(join(hearth.folder, "added"));
  assert.equal((await read()).gate_code, null);
  await write({ gate_code: "4711" });
  assert.equal((await read()).gate_code, "4711");
  assert.equal(models().length, before + 1);
});

test("a field that is taken out is retired: it is not shown, and what was stored comes back with it", async () => {
  assert.equal(dryRun("model").status, 0);
  await hearth.serveWith("model");
  const without = await read();
  assert.ok(!("gate_code" in without));
  await write({ narrative: "Loud voices, again." });
  await hearth.serveWith(join(hearth.folder, "added"));
  const back = await read();
  assert.equal(back.gate_code, "4711");
  assert.equal(back.narrative, "Loud voices, again.");
});

test("what would be read wrongly is refused with the reason, and the old model serves on", async () => {
  const other = hearth.modelWith("other", { [report]: (text) => text.replace(street, street + gate.replace("text", "date")) });
  const said = dryRun(other);
  assert.equal(said.status, 1);
  assert.match(said.stderr, /stored as “text” and would now be read as “date”/);
  await hearth.end();
  assert.throws(() => execFileSync(program, ["serve", "--data", hearth.data, "--model", other, "--port", "0"],
    { cwd: root, stdio: "pipe" }));
  await hearth.serve();
  assert.equal((await read()).gate_code, "4711");
});

const withMarks = (name, kind, more = gate) => hearth.modelWith(name,
  { [report]: (text) => text.replace(street, `${street}${more}      marks: { kind: ${kind}, label: Marks }\n`) });

test("a field of several codes that is taken out is retired with all its answers, and they come back with it", async () => {
  const several = withMarks("several", "codes, set: race");
  assert.match(dryRun(several).stdout, /CREATE TABLE "access_report__marks"/);
  await hearth.serveWith(several);
  await write({ marks: ["ASIAN", "WHITE"] });
  const said = (await read()).marks;
  assert.equal(said.length, 2);
  await hearth.serveWith("model");
  assert.ok(!("marks" in await read()));
  await write({ narrative: "Loud voices, a third time." });
  assert.equal(dryRun(several).stdout, "");
  await hearth.serveWith(several);
  assert.deepEqual((await read()).marks, said);
  await write({ marks: ["WHITE"] });
  assert.equal((await read()).marks.length, 1);
});

test("several answers do not become one, nor one several: what was said would be left behind", async () => {
  for (const kind of ["code, set: race", "text"]) {
    const said = dryRun(withMarks(`one-${kind.slice(0, 4)}`, kind));
    assert.equal(said.status, 1, said.stdout);
    assert.match(said.stderr, /stored as “several answers” and would now be read as “(code race|text)”/);
  }
  const said = dryRun(withMarks("widened", "codes, set: race", gate.replace("text", "codes, set: race")));
  assert.equal(said.status, 1, said.stdout);
  assert.match(said.stderr, /stored as “text” and would now be read as “several answers”/);
  assert.equal((await read()).gate_code, "4711");
});

test("a state goes only when no record is in it", async () => {
  const renamed = hearth.modelWith("renamed", { [report]: (text) => text.replaceAll(/\btaking\b/g, "writing") });
  for (const file of readdirSync(renamed, { recursive: true }).filter((name) => name.endsWith(".yaml"))) {
    const path = join(renamed, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/\btaking\b/g, "writing"));
  }
  const said = dryRun(renamed);
  assert.equal(said.status, 1, said.stdout);
  assert.match(said.stderr, /are in the state 'taking', which the new model does not have/);
});

const diff = (a, b) => spawnSync(program, ["model", "diff", a, b], { cwd: root, encoding: "utf8" });

test("model diff says what differs in words, sorted, and what breaks what is stored", () => {
  const changed = hearth.modelWith("changed", { [report]: (text) => text.replace(street, street + gate.replace("text", "date")) });
  const added = join(hearth.folder, "added");
  const clocks = join(changed, "access/clocks.yaml");
  writeFileSync(clocks, readFileSync(clocks, "utf8").replace("length: { business_hours: 12 }", "length: { business_hours: 8 }"));
  const said = diff(added, changed);
  assert.equal(said.status, 1, said.stderr);
  const lines = said.stdout.trim().split("\n");
  assert.deepEqual(lines.slice(0, -1), lines.slice(0, -1).sort((a, b) => (a.slice(9) < b.slice(9) ? -1 : 1)));
  assert.ok(lines.some((line) => /^changed  field access_report.gate_code, kind: text -> date \(BREAKS/.test(line)), said.stdout);
  assert.ok(lines.some((line) => /^changed  clock police_referral, lengths: .*12.* -> .*8/.test(line)), said.stdout);
  assert.match(diff("model", changed).stdout, /^added    field access_report.gate_code$/m);
  assert.match(diff(changed, "model").stdout, /^removed  field access_report.gate_code \(what is stored is kept/m);
});

test("a model does not differ from itself, nor from the image that was kept of it", () => {
  const same = diff("model", "model");
  assert.equal(same.status, 0);
  assert.equal(same.stdout, "no difference\n");
  const kept = join(hearth.data, "model", models()[0]);
  assert.ok([0, 1].includes(diff(kept, "model").status));
  assert.equal(diff("model", "no-such-folder").status, 2);
});
