// What was written under an earlier model is shown in the words of that model: its questions, its codes, also
// of fields that are gone since. What one may not read today stays unread, whatever the model said then.
import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, root } from "./hearth.mjs";

let hearth, call, alma;
const report = "access/report.yaml";
const street = "      street: { kind: text, label: 'Where the family lives: street and number' }\n";
const gate = "      gate_code: { kind: text, label: Gate code }\n      dog_note: { kind: text, label: The dog, class: reporter_identity }\n";

async function serveWith(model) {
  await hearth.serveWith(model);
  alma = await hearth.signIn("alma");
}

const read = async () => (await hearth.api("alma").get(`/access_report/${call}`)).body;
async function write(body) {
  const { version } = await read();
  const answer = await hearth.api("alma").call("PATCH", `/access_report/${call}`, { version, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.version;
}
const page = async (query) => (await alma.fetch(`/record/access_report/${call}/history${query}`)).text();

let first, second;
const csv = readdirSync(join(root, "model"), { recursive: true }).find((name) => name.endsWith("received_how.csv"));

before(async () => {
  hearth = await Hearth.start();
  const a = hearth.modelWith("a", { [report]: (text) => text.replace(street, street + gate) });
  await serveWith(a);
  call = (await hearth.api("alma").call("POST", "/access_report", {
    body: { received_at: "2026-11-25T07:30:00-06:00", narrative: "Loud voices.", received_how: "FAX_EMAIL" },
  })).body.id;
  first = await write({ street: "12 Elm Street", gate_code: "4711", dog_note: "Told by the aunt" });
  await serveWith(hearth.modelWith("b", {
    [report]: (text) => text.replace("'Where the family lives: street and number'", "Home address"),
    [csv]: (text) => text.replace("By fax or e-mail", "Electronically"),
  }));
  second = await write({ street: "14 Elm Street" });
});
after(() => hearth.stop());

test("an old version has the questions and codes of its model, and what was retired since", async () => {
  const then = await page(`?version=${first}`);
  assert.match(then, /Where the family lives: street and number/);
  assert.match(then, /12 Elm Street/);
  assert.match(then, /By fax or e-mail/);
  assert.match(then, /Gate code/);
  assert.match(then, /4711/);
  assert.match(then, /in the words of then/);
  assert.doesNotMatch(then, /Home address|Electronically|14 Elm Street/);
});

test("a new version has today's", async () => {
  const now = await page(`?version=${second}`);
  assert.match(now, /Home address/);
  assert.match(now, /14 Elm Street/);
  assert.match(now, /Electronically/);
  assert.doesNotMatch(now, /Gate code|4711|words of then|Where the family lives/);
});

test("the history tells each change in the words it was written in", async () => {
  const acts = (await page("")).split("history__act");
  const old = acts.find((act) => act.includes("12 Elm Street") && act.includes("4711"));
  assert.ok(old, "the change under the first model");
  assert.match(old, /Gate code/);
  assert.match(old, /Where the family lives: street and number/);
  const young = acts.find((act) => act.includes("14 Elm Street"));
  assert.match(young, /Home address/);
});

test("a retired field that today's rules do not show stays unread: there or in the history", async () => {
  for (const query of [`?version=${first}`, ""]) assert.doesNotMatch(await page(query), /The dog|the aunt/);
});

test("when the image of then is gone, today's words are shown and it says so", async () => {
  const images = join(hearth.data, "model");
  const kept = readdirSync(images);
  cpSync(images, join(hearth.folder, "images"), { recursive: true });
  const opened = await page(`?version=${first}`);
  for (const name of kept) writeFileSync(join(images, name), "not an image");
  assert.equal(await page(`?version=${first}`), opened, "what was opened once is not read again");
  await serveWith(hearth.modelOption[1]);
  const then = await page(`?version=${first}`);
  assert.match(then, /cannot be opened any more/);
  assert.match(then, /12 Elm Street/);
  rmSync(images, { recursive: true });
  cpSync(join(hearth.folder, "images"), images, { recursive: true });
});
