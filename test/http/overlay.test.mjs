// One county's overlay, end to end: its workers see its field, words and clock; another county's do not;
// what was answered stays with a record that changes hands.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

const morning = "2026-11-25T08:00:00-06:00";
let hearth, alma, vera, wood, marathon, pages;

before(async () => {
  hearth = await Hearth.start({ clock: morning, model: "model:agency/marathon:agency/milwaukee" });
  const ines = hearth.api("ines");
  const agencies = [];
  let path = "/agency";
  while (path) {
    const { body } = await ines.get(path);
    agencies.push(...body.items);
    path = body.next_cursor ? `/agency?cursor=${encodeURIComponent(body.next_cursor)}` : "";
  }
  wood = agencies.find((agency) => agency.code === "141").id;
  marathon = agencies.find((agency) => agency.code === "073").id;
  const made = await ines.call("POST", "/worker", { body: {
    given_name: "Vera", family_name: "Lund", login: "vera", home_agency: wood,
    roles: [{ role: "ACCESS_WORKER", agency: wood, begins_on: "2025-01-01" }],
  } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  hearth.setPassword("vera");
  alma = hearth.api("alma");
  vera = hearth.api("vera");
  pages = { alma: await hearth.signIn("alma"), vera: await hearth.signIn("vera") };
});
after(() => hearth.stop());

const call = (api, more = {}) => api.call("POST", "/access_report",
  { body: { received_at: "2026-11-25T07:30:00-06:00", narrative: "A boy was left alone in a car.", ...more } });
const html = async (session, path) => (await session.fetch(path)).text();

test("the county's worker is asked what the county asks, in its words", async () => {
  const { body } = await call(alma, { marathon_way_there: "Fire number 42, second gate" });
  assert.equal(body.marathon_way_there, "Fire number 42, second gate");
  const form = await html(pages.alma, `/work/intake/${body.id}/call`);
  assert.match(form, /How to find the home/);
  assert.match(form, /Fire number 42, second gate/);
  assert.ok(form.indexOf("How to find the home") > form.indexOf('name="narrative"'));
});

test("another county's worker has neither the field nor the words", async () => {
  const refused = await call(vera, { marathon_way_there: "Gate" });
  assert.equal(refused.status, 422);
  assert.match(JSON.stringify(refused.body), /marathon_way_there/);
  const { body } = await call(vera);
  assert.ok(!("marathon_way_there" in body));
  assert.doesNotMatch(await html(pages.vera, `/work/intake/${body.id}/call`), /How to find the home/);
});

test("the shorter clock runs in the county alone, by the same rule", async () => {
  const hours = async (api) => {
    const { status, body } = await call(api, { category: "CPS_REPORT" });
    assert.equal(status, 201, JSON.stringify(body));
    const clocks = (await api.get(`/access_report/${body.id}/clocks`)).body;
    const clock = clocks.items.find((one) => one.clock === "screening_decision");
    assert.ok(clock, JSON.stringify(clocks));
    return (Date.parse(clock.due) - Date.parse(body.received_at)) / 3600000;
  };
  assert.equal(await hours(alma), 12);
  assert.equal(await hours(vera), 24);
});

test("what was answered stays with a record that goes to another county and comes back", async () => {
  const { body: report } = await call(alma, { marathon_way_there: "Blue barn" });
  const move = async (version, agency) => {
    const moved = await alma.call("PATCH", `/access_report/${report.id}`, { version, body: { agency } });
    return moved;
  };
  const away = await move(report.version, wood);
  assert.equal(away.status, 200, JSON.stringify(away.body));
  const there = (await vera.get(`/access_report/${report.id}`)).body;
  assert.ok(!("marathon_way_there" in there));
  const changed = await vera.call("PATCH", `/access_report/${report.id}`,
    { version: there.version, body: { narrative: "It was the neighbour's boy." } });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  const back = await vera.call("PATCH", `/access_report/${report.id}`,
    { version: changed.body.version, body: { agency: marathon } });
  assert.equal(back.status, 200, JSON.stringify(back.body));
  assert.equal((await alma.get(`/access_report/${report.id}`)).body.marathon_way_there, "Blue barn");
});

test("each record of a list speaks as its own agency does", async () => {
  const omar = hearth.api("omar");
  const { body } = await omar.get("/access_report?limit=200");
  const owners = new Map(body.items.map((one) => [one.agency, "marathon_way_there" in one]));
  assert.equal(owners.get(marathon), true);
  assert.equal(owners.get(wood), false);
});
