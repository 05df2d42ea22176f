// Nobody gives rights to themselves: roles, sign-in name and agency of a worker are an administrator's, training
// also a supervisor's. What else stands on one's own page one changes oneself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";

const families = ["alma", "jonas", "renee", "carla", "omar"];
let hearth, workers;
before(async () => {
  hearth = await Hearth.start();
  const { body: { items } } = await desk("ines").get("/worker?limit=200");
  workers = Object.fromEntries(items.map((one) => [one.login, one]));
});
after(() => hearth?.stop());

const desks = new Map();
const desk = (login) => desks.get(login) ?? desks.set(login, hearth.api(login)).get(login);
const change = async (by, whose, body) => {
  const api = desk(by);
  const { body: { version } } = await api.get(`/worker/${workers[whose].id}`);
  return api.call("PATCH", `/worker/${workers[whose].id}`, { version, body });
};
const rolesOf = async (login) => (await desk("ines").get(`/worker/${workers[login].id}`)).body.roles;
const every = { role: "ADMINISTRATOR", begins_on: "2020-01-02" };

test("a role is neither added, taken out, changed nor stretched by who holds it", async () => {
  for (const login of families) {
    const before = await rolesOf(login);
    const { home_agency: agency } = workers[login];
    for (const roles of [[...before, { ...every, agency }], before.map((row) => ({ ...row, role: "STATE_AUDITOR" })),
      before.map((row) => ({ ...row, begins_on: "2019-01-01", ends_on: "2040-01-01" })), []]) {
      const refused = await change(login, login, { roles });
      assert.ok([403, 409, 422].includes(refused.status), `${login}: ${refused.status} ${JSON.stringify(roles)}`);
      assert.deepEqual(await rolesOf(login), before);
    }
  }
});

test("a supervisor gives no role to the workers of the agency, and writes down their training", async () => {
  const { body: { home_agency: agency } } = await desk("renee").get(`/worker/${workers.pia.id}`);
  const refused = await change("renee", "pia", { roles: [...(await rolesOf("pia")), { ...every, agency }] });
  assert.equal(refused.status, 422, JSON.stringify(refused.body));
  const training = [{ kind: "PRE_SERVICE", completed_on: "2026-11-20", recorded_on: "2026-11-24" }];
  assert.equal((await change("pia", "pia", { training })).status, 422, "not one's own");
  assert.equal((await change("renee", "pia", { training })).status, 200);
});

test("nobody takes the sign-in name or the agency of another", async () => {
  for (const body of [{ login: "ines" }, { home_agency: workers.carla.home_agency }])
    assert.equal((await change("jonas", "jonas", body)).status, 422);
  assert.equal((await change("jonas", "jonas", { phone: "(715) 555-0100" })).status, 200);
});

test("the page of a worker offers them what they may change, and shows the rest", async () => {
  const page = await (await (await hearth.signIn("carla")).fetch(`/work/worker/${workers.carla.id}/worker`)).text();
  assert.match(page, /name="phone"/);
  assert.match(page, /Tribal worker/);
  for (const name of ["login", "home_agency", "roles[", "training["]) assert.ok(!page.includes(`name="${name}`), name);
});

test("an administrator gives a role", async () => {
  const row = { role: "ACCESS_WORKER", agency: workers.jonas.home_agency, begins_on: "2026-11-25" };
  assert.equal((await change("ines", "jonas", { roles: [...(await rolesOf("jonas")), row] })).status, 200);
  assert.equal((await rolesOf("jonas")).length, workers.jonas.roles.length + 1);
});
