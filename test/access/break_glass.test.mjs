// In an emergency a worker opens what their role does not let them read: with a reason, for the hours of the class, told
// to who answers for the record, and reviewed. Never what may not be known of, nor their own family's, nor who reported.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screened } from "./screened.mjs";

const absent = "019a0000-0000-7000-8000-00000000dead";
const reason = "The child is at our hospital without a parent, and Marathon does not answer.";
let hearth, story, known, hugo, pages, assessment, adoption, opened;

const path = (id, entity = "assessment") => `/${entity}/${id}/break-glass`;
const page = (id, entity = "assessment") => `/record/${entity}/${id}/break-glass`;
const open = (api, id, body = { reason }, entity = "assessment") => api.call("POST", path(id, entity), { body });
const reviewOf = (login, id) => story.as(login).read({ entity: "emergency_access", id });
// What does not depend on when it was asked, nor on which record.
const plain = ({ status, body }, id) => ({ status, body: JSON.stringify(body).replaceAll(id, "ID") });
// Time goes on, and the background has begun or ended what it should.
const until = async (clock, holds) => {
  hearth.setClock(clock);
  for (let tries = 0; tries < 100 && !(await holds()); tries++) await new Promise((done) => setTimeout(done, 200));
  assert.ok(await holds(), `at ${clock}`);
};
const day = async (login) => (await (await hearth.signIn(login)).fetch("/my-day")).text();

before(async () => {
  ({ hearth, story, known } = await screened());
  assessment = known.assessment;
  hugo = story.as("hugo").api; // takes calls in Lincoln County
  pages = await hearth.signIn("hugo");
  const ines = story.as("ines");
  const marathon = await ines.one("agency", { code: "073" });
  await ines.create("worker", { given_name: "Ada", family_name: "Lorne", login: "ada", home_agency: marathon.id,
    roles: [{ role: "ADOPTION_WORKER", agency: marathon.id, begins_on: "2020-01-02" }] });
  hearth.setPassword("ada");
  const ada = story.as("ada");
  const born = await ada.create("person", { given_name: "Wren", family_name: "Calloway", birth_date: "2019-03-04" });
  const now = await ada.create("person", { given_name: "Ivy", family_name: "Stenmark", birth_date: "2019-03-04" });
  adoption = await ada.create("adoption", { born_as: born.id, adopted_as: now.id, decree_on: "2024-05-06" });
});
after(() => hearth?.stop());

test("the refusal says that there is a way, to whom it is open", async () => {
  const refused = await hugo.get(`/assessment/${assessment.id}`);
  assert.equal(refused.status, 403);
  assert.equal(refused.body.break_glass, `/api/v1${path(assessment.id)}`);
  const html = await (await pages.fetch(`/record/assessment/${assessment.id}`)).text();
  assert.match(html, /I must see this now/);
  for (const login of ["ines", "ada"]) { // who works with no families
    const answer = await story.as(login).api.get(`/assessment/${assessment.id}`);
    assert.equal(answer.status, 403, login);
    assert.equal(answer.body.break_glass, undefined, login);
  }
});

test("without a reason nothing is opened, at the page as by the API", async () => {
  for (const body of [{}, { reason: "" }, { reason: "   " }]) {
    const answer = await open(hugo, assessment.id, body);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    assert.deepEqual(answer.body.problems.map((problem) => [problem.field, problem.code]), [["reason", "required"]]);
  }
  assert.equal((await open(hugo, assessment.id, { reason, hours: "100" })).status, 422);
  const form = await (await pages.fetch(page(assessment.id))).text();
  assert.match(form, /for 4 hours/);
  assert.match(form, /<textarea[^>]*name="reason"[^>]*>\s*<\/textarea>/, "no reason is suggested");
  const answer = await pages.post(page(assessment.id), { reason: "" });
  assert.equal(answer.status, 422);
  assert.match(await answer.text(), /Say why this cannot wait/);
  assert.equal((await hugo.get(`/assessment/${assessment.id}`)).status, 403);
  assert.equal((await story.as("theo").all("emergency_access")).length, 0);
});

test("to whom it is not offered there is no such record", async () => {
  const tries = [
    ["hugo", "adoption", adoption.id], // nothing may be known of it
    ["ines", "assessment", assessment.id], // no role that works with families
    ["ada", "assessment", assessment.id],
  ];
  for (const [login, entity, id] of tries) {
    const { api } = story.as(login);
    for (const body of [{ reason }, {}]) {
      const [real, none] = [await open(api, id, body, entity), await open(api, absent, body, entity)];
      assert.deepEqual(plain(real, id), plain(none, absent), `${login} ${entity}`);
      assert.equal(real.status, 404, `${login} ${entity}`);
    }
    const session = await hearth.signIn(login);
    for (const ask of [(at) => session.fetch(at), (at) => session.post(at, { reason })]) {
      const [real, none] = [await ask(page(id, entity)), await ask(page(absent, entity))];
      assert.equal(real.status, 404, `${login} ${entity}`);
      assert.equal(none.status, 404, `${login} ${entity}`);
    }
  }
});

test("not who reported, and not one's own family", async () => {
  const { id } = known.reporter;
  assert.equal((await open(hugo, id, { reason }, "reporter")).status, 404);
  assert.equal((await hugo.get(`/reporter/${id}`)).body.break_glass, undefined);
  const edda = story.as("edda"); // a supervisor of Lincoln County
  assert.equal((await edda.api.get(`/assessment/${assessment.id}`)).body.break_glass, `/api/v1${path(assessment.id)}`);
  const self = await story.as("ines").one("worker", { login: "edda" });
  await edda.create("conflict", { worker: self.id, who: "Tessa, my niece", relation: "OTHER_RELATIVE", person: known.people.tessa.id });
  const refused = await edda.api.get(`/assessment/${assessment.id}`);
  assert.equal(refused.status, 403);
  assert.equal(refused.body.break_glass, undefined);
  assert.deepEqual(plain(await open(edda.api, assessment.id), assessment.id), plain(await open(edda.api, absent), absent));
});

test("opened: all of it is read and none of it changed, by this worker alone", async () => {
  const answer = await open(hugo, assessment.id);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  opened = answer.body;
  assert.equal(Date.parse(opened.until), hearth.now + 4 * 60 * 60 * 1000);
  const read = await hugo.get(`/assessment/${assessment.id}`);
  assert.equal(read.status, 200);
  const child = (await story.as("jonas").all("assessment_child")).find((one) => one.assessment === assessment.id);
  assert.equal((await hugo.get(`/assessment_child/${child.id}`)).status, 200);
  const change = await hugo.call("PATCH", `/assessment/${assessment.id}`, { version: read.body.version, body: { family_name: "Else" } });
  assert.equal(change.status, 403);
  assert.equal((await story.as("edda").api.get(`/assessment/${assessment.id}`)).status, 403);
  assert.equal((await open(hugo, assessment.id)).status, 200, "it is open already");
});

test("it is told, and waits for the privacy officer; who opened it may not review it", async () => {
  const review = await reviewOf("theo", opened.emergency_access);
  assert.equal(review.reason, reason);
  assert.equal(review.state, "open");
  assert.equal(review.assessment, assessment.id);
  assert.match(await day("renee"), /opened in an emergency/);
  const theo = await day("theo");
  assert.match(theo, new RegExp(opened.emergency_access));
  assert.match(await (await (await hearth.signIn("theo")).fetch("/list/emergency_to_review")).text(), /Hugo Amsel/);
  const own = await reviewOf("hugo", opened.emergency_access);
  assert.equal(own.reason, reason);
  for (const login of ["hugo", "renee"]) {
    const answer = await story.as(login).change("POST", { entity: "emergency_access", id: opened.emergency_access }, "/review",
      { finding: "JUSTIFIED", found: "It was." });
    assert.equal(answer.status, 403, `${login}: ${JSON.stringify(answer.body)}`);
  }
});

test("nobody writes such a record by hand", async () => {
  const answer = await hugo.call("POST", "/emergency_access", { body: { assessment: assessment.id, reason } });
  assert.ok([403, 409, 422].includes(answer.status), JSON.stringify(answer.body));
  assert.equal((await story.as("theo").all("emergency_access")).length, 1);
});

test("the log and the explanation say it", async () => {
  const why = () => hearth.run("access", "explain", "hugo", "assessment", assessment.id, "--data", hearth.data);
  assert.match(why(), /May read it \(access_worker: break_glass\)/);
  assert.match(why(), /opened it in an emergency, until .*at our hospital/);
  const theo = await hearth.signIn("theo");
  const looks = async () => (await theo.fetch(`/record/assessment/${assessment.id}/who-looked`)).text();
  let looked = await looks();
  for (let tries = 0; tries < 30 && !looked.includes("break-glass"); tries++) {
    await new Promise((done) => setTimeout(done, 500)); // gathered from the log in the background
    looked = await looks();
  }
  assert.match(looked, /break-glass/);
  const history = await story.as("jonas").history({ entity: "assessment", id: assessment.id });
  const given = history.find((change) => change.verb === "access_given");
  assert.equal(given.reason, reason);
});

test("after the hours it is closed, and still waits to be reviewed", async () => {
  const from = Date.parse(opened.until);
  await until(new Date(from - 60000).toISOString(), async () => (await hugo.get(`/assessment/${assessment.id}`)).status === 200);
  await until(new Date(from + 1000).toISOString(), async () => (await hugo.get(`/assessment/${assessment.id}`)).status === 403);
  const why = hearth.run("access", "explain", "hugo", "assessment", assessment.id, "--data", hearth.data);
  assert.match(why, /May not read it.*In an emergency they may open it for 4 hours/s);
  assert.match(await day("theo"), new RegExp(opened.emergency_access));
});

test("justified: it leaves the day; not justified: it ends now, and who opened it is told", async () => {
  const first = { entity: "emergency_access", id: opened.emergency_access };
  story.as("theo").refusal(await story.as("theo").change("POST", first, "/review", {}), { field: "finding" });
  const done = await story.as("theo").take(first, "review", { finding: "JUSTIFIED", found: "I spoke with the hospital." });
  assert.equal(done.state, "reviewed");
  assert.equal(done.until, (await reviewOf("theo", first.id)).until);
  const waits = async () => (await (await hearth.signIn("theo")).fetch("/list/emergency_to_review")).text();
  assert.doesNotMatch(await waits(), /Hugo Amsel/);
  const again = (await open(hugo, assessment.id, { reason: "To see how it went on." })).body;
  assert.equal((await hugo.get(`/assessment/${assessment.id}`)).status, 200);
  await story.as("theo").take({ entity: "emergency_access", id: again.emergency_access }, "review",
    { finding: "NOT_JUSTIFIED", found: "There was nothing that could not wait." });
  assert.equal((await hugo.get(`/assessment/${assessment.id}`)).status, 403);
  assert.match(await day("hugo"), /Your emergency access was reviewed/);
  const history = await story.as("jonas").history({ entity: "assessment", id: assessment.id });
  assert.equal(history.at(-1).verb, "access_ended");
});

test("a privacy officer who opened it does not review it", async () => {
  const own = (await open(hugo, assessment.id, { reason: "The child is here again." })).body;
  const ines = story.as("ines");
  const { id, roles } = await ines.one("worker", { login: "hugo" });
  const marathon = await ines.one("agency", { code: "073" });
  const officer = { role: "PRIVACY_OFFICER", agency: marathon.id, begins_on: "2020-01-02" };
  await ines.save({ entity: "worker", id }, { roles: [...roles, officer] });
  const review = { entity: "emergency_access", id: own.emergency_access };
  const found = { finding: "JUSTIFIED", found: "I needed it." };
  const answer = await story.as("hugo").change("POST", review, "/review", found);
  assert.equal(answer.status, 403, JSON.stringify(answer.body));
  assert.doesNotMatch(await day("hugo"), new RegExp(`/record/emergency_access/${review.id}/review`));
  await story.as("theo").take(review, "review", found);
});
