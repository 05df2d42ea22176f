// A privacy officer seals and expunges what is at their own agency, and reads no other agency's reports.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screened } from "./screened.mjs";

const order = { basis: "48.396(2), Marathon County 26JC0099, 3 November 2026", reason: "The court ordered it." };
let hearth, story, known, records;

// With the version that one who may read it sees: nothing but the right is missing.
const verb = async (login, name, record) => {
  const { version } = (await story.as("renee").api.get(`/${record.entity}/${record.id}`)).body;
  return story.as(login).api.call("POST", `/${record.entity}/${record.id}/${name}`, { body: order, version });
};

before(async () => {
  ({ hearth, story, known } = await screened());
  const ines = story.as("ines");
  const lincoln = await ines.one("agency", { code: "069" });
  await ines.create("worker", { given_name: "Nell", family_name: "Abrams", login: "nell", home_agency: lincoln.id,
    roles: [{ role: "PRIVACY_OFFICER", agency: lincoln.id, begins_on: "2020-01-02" }] });
  hearth.setPassword("nell");
  const alma = story.as("alma");
  const household = await alma.create("household", { name: "The home of the aunt" });
  const hazard = await alma.create("hazard", { person: known.people.tessa.id, kind: "DOG", note: "A dog that is not tied up.",
    seen_at: "2026-11-25T07:00", review_on: "2027-01-25" });
  records = { report: known.report, assessment: known.assessment, notice: known.policeNotice,
    hazard: { entity: "hazard", id: hazard.id }, person: { entity: "person", id: known.people.tessa.id },
    household: { entity: "household", id: household.id } };
});
after(() => hearth?.stop());

test("the household is of the agency that wrote it down", async () => {
  const marathon = await story.as("ines").one("agency", { code: "073" });
  assert.equal((await story.as("alma").read(records.household)).agency, marathon.id);
});

test("no officer of another county seals, opens again or expunges", async () => {
  for (const [name, record] of Object.entries(records)) {
    for (const act of ["seal", "unseal", "expunge"]) {
      const answer = await verb("nell", act, record);
      assert.ok([403, 404].includes(answer.status), `${act} ${name}: ${JSON.stringify(answer.body)}`);
    }
    assert.equal((await story.as("renee").api.get(`/${record.entity}/${record.id}`)).body.sealed ?? null, null, name);
  }
});

test("nor reads what no officer needs of another county", async () => {
  for (const name of ["report", "assessment", "notice"]) {
    const { entity, id } = records[name];
    assert.equal((await story.as("nell").api.get(`/${entity}/${id}`)).status, 403, name);
    assert.equal((await story.as("theo").api.get(`/${entity}/${id}`)).status, 200, name);
  }
});

test("of their own agency they do, and for the other county there is no such record then", async () => {
  for (const [name, record] of Object.entries(records)) {
    const sealed = await verb("theo", "seal", record);
    assert.equal(sealed.status, 200, `${name}: ${JSON.stringify(sealed.body)}`);
    const answer = await story.as("nell").api.get(`/${record.entity}/${record.id}`);
    assert.equal(answer.status, 404, name);
    assert.equal((await verb("nell", "unseal", record)).status, 404, name);
    assert.equal((await verb("theo", "unseal", record)).status, 200, name);
  }
});

test("two people of one agency expunge a household", async () => {
  const { household } = records;
  assert.equal((await verb("renee", "seal", household)).status, 200);
  assert.equal((await verb("nell", "expunge", household)).status, 404);
  assert.equal((await verb("theo", "expunge", household)).status, 200);
  assert.equal((await story.as("alma").api.get(`/household/${household.id}`)).status, 404);
});
