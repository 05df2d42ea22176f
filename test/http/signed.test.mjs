// What a family signed is kept as it was: in the act that adds a signature, in every language it is shown in. It stays
// when the record is corrected, when the model changes, and when keys change; nobody gets it who may not see the record
// or somebody who stands on it; and the audit finds a copy that was changed or taken away.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Api, Hearth, program, root } from "./hearth.mjs";

const never = "018f0000-0000-7000-8000-000000000000";
const order = { basis: "48.396(2), Marathon County 26JC0042, 3 November 2026", reason: "The court ordered it." };
let hearth, plan, copy;
const tokens = new Map();

// A token outlives the server; asking for one compiles the model.
function api(login) {
  if (!tokens.has(login)) tokens.set(login, hearth.api(login).token);
  return new Api(hearth.url, tokens.get(login));
}
const plans = async (login) => (await api(login).get("/protective_plan?limit=200")).body.items;
const current = async (id = plan.id) => (await api("renee").get(`/protective_plan/${id}`)).body;
const copies = async (login, id = plan.id) => (await api(login).get(`/protective_plan/${id}/signed`));
const address = (language = "") => `/record/protective_plan/${plan.id}/signed/${copy.id}.pdf${language && `?language=${language}`}`;

// The login of the worker of its family.
async function assigned() {
  const { worker } = (await api("renee").get(`/assessment/${plan.assessment}`)).body;
  return (await api("ines").get(`/worker/${worker}`)).body.login;
}

async function said(session, path) {
  const response = await session.fetch(path);
  assert.equal(response.status, 200, path);
  assert.equal(response.headers.get("content-type"), "application/pdf");
  const file = join(hearth.folder, "signed.pdf");
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  execFileSync("qpdf", ["--check", file]);
  return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).replace(/\s+/g, " ");
}

function sql(statement) {
  execFileSync("python3", ["-c", "import sqlite3,sys; db=sqlite3.connect(sys.argv[1],timeout=20); db.execute(sys.argv[2]); db.commit()",
    join(hearth.data, "hearth.db"), statement]);
}
const verify = () => spawnSync(program, ["audit", "verify", "--data", hearth.data], { encoding: "utf8", cwd: root });

before(async () => {
  hearth = await Hearth.start();
  plan = (await plans("elena")).find((one) => one.state === "in_force");
});
after(() => hearth?.stop());

test("the page of a signed plan leads to what was signed, with its day and names", async () => {
  const { status, body } = await copies("elena");
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.items.length, 1);
  [copy] = body.items;
  assert.deepEqual(copy.signed, plan.signatures.map((row) => row.name));
  assert.deepEqual(copy.languages, ["en", "es", "hmn"]);
  assert.equal(copy.document, "protective_plan_copy");
  assert.ok(!("changed_since" in copy));
  const elena = await hearth.signIn("elena");
  const page = await (await elena.fetch(`/record/protective_plan/${plan.id}`)).text();
  assert.ok(page.includes(`href="${address()}"`));
  assert.match(page, /As signed on Wed 18 Nov 2026, 18:26 by Erik Olson, Sofie Olson, Inga Olson/);
  assert.doesNotMatch(page, /Changed since it was signed/);
  assert.match(await said(elena, address()), /Erik is not alone with the children/);
  assert.match(await said(elena, address("es")), /Nuestro plan para mantener seguros/);
  assert.equal((await elena.fetch(address("fr"))).status, 404);
});

test("a correction changes the plan and not what was signed, and both pages say so", async () => {
  const correct = async (body) => api("renee").call("POST", `/protective_plan/${plan.id}/correct`, { version: (await current()).version, body });
  const beside = await correct({ read_back_interpreter: "Nobody", reason: "None was there." });
  assert.equal(beside.status, 200, JSON.stringify(beside.body));
  assert.ok(!(await copies("elena")).body.items[0].changed_since, "it stands on no plan who interpreted");
  const { version } = await current();
  const corrected = await api("renee").call("POST", `/protective_plan/${plan.id}/correct`,
    { version, body: { what_we_do: "Inga is here every evening.", reason: "Said otherwise at the table." } });
  assert.equal(corrected.status, 200, JSON.stringify(corrected.body));
  const elena = await hearth.signIn("elena");
  assert.match(await said(elena, `/record/protective_plan/${plan.id}/document/protective_plan_copy.pdf`), /Inga is here every evening/);
  const kept = await said(elena, address());
  assert.match(kept, /Erik is not alone with the children/);
  assert.doesNotMatch(kept, /Inga is here every evening/);
  const page = await (await elena.fetch(`/record/protective_plan/${plan.id}`)).text();
  assert.match(page, /Changed since it was signed: Wed 25 Nov 2026/);
  assert.ok((await copies("elena")).body.items[0].changed_since);
});

test("a signature saved through the API is kept just so, with the copy of each time", async () => {
  const jonas = api("jonas");
  const { id, version, state, number, signatures, created_at, created_by, changed_at, changed_by, root_id, agency_id, ...answers } = await current();
  const bare = (value) => (Array.isArray(value) ? value.map((row) => (typeof row === "object" ? { ...row, id: undefined } : row)) : value);
  const given = ["assessment", "strengths", "what_happens", "what_we_do", "if_not_working", "agency_phone", "tribe_involved", "family_address", "family_phone",
    "children", "household", "dangers", "providers", "copies"];
  const made = await jonas.call("POST", "/protective_plan", { body: {
    ...Object.fromEntries(given.filter((name) => name in answers).map((name) => [name, bare(answers[name])])),
    planned_reviews: [{ on_day: "2026-11-30", how: "At the house" }] } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const draft = made.body;
  const step = async (name, body) => {
    const answer = await jonas.call("POST", `/protective_plan/${draft.id}/${name}`, { version: (await current(draft.id)).version, body });
    assert.equal(answer.status, 200, `${name}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await step("read_back", { read_back_at: "2026-11-25T07:30", read_back_language: "English" });
  const sign = (name) => step("sign", { signatures: [{ name, role: "PARENT", way: "SPOKEN", signed_at: "2026-11-25T07:40" }] });
  await sign("Erik Olson");
  await step("sign", { signatures: [...(await current(draft.id)).signatures, { name: "Inga Olson", role: "PROVIDER", way: "SPOKEN", signed_at: "2026-11-25T07:45" }] });
  const { body: { items } } = await copies("jonas", draft.id);
  assert.deepEqual(items.map((one) => one.signed), [["Erik Olson", "Inga Olson"], ["Erik Olson"]]);
  assert.ok(items.every((one) => !one.changed_since), "another signature is no change of what was signed");
});

test("another model and another key leave what was signed as it was", async () => {
  const renee = await hearth.signIn("renee");
  const before = await said(renee, address());
  hearth.run("keys", "rotate", "--data", hearth.data);
  await hearth.serveWith(hearth.modelWith("other", {
    "planning/protective_plan_faces.yaml": (text) => text.replaceAll("Our plan to keep the children safe", "Protective plan").replace("label: What we have agreed", "label: Agreed"),
    "language/hmn.yaml": (text) => text.replace("Our plan to keep the children safe:", "Protective plan:").replace("What we have agreed:", "Agreed:"),
    "language/es.yaml": (text) => text.replace("Our plan to keep the children safe:", "Protective plan:").replace("What we have agreed:", "Agreed:"),
  }));
  const again = await hearth.signIn("renee");
  assert.equal(await said(again, address()), before);
  assert.match(await said(again, `/record/protective_plan/${plan.id}/document/protective_plan_copy.pdf`), /Agreed/);
});

test("what a step changes of what was signed is told, and what is corrected of those who stand on it", async () => {
  await hearth.serveWith(hearth.modelWith("stepwise", {
    "planning/protective_plan_faces.yaml": (text) => text.replace("    label: Copies\n    items:\n", "    label: Copies\n    items:\n      - { field: if_not_working }\n"),
  }));
  const worker = api(await assigned());
  const since = async () => (await copies("renee")).body.items[0].changed_since;
  const before = await since();
  hearth.setClock("2026-11-25T09:00:00-06:00");
  const same = (rows) => rows.map(({ id, ...rest }) => ({ id, ...rest }));
  const step = await worker.call("POST", `/protective_plan/${plan.id}/record_copies`,
    { version: (await current()).version, body: { if_not_working: "Call Inga first.", copies: same((await current()).copies) } });
  assert.equal(step.status, 200, JSON.stringify(step.body));
  assert.notEqual(await since(), before);
  assert.match(await since(), /T09:00/);
  hearth.setClock("2026-11-25T09:10:00-06:00");
  const child = (await worker.get(`/assessment_child/${plan.children[0].child}`)).body.person;
  const renamed = await worker.call("PATCH", `/person/${child}`, { version: (await worker.get(`/person/${child}`)).body.version, body: { given_name: "Else" } });
  assert.equal(renamed.status, 200, JSON.stringify(renamed.body));
  assert.match(await since(), /T09:10/);
});

test("what the model guards more strictly since is not read from the copy either", async () => {
  const whose = await assigned();
  const other = whose === "elena" ? "jonas" : "elena";
  const seen = async (login) => (await copies(login)).body.items.length;
  assert.deepEqual([await seen(whose), await seen(other), await seen("renee")], [1, 1, 1]);
  // An answer of the plan that only the worker of the family may read, and their supervisor.
  await hearth.serveWith(hearth.modelWith("own", {
    "planning/protective_plan.yaml": (text) => text.replace(/( +what_happens: \{ )/, "$1class: protected_location, "),
  }));
  assert.ok(!("what_happens" in (await api(other).get(`/protective_plan/${plan.id}`)).body));
  assert.deepEqual([await seen(whose), await seen(other), await seen("renee")], [1, 0, 1]);
  assert.equal((await (await hearth.signIn(other)).fetch(address())).status, 404);
  // An answer of the people on it: whose the plan is does not decide that; supervisors may read it of everybody.
  await hearth.serveWith(hearth.modelWith("theirs", {
    "policy.yaml": (text) => text.replace(/(protected_location:\n +access_worker:.*\n +assessment_worker:.*\n +supervisor: +\{ )/, "$1state: [read], "),
    "people/person.yaml": (text) => text.replace("      birth_date:\n", "      birth_date:\n        class: protected_location\n"),
  }));
  assert.deepEqual([await seen(whose), await seen(other), await seen("renee")], [0, 0, 1]);
  await hearth.serveWith(join(root, "model"));
});

test("the history says that it was kept, and not whom it names", async () => {
  const { body } = await api("renee").get(`/protective_plan/${plan.id}/history?limit=200`);
  const kept = body.items.filter((one) => one.verb === "signed_copy");
  assert.equal(kept.length, 1);
  assert.equal(kept[0].content, "");
});

test("who may not see the record does not get the copy, and none is like absent", async () => {
  const marlene = await hearth.signIn("marlene");
  assert.equal((await marlene.fetch(address())).status, (await marlene.fetch(`/record/protective_plan/${plan.id}`)).status);
  assert.ok([403, 404].includes((await copies("marlene")).status));
  const elena = await hearth.signIn("elena");
  assert.equal((await elena.fetch(address().replace(copy.id, "0".repeat(64)))).status, 404);
  const { version } = await current();
  const sealed = await api("renee").call("POST", `/protective_plan/${plan.id}/seal`, { version, body: order });
  assert.equal(sealed.status, 200, JSON.stringify(sealed.body));
  const there = await elena.fetch(address());
  const nowhere = await elena.fetch(address().replace(plan.id, never));
  assert.equal(there.status, 404);
  assert.equal((await there.text()).replaceAll(plan.id, ""), (await nowhere.text()).replaceAll(never, ""));
  assert.deepEqual((await copies("elena")).body, (await copies("elena", never)).body);
  const opened = await api("renee").call("POST", `/protective_plan/${plan.id}/unseal`, { version: (await api("renee").get(`/protective_plan/${plan.id}`)).body.version, body: order });
  assert.equal(opened.status, 200, JSON.stringify(opened.body));
});

test("somebody on it who is sealed takes the copy from those who may not know of them", async () => {
  const renee = api("renee");
  const theo = api("theo");
  const adult = plan.household[0].adult;
  const of = async (api) => (await api.get(`/assessment_adult/${adult}`)).body;
  const sealed = await renee.call("POST", `/assessment_adult/${adult}/seal`, { version: (await of(renee)).version, body: order });
  assert.equal(sealed.status, 200, JSON.stringify(sealed.body));
  const elena = await hearth.signIn("elena");
  assert.equal((await elena.fetch(address())).status, 404);
  assert.deepEqual((await copies("elena")).body.items, []);
  assert.equal((await copies("renee")).body.items.length, 1, "who may seal has it");
  assert.match(verify().stdout, / 0 broken/);
  // Expunged, what was signed goes along, and verifies as what went.
  const gone = await theo.call("POST", `/assessment_adult/${adult}/expunge`, { version: (await of(theo)).version, body: order });
  assert.equal(gone.status, 200, JSON.stringify(gone.body));
  assert.deepEqual((await copies("renee")).body.items, []);
  assert.match(verify().stdout, / 0 broken/);
});

test("the audit finds a copy that was changed, and one that is gone", async () => {
  const member = "(SELECT commitment FROM history_sealed WHERE member = 'signed_copy.safety_plan_copy' LIMIT 1)";
  sql(`UPDATE history_sealed SET sealed = CAST(substr(sealed, 1, 100) || x'0000' || substr(sealed, 103) AS BLOB) WHERE commitment = ${member}`);
  const changed = verify();
  assert.match(changed.stdout + changed.stderr, /the copy of what was signed does not open, or was changed/);
  assert.notEqual(changed.status, 0);
  sql(`DELETE FROM history_sealed WHERE commitment = ${member}`);
  assert.match(verify().stdout + verify().stderr, /the copy of what was signed is gone/);
});
