// Documents on paper: tagged PDF files, read with other programs than ours. What must not be on a copy is in no part
// of its file; who printed is written down like who read.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth;
before(async () => {
  hearth = await Hearth.start();
});
after(() => hearth.stop());

async function pdf(session, path) {
  const response = await session.fetch(path);
  assert.equal(response.status, 200, path);
  assert.equal(response.headers.get("content-type"), "application/pdf");
  return kept(response);
}

async function kept(response) {
  const file = join(hearth.folder, "paper.pdf");
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  execFileSync("qpdf", ["--check", file]);
  return file;
}

const said = (file) => execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
const structure = (file) => execFileSync("pdfinfo", ["-struct", file], { encoding: "utf8" });
// What a file says beside its text.
const told = (file) => [["-meta"], ["-struct-text"], ["-dests"], []]
  .map((option) => execFileSync("pdfinfo", [...option, file], { encoding: "utf8" })).join("\n");

const inForce = async (login, entity) => {
  const plans = (await hearth.api(login).get(`/${entity}`)).body.items;
  return plans.find((one) => one.state === "in_force");
};

test("a plan on paper says what its page says, with its structure and without a name in its address", async () => {
  const elena = await hearth.signIn("elena");
  const plan = await inForce("elena", "protective_plan");
  const path = `/record/protective_plan/${plan.id}/document/protective_plan_copy`;
  const response = await elena.fetch(`${path}.pdf`);
  assert.equal(response.headers.get("content-disposition"), `inline; filename="protective_plan_copy-${plan.number}.pdf"`);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const file = await kept(response);
  const text = said(file);
  for (const part of ["Our plan to keep the children safe", "What we have agreed", "Erik is not alone with", "Signatures",
    "Page 1 of ", "Training. Nothing here is about a real family."]) {
    assert.ok(text.includes(part), part);
  }
  assert.match(text, new RegExp(`${plan.number}\\. Written into Hearth: `), "when it was entered, beside when it was done");
  const tags = structure(file);
  for (const tag of ["H1", "H2", "Table", "/Scope /Column", "/Scope /Row", "LBody"]) assert.ok(tags.includes(tag), tag);
  for (const option of [["-meta"], []]) {
    assert.ok(!/Olson/.test(execFileSync("pdfinfo", [...option, file], { encoding: "utf8" })), "metadata names nobody");
  }
  const html = await (await elena.fetch(path)).text();
  assert.ok(html.includes(`href="${path}.pdf"`), "the page leads to its paper");
});

test("what a recipient must not read is nowhere in the file of their copy", async () => {
  const elena = await hearth.signIn("elena");
  const plans = (await hearth.api("elena").get("/safety_plan")).body.items;
  const plan = plans.find((one) => one.copies?.some((row) => row.hide_addresses));
  const path = `/record/safety_plan/${plan.id}/document/safety_plan_copy.pdf`;
  const telephone = "555-0177"; // of the friend who stays with the children
  for (const copy of plan.copies) {
    const file = await pdf(elena, `${path}?recipient=${copy.id}`);
    assert.match(said(file), /In danger call 911/);
    assert.match(said(file), /This copy is for/);
    assert.equal(said(file).includes(telephone), !copy.hide_addresses);
    if (copy.hide_addresses) assert.ok(!told(file).includes(telephone), "nor in what a file says beside its text");
  }
  assert.ok(!said(await pdf(elena, path)).includes(telephone), "nor on the one for all to see");
  assert.equal((await elena.fetch(`${path}?recipient=${plan.id}`)).status, 404, "nobody's copy");
});

test("a program gets the same file, and who may not read the record gets none", async () => {
  const plan = await inForce("elena", "protective_plan");
  const path = `/protective_plan/${plan.id}/document/protective_plan_copy`;
  const fetched = (login) => fetch(`${hearth.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${hearth.api(login).token}`, Accept: "application/pdf" } });
  const response = await fetched("elena");
  assert.equal(response.status, 200);
  assert.match(said(await kept(response)), /What we have agreed/);
  const refused = await fetched("marlene");
  assert.ok([403, 404].includes(refused.status));
  assert.match(refused.headers.get("content-type"), /problem\+json/);
  const marlene = await hearth.signIn("marlene");
  assert.ok([403, 404].includes((await marlene.fetch(`/record${path}.pdf`)).status));
});

test("who printed stands among who looked", async () => {
  const elena = await hearth.signIn("elena");
  const plan = await inForce("elena", "protective_plan");
  await pdf(elena, `/record/protective_plan/${plan.id}/document/protective_plan_copy.pdf`);
  const theo = await hearth.signIn("theo"); // the privacy officer
  const path = `/record/protective_plan/${plan.id}/who-looked`;
  let words = "";
  for (let i = 0; i < 120 && !words.includes("Document on paper"); i++) { // a background job gathers them
    words = await (await theo.fetch(path)).text();
    await new Promise((done) => setTimeout(done, 500));
  }
  assert.match(words, /Document on paper/);
});

test("every document of the model can be printed from the sample county", async () => {
  const names = new Map();
  const elena = await hearth.signIn("elena");
  for (const entity of ["notification", "temporary_custody"]) {
    for (const one of (await hearth.api("elena").get(`/${entity}`)).body.items) {
      const page = await (await elena.fetch(`/record/${entity}/${one.id}`)).text();
      for (const [, path, name] of page.matchAll(/href="(\/record\/[^"]+\/document\/([a-z_]+))"/g)) names.set(name, path);
    }
  }
  assert.ok(names.size > 1);
  for (const [name, path] of names) assert.ok(said(await pdf(elena, `${path}.pdf`)).length > 100, name);
});

test("a family gets its plan in its language, with the mark that nobody has checked the translation", async () => {
  const elena = await hearth.signIn("elena");
  const plan = await inForce("elena", "protective_plan");
  const path = `/record/protective_plan/${plan.id}/document/protective_plan_copy`;
  const file = await pdf(elena, `${path}.pdf?language=es&recipient=${plan.copies[0].id}`);
  const text = said(file).replace(/\s+/g, " ");
  for (const part of ["Nuestro plan para mantener seguros a los niños", "Lo que acordamos", "Página 1 de", "Esta copia es para",
    "todavía no ha sido revisada por una persona", "has not yet been checked by a person", "mié 18 nov 2026", "Erik is not alone with"]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes("What we have agreed"));
  assert.match(execFileSync("qpdf", ["--qdf", "--object-streams=disable", file, "-"], { encoding: "latin1" }), /\/Lang \(es\)/);
  const html = await (await elena.fetch(`${path}?language=hmn`)).text();
  assert.match(html, /<html lang="hmn">/);
  assert.match(html, /Peb txoj kev npaj kom cov menyuam nyab xeeb/);
  assert.ok(html.includes(`href="${path}.pdf?language=hmn"`), "its paper is in the same language");
  assert.equal((await elena.fetch(`${path}?language=fr`)).status, 404);
  const notice = (await hearth.api("elena").get("/notification")).body.items[0];
  assert.equal((await elena.fetch(`/record/notification/${notice.id}/document/police_referral?language=es`)).status, 404, "no Spanish words for it");
});
