// Who may read what: role by class, through the API and on the pages. What may not be read is in no list and
// in no count, and a refusal says the same on both faces.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screened } from "./screened.mjs";

let hearth, story, known;
before(async () => {
  ({ hearth, story, known } = await screened());
});
after(() => hearth.stop());

// Who reads a record of the class, of those who are there.
const readers = {
  report: ["alma", "renee", "gordon", "jonas", "pia", "theo", "omar", "hugo", "edda"],
  assessment: ["alma", "renee", "gordon", "jonas", "pia", "theo", "omar"],
  reporter: ["alma", "renee", "gordon", "jonas", "theo"],
  policeNotice: ["alma", "renee", "gordon", "jonas", "pia", "theo", "omar", "marlene"],
  tessa: ["alma", "renee", "gordon", "jonas", "pia", "theo", "omar", "hugo", "edda"],
};
const everybody = ["alma", "renee", "gordon", "jonas", "pia", "theo", "omar", "hugo", "edda", "marlene", "carla", "ines"];
const record = (name) => (name === "tessa" ? known.people.tessa : known[name]);

for (const [name, allowed] of Object.entries(readers)) {
  test(`${name}: read by ${allowed.join(", ")} and nobody else, in lists as in records`, async () => {
    const { entity, id } = record(name);
    for (const login of everybody) {
      const desk = story.as(login);
      await desk.api.confirm();
      const status = await desk.status({ entity, id });
      const listed = (await desk.all(entity)).some((item) => item.id === id);
      assert.equal(status === 200, allowed.includes(login), `${login} reads ${entity}: ${status}`);
      assert.equal(listed, allowed.includes(login), `${login} has ${entity} in a list`);
    }
  });
}

test("a refusal says whom to ask where existence may be told, the same in JSON and HTML", async () => {
  const answer = await story.as("ines").api.get(`/access_report/${known.report.id}`);
  assert.equal(answer.status, 403);
  assert.match(answer.body.problems[0].message, /access supervisor of the agency that received it/);
  const session = await hearth.signIn("ines");
  const page = await session.fetch(`/record/access_report/${known.report.id}`);
  assert.equal(page.status, 403);
  const html = await page.text();
  assert.ok(html.includes("access supervisor of the agency that received it"), "the page says whom to ask");
  for (const word of ["Sorrell", "Owen", "412 Alder"]) {
    assert.ok(!html.includes(word) && !JSON.stringify(answer.body).includes(word), `${word} is told`);
  }
});

test("nobody but those who decide may decide, and the page offers it to nobody else", async () => {
  for (const login of ["alma", "jonas", "pia", "edda", "omar", "theo"]) {
    const desk = story.as(login);
    const answer = await desk.api.call("POST", `/assessment/${known.assessment.id}/close`, { version: 1, body: {} });
    assert.ok(answer.status >= 400, `${login} closes an assessment`);
  }
  const session = await hearth.signIn("omar");
  const page = await session.fetch(`/record/access_report/${known.report.id}`, { redirect: "follow" });
  assert.equal(page.status, 200);
  assert.ok(!(await page.text()).includes("Screen in</button>"), "an auditor is offered a decision");
});

test("an auditor and another county read but change nothing", async () => {
  for (const login of ["omar", "hugo", "theo", "edda"]) {
    const { version } = await story.as(login).read(known.report);
    const answer = await story.as(login).api.call("PATCH", `/access_report/${known.report.id}`, { version, body: { street: "Elsewhere 1" } });
    assert.ok([403, 409].includes(answer.status), `${login}: ${answer.status}`);
  }
  assert.equal((await story.as("alma").read(known.report)).street, "412 Alder Street");
});

test("search and suggestions never name who called", async () => {
  for (const login of everybody) {
    const found = await story.as(login).api.call("POST", "/people/search", { body: { words: "Reinholt" } });
    assert.ok(!JSON.stringify(found.body).includes("Paula"), `${login} finds the reporter`);
  }
});

test("pages about the report show who called to those who may know, and to nobody else", async () => {
  const shows = async (login) => {
    const session = await hearth.signIn(login);
    const page = await session.fetch(`/work/intake/${known.report.id}/call`);
    return (await page.text()).includes("Reinholt");
  };
  assert.equal(await shows("renee"), true);
  for (const login of ["omar", "hugo", "edda", "marlene", "pia"]) assert.equal(await shows(login), false, login);
});

test("access explain says which grant lets a worker read, or what is missing", async () => {
  const explain = (login) => hearth.run("access", "explain", login, "assessment", known.assessment.id, "--data", hearth.data);
  assert.match(explain("jonas"), /assigned/);
  assert.match(explain("omar"), /state/);
  assert.match(explain("hugo"), /not|nothing|no /i);
});

test("who looked at a person stands on the person's page", async () => {
  const gordon = await hearth.signIn("gordon");
  const shown = await gordon.fetch(`/work/person/${known.people.tessa.id}/person`);
  assert.equal(shown.status, 200);
  const theo = await hearth.signIn("theo");
  const read = async () => (await theo.fetch(`/record/person/${known.people.tessa.id}/who-looked`)).text();
  let looked = await read();
  const there = () => ["Gordon Pell", "Marlene Foss"].every((name) => looked.includes(name));
  for (let tries = 0; tries < 30 && !there(); tries++) {
    await new Promise((done) => setTimeout(done, 500)); // gathered from the log in the background
    looked = await read();
  }
  assert.ok(looked.includes("Gordon Pell"), "the look of a moment ago is there");
  const rows = looked.split("<tr").filter((row) => row.includes("Marlene Foss"));
  assert.ok(rows.length > 0 && rows.every((row) => row.includes("refused")), "who was refused stands there as refused");
});
