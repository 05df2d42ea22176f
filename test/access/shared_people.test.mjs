// An assessment is shared with a nation: its worker sees the people of it, cell by cell, before, while it is shared and
// after; only in the parts that were given; those who are added later, and not those who were taken out or sealed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { agree } from "../http/agreement.mjs";
import { Hearth } from "../http/hearth.mjs";

const order = { basis: "48.396(2), Marathon County 26JC0042, 3 November 2026", reason: "The court ordered it." };
let hearth, carla, jonas, renee, ownerPages, carlaPages, nation, agreement, assessment, children, adults, elsewhere;

const status = async (id, api = carla) => (await api.get(`/person/${id}`)).status;
const all = async (ids) => Promise.all(ids.map((id) => status(id)));
const people = (rows) => rows.map((row) => row.person);
const of = async (entity) => (await jonas.get(`/${entity}?limit=200&assessment=${assessment.id}`)).body.items;
const signIn = async () => [ownerPages, carlaPages] = [await hearth.signIn("renee"), await hearth.signIn("carla")];

async function share(parts, to = "2026-11-30") {
  const pairs = [["agency", nation], ["how", "reads"], ["agreement", agreement.id], ["to", to], ...parts.map((one) => ["parts", one])];
  const answer = await ownerPages.post(`/record/assessment/${assessment.id}/access`, pairs);
  assert.equal(answer.status, 303, await answer.text());
  const accept = /\/given\/[0-9a-f-]+\/accept/.exec(await (await carlaPages.fetch("/my-day")).text())[0];
  return accept;
}
const accept = async (way) => assert.equal((await carlaPages.post(way, {})).status, 303);
const end = async (way) => assert.equal((await carlaPages.post(way.replace("accept", "end"), { reason: "Done." })).status, 303);

async function until(clock, holds) {
  hearth.setClock(clock);
  for (let tries = 0; tries < 100 && !(await holds()); tries++) await new Promise((done) => setTimeout(done, 200));
  assert.ok(await holds(), `at ${clock}`);
}

before(async () => {
  hearth = await Hearth.start();
  [carla, jonas, renee] = ["carla", "jonas", "renee"].map((login) => hearth.api(login));
  nation = (await hearth.api("ines").get("/worker?limit=200")).body.items.find((one) => one.login === "carla").home_agency;
  const { body: { items } } = await jonas.get("/assessment?limit=200");
  const visible = async (one) => {
    assessment = one;
    [children, adults] = [await of("assessment_child"), await of("assessment_adult")];
    return children.length > 1 && adults.length > 0 && (await all(people([...children, ...adults]))).every((code) => code !== 200);
  };
  for (const one of items.filter((item) => item.state === "open" && item.assignments.some((row) => row.worker === item.worker))) {
    if (await visible(one)) break;
  }
  agreement = await agree(hearth, {
    writer: "renee", other: "carla", agency: assessment.agency, otherAgency: nation, name: "Agreement of 2 March 2026", kinds: ["ASSESSMENT"],
  });
  const known = new Set(people([...children, ...adults]));
  elsewhere = (await jonas.get("/person?limit=200")).body.items.find((one) => !known.has(one.id)).id;
  await signIn();
});
after(() => hearth?.stop());

test("before it is accepted nobody of it is seen", async () => {
  const offered = await share(["assessment_child", "assessment_adult"]);
  assert.ok((await all(people([...children, ...adults]))).every((code) => [403, 404].includes(code)));
  await accept(offered);
  assert.deepEqual(await all(people(children)), children.map(() => 200));
  assert.deepEqual(await all(people(adults)), adults.map(() => 200));
  assert.notEqual(await status(elsewhere), 200, "and nobody else");
  const page = await carlaPages.fetch(`/record/person/${children[0].person}`);
  assert.equal(page.status, 200);
  const { version } = (await carla.get(`/person/${children[0].person}`)).body;
  const changed = await carla.call("PATCH", `/person/${children[0].person}`, { version, body: { given_name: "Theirs" } });
  assert.equal(changed.status, 403, "who reads only reads");
});

test("who comes later is seen, who is taken out is not, and who is sealed is hidden", async () => {
  const late = await renee.call("POST", "/assessment_child", { body: { assessment: assessment.id, person: elsewhere } });
  assert.equal(late.status, 201, JSON.stringify(late.body));
  assert.equal(await status(elsewhere), 200);
  const out = await renee.call("POST", `/assessment_child/${late.body.id}/entered_in_error`, { version: late.body.version, body: { reason: "Another family." } });
  assert.equal(out.status, 200, JSON.stringify(out.body));
  assert.notEqual(await status(elsewhere), 200);
  const [child] = children;
  const { version } = (await renee.get(`/person/${child.person}`)).body;
  const sealed = await renee.call("POST", `/person/${child.person}/seal`, { version, body: order });
  assert.equal(sealed.status, 200, JSON.stringify(sealed.body));
  assert.equal(await status(child.person), 404);
  const open = await renee.call("POST", `/person/${child.person}/unseal`, { version: (await renee.get(`/person/${child.person}`)).body.version, body: order });
  assert.equal(open.status, 200, JSON.stringify(open.body));
  assert.equal(await status(child.person), 200);
  // The place in the assessment sealed: the person is not named by it any more.
  const row = (await renee.get(`/assessment_child/${child.id}`)).body;
  assert.equal((await renee.call("POST", `/assessment_child/${child.id}/seal`, { version: row.version, body: order })).status, 200);
  assert.notEqual(await status(child.person), 200);
  assert.equal((await renee.call("POST", `/assessment_child/${child.id}/unseal`, { version: row.version + 1, body: order })).status, 200);
  assert.equal(await status(child.person), 200);
});

test("when its last day has passed, nobody of it is seen", async () => {
  await until("2026-12-01T00:00:00-06:00", async () => (await status(children[0].person)) !== 200);
  assert.ok((await all(people([...children, ...adults]))).every((code) => [403, 404].includes(code)));
});

test("only those in the parts that were given; and ended early it ends", async () => {
  await signIn();
  const given = await share(["assessment_child"], "2026-12-31");
  await accept(given);
  assert.deepEqual(await all(people(children)), children.map(() => 200));
  assert.ok((await all(people(adults))).every((code) => code !== 200), "adults were not given");
  await end(given);
  assert.ok((await all(people(children))).every((code) => code !== 200));
});
