// A social security number: sealed, never read back whole, found by its value by those who may read it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, password } from "./hearth.mjs";

const number = "412-55-6789";
const masked = "XXX-XX-6789";
let hearth, renee, api, child, parent;
const minutes = (count) => hearth.setClock(new Date(hearth.now + count * 60000).toISOString());
before(async () => {
  hearth = await Hearth.start();
  api = hearth.api("renee");
  // Two people named in a report of this agency.
  const reports = (await api.call("GET", "/access_report?limit=100")).body.items;
  const named = reports.map((report) => report.participants.map((one) => one.person).filter((id) => id));
  [child, parent] = named.find((people) => people.length > 1);
  renee = await hearth.signIn("renee");
});
after(() => hearth.stop());

const step = (person) => `/work/person/${person}/identifiers`;
const text = async (session, path) => (await session.fetch(path)).text();
const version = (page) => /name="version" value="(\d+)"/.exec(page)[1];
async function save(session, person, value) {
  const page = await text(session, step(person));
  return session.post(step(person), { version: version(page), social_security_number: value });
}
async function find(session, words) {
  return (await session.post("/search", { words })).text();
}

test("it is written as people write it, and refused when it is none", async () => {
  const wrong = await save(renee, child, "412-55-678");
  assert.equal(wrong.status, 422);
  assert.match(await wrong.text(), /Write it as ###-##-####/);
  const right = await save(renee, child, "412556789");
  assert.equal(right.status, 303, await right.text());
});

test("only its end is read back, on pages, by the API and in history", async () => {
  const page = await text(renee, step(child));
  assert.match(page, new RegExp(masked));
  for (const path of [step(child), `/work/person/${child}/overview`, `/record/person/${child}/history`]) {
    assert.doesNotMatch(await text(renee, path), /412-?55/, path);
  }
  const confirmed = await api.call("POST", "/confirm", { body: { code: password } });
  assert.equal(confirmed.status, 204);
  const read = await api.call("GET", `/person/${child}`);
  assert.equal(read.body.social_security_number, masked);
  assert.doesNotMatch(JSON.stringify((await api.call("GET", `/person/${child}/history`)).body), /412-55/);
});

test("what is shown of it says that it stays", async () => {
  assert.equal((await save(renee, child, masked)).status, 303);
  const found = await find(renee, number);
  assert.match(found, /Social security number/);
  assert.match(found, new RegExp(child));
});

test("it is found whole and exactly, by who has just proved who they are", async () => {
  assert.doesNotMatch(await find(renee, "412-55-6788"), new RegExp(child));
  assert.match(await find(renee, "412 55 6789"), new RegExp(child));
  const found = await api.call("POST", "/people/search", { body: { words: number } });
  assert.deepEqual(found.body.items.map((hit) => hit.person.id), [child]);
  minutes(11);
  const waiting = await find(renee, number);
  assert.doesNotMatch(waiting, new RegExp(child));
  assert.match(waiting, /href="\/confirm/);
  const waits = await api.call("POST", "/people/search", { body: { words: number } });
  assert.deepEqual(waits.body.items, []);
  assert.equal(waits.body.confirm, "/api/v1/confirm");
  assert.equal((await api.call("GET", `/person/${child}`)).body.social_security_number, undefined);
  const page = await text(renee, step(child));
  assert.doesNotMatch(page, /6789/);
  assert.doesNotMatch(page, /name="social_security_number"/, "it cannot be emptied unseen");
  assert.match(page, /href="\/confirm\?then=/);
  await renee.post("/confirm", { then: "/my-day", code: password });
  await api.call("POST", "/confirm", { body: { code: password } });
  assert.match(await find(renee, number), new RegExp(child));
});

// For who may not read it: the same page as for a number that is nobody's, but for the words.
test("nobody else learns that it is on record", async () => {
  for (const login of ["omar", "ines"]) {
    const other = await hearth.signIn(login);
    const strip = (page) => page.replaceAll(number, "").replaceAll("412-55-6788", "").replace(/form_token" value="[^"]+"/g, "");
    assert.equal(strip(await find(other, number)), strip(await find(other, "412-55-6788")), login);
    assert.doesNotMatch(await text(other, step(child)), /6789|social_security_number/);
    const program = hearth.api(login);
    await program.call("POST", "/confirm", { body: { code: password } });
    const found = await program.call("POST", "/people/search", { body: { words: number } });
    assert.deepEqual(found.body.items, [], login);
  }
});

test("somebody else with the same number is told, without the number", async () => {
  assert.doesNotMatch(await text(renee, step(child)), /somebody else has the same/);
  assert.equal((await save(renee, parent, number)).status, 303);
  const page = await text(renee, step(parent));
  assert.match(page, /Social security number: somebody else has the same/);
  assert.match(page, new RegExp(`/person/${child}`));
  assert.doesNotMatch(page, /412-55/);
});

test("it stands in no file in the clear", async () => {
  const walk = (folder) =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
  await renee.post("/draft", { place: step(child), social_security_number: number });
  for (const path of walk(hearth.data)) {
    const bytes = readFileSync(path).toString("latin1");
    assert.ok(!bytes.includes(number) && !bytes.includes("412556789"), path);
  }
  assert.doesNotMatch(hearth.log, /412-?55/);
});
