// A draft that was typed under an earlier model says what of it no longer fits, with what was typed.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, root } from "./hearth.mjs";

let hearth, alma, place;
const report = "access/report.yaml";
const intake = "access/intake.yaml";
const street = "      street: { kind: text, label: 'Where the family lives: street and number' }\n";
const gate = "      gate_code: { kind: text, label: Gate code }\n";
const item = "      - { field: street, width: half }\n";
const csv = readdirSync(join(root, "model"), { recursive: true }).find((name) => name.endsWith("received_how.csv"));

async function serveWith(model) {
  await hearth.serveWith(model);
  alma = await hearth.signIn("alma");
}

before(async () => {
  hearth = await Hearth.start();
  await serveWith(hearth.modelWith("a", {
    [report]: (text) => text.replace(street, street + gate),
    [intake]: (text) => text.replace(item, `${item}      - { field: gate_code }\n`),
  }));
  const call = (await hearth.api("alma").call("POST", "/access_report",
    { body: { received_at: "2026-11-25T07:30:00-06:00", narrative: "Loud voices." } })).body;
  place = `work/intake/${call.id}/call`;
  assert.match(await (await alma.fetch(`/${place}`)).text(), /Gate code/);
  const kept = await alma.post("/draft", {
    draft_place: place, draft_title: "The call", street: "7 Quiet Lane", gate_code: "4711", received_how: "FAX_EMAIL",
  });
  assert.equal(kept.status, 200);
});
after(() => hearth.stop());

const page = async () => (await alma.fetch(`/${place}`)).text();

test("under its own model a draft fits", async () => {
  const html = await page();
  assert.match(html, /7 Quiet Lane/);
  assert.doesNotMatch(html, /has changed since you typed/);
});

test("what is gone is shown with what was typed; what is asked now is named; the rest is where it was", async () => {
  hearth.setClock("2026-11-25T09:00:00-06:00");
  await serveWith(hearth.modelWith("b", {
    [report]: (text) => text.replace("city: { kind: text, label: City or village, most: 80 }",
      "city: { kind: text, label: City or village, most: 80, required: answered }"),
    [csv]: (text) => text.replace("FAX_EMAIL,By fax or e-mail", "MESSAGE,By message"),
  }));
  const html = await page();
  const note = html.slice(html.indexOf("has changed since you typed"));
  assert.match(note, /Gate code[^]*?4711[^]*?no longer asked/);
  assert.match(note, /How it came[^]*?By fax or e-mail[^]*?can no longer be chosen/);
  assert.match(note, /City or village[^]*?has to be answered now/);
  assert.match(html, /7 Quiet Lane/);
});
