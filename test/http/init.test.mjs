// A new installation: from an empty folder to the first administrator, who signs in and enters the next worker.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, Session, password, program, root } from "./hearth.mjs";

const words = "a kettle on the stove";
let hearth;
before(() => {
  hearth = new Hearth();
  hearth.modelOption = [];
  hearth.folder = mkdtempSync(join(tmpdir(), "hearth-init-"));
  hearth.data = join(hearth.folder, "data");
});
after(async () => (hearth.process ? hearth.stop() : rmSync(hearth.folder, { recursive: true })));

const hear = (input, ...command) =>
  spawnSync(program, [...command, "--data", hearth.data], { cwd: root, input: `${input}\n`, encoding: "utf8" });
const init = (login, word, first = "Ines", last = "O'Neill") =>
  hear(word, "init", login, "--first-name", first, "--last-name", last);

test("a first administrator is made once, with a password of their own", () => {
  for (const [refused, why] of [
    [init("ines", "too short"), /12 to 200 characters/],
    [init("ines", password), /which everybody knows/],
    [hear(words, "init", "ines"), /--first-name/],
    [init("omar", words, "Omar\n      login: root"), /control characters/],
  ]) {
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, why);
  }
  const made = init("ines", words);
  assert.equal(made.status, 0, made.stderr);
  const again = init("omar", words);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /somebody can sign in here already/);
});

test("the administrator signs in, and enters a worker who then can", async () => {
  await hearth.serve();
  const session = new Session(hearth.url);
  await session.signIn("ines", words);
  const day = await session.fetch("/my-day");
  assert.equal(day.headers.get("hearth-training"), null);
  assert.match(await day.text(), /Ines O&#39;Neill/);

  const api = hearth.api("ines");
  const agencies = (await api.get("/agency?limit=200")).body.items;
  const marathon = agencies.find((agency) => agency.code === "073");
  const made = await api.call("POST", "/worker", {
    key: crypto.randomUUID(),
    body: { given_name: "Alma", family_name: "Lindqvist", login: "alma", home_agency: marathon.id,
      roles: [{ role: "ACCESS_WORKER", agency: marathon.id, begins_on: "2026-11-01" }] },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(hear("another kettle entirely", "user", "add", "alma").status, 0);
  const worker = new Session(hearth.url);
  await worker.signIn("alma", "another kettle entirely");
  assert.equal((await worker.fetch("/my-day")).status, 200);
});

test("a real folder takes no password and no file of invented families", () => {
  assert.match(hear(password, "user", "add", "alma").stderr, /which everybody knows/);
  const refused = hear("", "import", join(root, "mapping/reference-data.yaml"), join(root, "model/data"), "--invented");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /about real families/);
});
