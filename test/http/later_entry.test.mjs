// What was signed on paper is entered later: when it was signed and when it was entered, by whom, and the photo of the
// sheet; by a browser without scripts, by a program, and on the document.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth, worker, plan;
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const take = async (id, transition, body) => worker.call("POST", `/protective_plan/${id}/${transition}`, {
  body, version: (await worker.get(`/protective_plan/${id}`)).body.version,
});
const record = () => `/record/protective_plan/${plan.id}`;

before(async () => {
  hearth = await Hearth.start();
  worker = hearth.api("jonas");
  const inForce = (await worker.get("/protective_plan")).body.items.find((one) => one.state === "in_force");
  const amended = await take(inForce.id, "amend", {});
  assert.equal(amended.status, 200, JSON.stringify(amended.body));
  plan = (await worker.get("/protective_plan")).body.items.find((one) => one.amends === inForce.id);
  const read = await take(plan.id, "read_back", { read_back_at: "2026-11-25T07:30", read_back_language: "English" });
  assert.equal(read.status, 200, JSON.stringify(read.body));
  hearth.setClock("2026-11-26T09:10:00-06:00");
});
after(() => hearth.stop());

const said = async (language = "") => {
  const session = await hearth.signIn("jonas");
  const answer = await session.fetch(`${record()}/document/protective_plan_copy.pdf${language}`);
  assert.equal(answer.status, 200);
  const file = join(hearth.folder, "plan.pdf");
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).replace(/\s+/g, " ");
};

test("a browser without scripts enters who signed on paper, with the photo of the sheet", async () => {
  const session = await hearth.signIn("jonas");
  const form = new FormData();
  form.set("form_token", session.formToken);
  const row = { name: "Inga Olson", role: "PROVIDER", way: "PAPER", signed_at: "2026-11-25T07:45" };
  for (const [name, value] of Object.entries(row)) form.set(`signatures[+1].${name}`, value);
  form.set("signatures[+1].photo", new Blob([png], { type: "image/png" }), "sheet.png");
  const page = await (await session.fetch(`${record()}/do/sign`)).text();
  assert.match(page, /enctype="multipart\/form-data"/);
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) if (!form.has(name) && !name.startsWith("signatures[")) form.set(name, value);
  const answer = await session.fetch(`${record()}/do/sign`, { method: "POST", body: form });
  assert.equal(answer.status, 303, (await answer.text()).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 1500));
  const { signatures } = (await worker.get(`/protective_plan/${plan.id}`)).body;
  assert.equal(signatures.length, 1);
  assert.ok(Date.parse(signatures[0].entered_at) > Date.parse(signatures[0].signed_at), "two times");
  assert.match(signatures[0].photo, /[0-9a-f-]{36}/);
  const photo = await session.fetch(`${record()}/attachment/signatures[${signatures[0].id}].photo`);
  assert.equal(photo.status, 200);
  assert.ok(Buffer.from(await photo.arrayBuffer()).equals(png), "the photo as it was taken");
});

test("the document says when it was signed, when it was entered and by whom", async () => {
  const text = await said();
  assert.match(text, /Inga Olson Provider\. On paper, with a photo\. Wed 25 Nov 2026, 07:45\. Entered later from paper: Thu 26 Nov 2026, 09:10\. Entered by: Jonas Webb/);
  assert.match(await said("?language=es"), /Registrado después desde el papel: jue 26 nov 2026, 09:10\. Registrado por: Jonas Webb/);
});

test("a program enters the same way, and its first time stays when more is signed", async () => {
  hearth.setClock("2026-11-26T09:40:00-06:00");
  const signed = await take(plan.id, "sign", {
    signatures: [{ name: "Sofie Olson", role: "PARENT", way: "PAPER", signed_at: "2026-11-25T07:46", photo_why: "could_not_be_obtained" }],
  });
  assert.equal(signed.status, 200, JSON.stringify(signed.body));
  const [inga, sofie] = (await worker.get(`/protective_plan/${plan.id}`)).body.signatures;
  assert.equal(Date.parse(inga.entered_at), Date.parse("2026-11-26T09:10:00-06:00"));
  assert.equal(Date.parse(sofie.entered_at), Date.parse("2026-11-26T09:40:00-06:00"));
});

test("nobody types when something was entered", async () => {
  const signed = await take(plan.id, "sign", {
    signatures: [{ name: "Erik Olson", role: "PARENT", way: "PAPER", signed_at: "2026-11-25T07:47", photo_why: "could_not_be_obtained", entered_at: "2026-11-25T07:48" }],
  });
  const entered = (await worker.get(`/protective_plan/${plan.id}`)).body.signatures.find((one) => one.name === "Erik Olson")?.entered_at;
  assert.ok(signed.status >= 400 || Date.parse(entered) === Date.parse("2026-11-26T09:40:00-06:00"), `${signed.status} ${entered}`);
});
