// A reference to a sealed record is none to whoever may not know of it: in answers, lists, history and pages; and who saves
// what they were shown takes nothing out that they did not see.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screened } from "./screened.mjs";

const order = { basis: "48.396; order of 4 December", reason: "The court ordered it." };
const absent = "019a0000-0000-7000-8000-00000000dead";
let hearth, story, known, household, jonas, renee, pages;

const seal = async (record) => {
  const { version } = (await renee.get(`/${record.entity}/${record.id}`)).body;
  const answer = await renee.call("POST", `/${record.entity}/${record.id}/seal`, { body: order, version });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
};
// All in which the assessment and what belongs to it is told.
const told = async (api, session, id) => {
  const answers = ["", "/history", "/decisions", "/clocks"].map((path) => `/assessment/${id}${path}`);
  answers.push("/assessment?limit=200", `/assessment_child?limit=200&assessment=${id}`, `/assessment_adult?limit=200&assessment=${id}`);
  const addresses = [`/record/assessment/${id}`, `/record/assessment/${id}/history`, `/work/assessment/${id}`, "/my-day", "/list/my_assessments"];
  const texts = [];
  for (const path of answers) texts.push([path, JSON.stringify((await api.get(path)).body)]);
  for (const path of addresses) texts.push([path, await (await session.fetch(path, { redirect: "follow" })).text()]);
  return texts;
};

before(async () => {
  ({ hearth, story, known } = await screened());
  [jonas, renee] = ["jonas", "renee"].map((login) => story.as(login).api);
  pages = await hearth.signIn("jonas");
  household = await story.as("jonas").create("household", { name: "The home of the aunt",
    members: [{ person: known.people.tessa.id, begins_on: "2020-01-02" }] });
});
after(() => hearth?.stop());

test("a sealed report: its id is in nothing that who may not know of it is told", async () => {
  const { id } = known.assessment;
  assert.ok((await told(jonas, pages, id)).some(([, text]) => text.includes(known.report.id)), "it is told before");
  await seal(known.report);
  assert.equal((await jonas.get(`/access_report/${known.report.id}`)).status, 404);
  for (const [path, text] of await told(jonas, pages, id)) assert.ok(!text.includes(known.report.id), path);
  const mine = (await jonas.get(`/assessment/${id}`)).body;
  assert.equal(mine.report, null);
  assert.equal((await renee.get(`/assessment/${id}`)).body.report, known.report.id, "who may seal sees it");
});

test("nor is it told by what a filter finds", async () => {
  const [real, none] = [await jonas.get(`/assessment?report=${known.report.id}`), await jonas.get(`/assessment?report=${absent}`)];
  assert.equal(real.status, none.status);
  assert.deepEqual(real.body, none.body);
  assert.equal((await renee.get(`/assessment?report=${known.report.id}`)).body.items.length, 1);
});

test("what is saved without it stays as it was", async () => {
  await seal({ entity: "person", id: known.people.tessa.id });
  const mine = (await jonas.get(`/household/${household.id}`)).body;
  assert.equal(mine.members[0].person, null);
  assert.ok(!(await (await pages.fetch(`/record/household/${household.id}`)).text()).includes(known.people.tessa.id));
  const body = { members: [{ ...mine.members[0], note: "Since the spring." }] };
  const saved = await jonas.call("PATCH", `/household/${household.id}`, { version: mine.version, body });
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
  assert.ok(!JSON.stringify(saved.body).includes(known.people.tessa.id));
  const whole = (await renee.get(`/household/${household.id}`)).body;
  assert.equal(whole.members[0].note, "Since the spring.");
  assert.equal(whole.members[0].person, known.people.tessa.id);
});
