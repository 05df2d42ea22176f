// The examples of "How to add ..." in docs/model-language.md are what they say they are: added to the
// practice model they compile, and a county that was made before them works with them.
import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, root } from "./hearth.mjs";

const text = readFileSync(join(root, "docs/model-language.md"), "utf8");
const section = text.split("## How to add ...")[1].split("\n## ")[0];
const examples = [...section.matchAll(/```yaml\n# model\/(\S+?\.yaml)(?:, in (.*))?\n([^]*?)```/g)].map(
  ([, file, place, yaml]) => ({ file, keys: place?.split(/:\s*/).filter(Boolean), yaml }),
);

// Adds the lines below the keys, each two columns further in than the one before.
function addBelow(path, keys, yaml) {
  const lines = readFileSync(path, "utf8").split("\n");
  let at = -1;
  keys.forEach((key, depth) => {
    at = lines.findIndex((line, i) => i > at && line === `${"  ".repeat(depth)}${key}:`);
    assert.ok(at >= 0, `${path} has no ${keys.join(": ")}`);
  });
  lines.splice(at + 1, 0, yaml.trimEnd());
  writeFileSync(path, lines.join("\n"));
}

let folder, hearth, jonas, assessment;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "hearth-model-"));
  const model = join(folder, "model");
  cpSync(join(root, "model"), model, { recursive: true });
  for (const { file, keys, yaml } of examples) {
    if (keys) addBelow(join(model, file), keys, yaml);
    else appendFileSync(join(model, file), yaml, { flag: "ax" });
  }
  hearth = await Hearth.start({ model });
  jonas = hearth.api("jonas");
  const { body: { items } } = await jonas.get("/assessment?limit=200");
  assessment = items.find((one) => one.state === "open" && one.assignments.some((row) => row.worker === one.worker));
});
after(async () => {
  await hearth?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("each kind of example is there", () => {
  assert.equal(examples.length, 6);
});

test("the model with the examples has no errors", () => {
  assert.match(hearth.run("model", "check", join(folder, "model")), /^no errors/);
});

let contact;
test("the field is asked for, and kept", async () => {
  const body = { assessment: assessment.id, began_at: "2026-11-25T07:10", kind: "TELEPHONE", made: true, summary: "A call.", travel_minutes: 25 };
  const made = await jonas.call("POST", "/contact", { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  contact = made.body;
  assert.equal(contact.travel_minutes, 25);
  const page = await (await hearth.signIn("jonas")).fetch(`/work/assessment/${assessment.id}/contacts/${contact.id}`);
  assert.match(await page.text(), /Way to the family/);
});

test("the clock runs over Thanksgiving", async () => {
  const { body } = await jonas.get(`/contact/${contact.id}/clocks`);
  const clock = (body.items ?? body).find((one) => JSON.stringify(one).includes("contact_written"));
  assert.ok(clock, JSON.stringify(body).slice(0, 400));
  assert.match(JSON.stringify(clock), /2026-12-01T00:00|2026-11-30/, "two working days after Wednesday 25 November");
});

test("the entity is made, listed and given back", async () => {
  const made = await jonas.call("POST", "/car_seat", { body: { assessment: assessment.id, what: "Seat 4", lent_on: "2026-11-24" } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const step = await (await hearth.signIn("jonas")).fetch(`/work/assessment/${assessment.id}/car_seats`);
  assert.match(await step.text(), /Seat 4/);
  const early = await jonas.call("POST", `/car_seat/${made.body.id}/give_back`, { version: made.body.version, body: { returned_on: "2026-11-23" } });
  assert.equal(early.status, 422);
  const back = await jonas.call("POST", `/car_seat/${made.body.id}/give_back`, { version: made.body.version, body: { returned_on: "2026-11-25" } });
  assert.equal(back.body.state, "returned", JSON.stringify(back.body));
});
