// What is taken along on paper: blank forms and the pack for a visit, chosen on a page without scripts. Nothing is
// filled in on a blank sheet but what the worker asked for.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth;
let plan;
before(async () => {
  hearth = await Hearth.start();
  plan = (await hearth.api("elena").get("/protective_plan")).body.items.find((one) => one.state === "in_force");
});
after(() => hearth.stop());

async function kept(response) {
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/pdf");
  const file = join(hearth.folder, "paper.pdf");
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  execFileSync("qpdf", ["--check", file]);
  return file;
}

const said = (file, ...options) => execFileSync("pdftotext", ["-layout", ...options, file, "-"], { encoding: "utf8" });
const flat = (text) => text.replace(/\s+/g, " ");
const inside = (file) => execFileSync("qpdf", ["--qdf", "--object-streams=disable", file, "-"], { encoding: "latin1" });
const at = () => `/record/assessment/${plan.assessment}`;

test("the pack of an assessment is one file, from the process sheet to the plan in large type", async () => {
  const elena = await hearth.signIn("elena");
  const page = await (await elena.fetch(`${at()}/paper`)).text();
  for (const words of ["Visit pack", "What happens now, and what you may ask for", "Our plan, to read together", "Spanish"]) {
    assert.ok(page.includes(words), words);
  }
  assert.ok((await (await elena.fetch(at())).text()).includes(`href="${at()}/paper"`), "the record leads to it");
  const file = await kept(await elena.fetch(`${at()}/paper.pdf`));
  const text = said(file);
  const pages = Number(/Pages:\s+(\d+)/.exec(execFileSync("pdfinfo", [file], { encoding: "utf8" }))[1]);
  assert.ok(text.includes(`Page ${pages} of ${pages}`), "pages are counted through");
  let from = 0;
  for (const words of ["What happens now", "Question about tribal heritage", "Our plan to keep the children safe", "Our plan, to read", "Erik is not alone with"]) {
    const found = text.indexOf(words, from);
    assert.ok(found >= 0, words);
    from = found;
  }
  const outline = inside(file);
  assert.match(outline, /\/Outlines/);
  assert.match(outline, /\/Title \(Question about tribal heritage\)/);
});

test("a blank sheet says nothing of the family but what was asked for, and begins with no answer", async () => {
  const elena = await hearth.signIn("elena");
  const blank = said(await kept(await elena.fetch(`${at()}/paper.pdf?part=visit.1&part=visit.2`)));
  assert.ok(!/Olson/.test(blank), "no name");
  assert.ok(!blank.includes("☑") && !blank.includes("☒"), "nothing is ticked");
  assert.match(blank, /☐\sAsked: no tribe is known/);
  assert.match(flat(blank), /About whom Number/);
  assert.match(blank, /Name as signed/);
  const asked = flat(said(await kept(await elena.fetch(`${at()}/paper.pdf?part=visit.1&say=name&say=number`))));
  const { number } = (await hearth.api("elena").get(`/assessment/${plan.assessment}`)).body;
  assert.match(asked, /Olson/);
  assert.ok(asked.includes(number));
});

test("the plan to read together is as written, without a word that one of them must not read", async () => {
  const elena = await hearth.signIn("elena");
  const file = await kept(await elena.fetch(`${at()}/paper.pdf?part=visit.3`));
  assert.match(flat(said(file)), /Erik is not alone with/);
  const sizes = execFileSync("pdftotext", ["-bbox", file, "-"], { encoding: "utf8" });
  const [, top, bottom] = /yMin="([\d.]+)"[^>]*yMax="([\d.]+)">Erik</.exec(sizes);
  assert.ok(bottom - top >= 20, "20 points or more");
});

test("the pack is in the language of the family, sheet by sheet, with the mark of an unchecked translation", async () => {
  const elena = await hearth.signIn("elena");
  const spanish = await kept(await elena.fetch(`${at()}/paper.pdf?language=es`));
  const text = flat(said(spanish));
  for (const words of ["Qué pasa ahora y qué puede pedir", "Pregunta sobre la herencia tribal", "Nuestro plan, para leer juntos", "todavía no ha sido revisada"]) {
    assert.ok(text.includes(words), words);
  }
  assert.match(inside(spanish), /\/Lang \(es\)/);
  const hmong = flat(said(await kept(await elena.fetch(`${at()}/paper.pdf?language=hmn&part=visit.0`))));
  assert.match(hmong, /Tam sim no yuav muaj dab tsi/);
  assert.equal((await elena.fetch(`${at()}/paper.pdf?language=fr`)).status, 404);
});

test("any form can be printed blank, and a sheet must be chosen", async () => {
  const elena = await hearth.signIn("elena");
  const page = await (await elena.fetch("/blank")).text();
  const names = [...page.matchAll(/name="form"[^>]*value="([a-z_]+)"/g)].map(([, name]) => name);
  assert.ok(names.length > 100, `${names.length} forms`);
  const query = names.map((name) => `form=${name}`).join("&");
  const every = await kept(await elena.fetch(`/blank.pdf?${query}`));
  for (const words of ["Weekly review", "Protective plan", "Filled in on"]) assert.ok(said(every).includes(words), words);
  const none = await elena.fetch("/blank.pdf");
  assert.equal(none.status, 422);
  assert.match(await none.text(), /Choose at least one sheet/);
});

test("without scripts: forms are folded by stage, found by a word, and what is ticked stays ticked", async () => {
  const elena = await hearth.signIn("elena");
  const all = await (await elena.fetch("/blank")).text();
  assert.ok((all.match(/<details class="choices__fold">/g) ?? []).length > 8, "every stage is folded");
  const ticked = /<input[^>]*name="form"[^>]*value="protective_plan"[^>]*checked/;
  assert.doesNotMatch(all, ticked);
  for (const path of ["/blank", `${at()}/paper`]) {
    const found = await (await elena.fetch(`${path}?find=Contact&form=protective_plan&language=es`)).text();
    const names = [...found.matchAll(/name="form"[^>]*value="([a-z_]+)"/g)].map(([, name]) => name);
    assert.ok(names.includes("contact") && !names.includes("weekly_review"), names.join(" "));
    assert.match(found, ticked, "also where the word is not in its name");
    assert.match(found, /value="es"[^>]*checked/);
    assert.match(found, new RegExp(`formaction="${path}"`));
  }
  assert.match(await (await elena.fetch("/blank?find=zebra")).text(), /No form has these words/);
  assert.equal((await elena.fetch("/blank.pdf?find=Contact&form=contact")).status, 200, "the box goes along and says nothing");
});

test("who may not read the record gets no pack, and a program gets the same file", async () => {
  const marlene = await hearth.signIn("marlene");
  assert.ok([403, 404].includes((await marlene.fetch(`${at()}/paper`)).status));
  assert.ok([403, 404].includes((await marlene.fetch(`${at()}/paper.pdf`)).status));
  const fetched = (login) => fetch(`${hearth.url}/api/v1/assessment/${plan.assessment}/paper?part=visit.0`,
    { headers: { Authorization: `Bearer ${hearth.api(login).token}`, Accept: "application/pdf" } });
  assert.match(said(await kept(await fetched("elena"))), /What happens now/);
  const refused = await fetched("marlene");
  assert.ok([403, 404].includes(refused.status));
  assert.match(refused.headers.get("content-type"), /problem\+json/);
});

test("the day leads to the papers of the visits that are due", async () => {
  const elena = await hearth.signIn("elena");
  const day = await (await elena.fetch("/my-day")).text();
  assert.match(day, /href="\/blank"/);
  const visits = day.slice(day.indexOf("Today&#39;s visits") > 0 ? day.indexOf("Today&#39;s visits") : day.indexOf("Today's visits"));
  assert.match(visits, /href="\/record\/assessment\/[0-9a-f-]+\/paper"/);
});

test("on A4 when the agency has it so", async () => {
  await hearth.end();
  await hearth.serve("--paper", "a4");
  const elena = await hearth.signIn("elena");
  const info = execFileSync("pdfinfo", [await kept(await elena.fetch(`${at()}/paper.pdf?part=visit.0`))], { encoding: "utf8" });
  assert.match(info, /595 x 842 pts \(A4\)/);
});
