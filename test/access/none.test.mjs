// A record of which nothing may be known equals one that is not there: in status, body and headers, in lists,
// counts and filters, in search and suggestions, when somebody writes, and in what the server does for it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import { Story } from "../story/desk.mjs";

const absent = "019a0000-0000-7000-8000-00000000dead";
const outsiders = ["renee", "theo", "ines", "omar", "marlene"]; // of the same agency and of others, whatever they may else
let hearth, story, adoption, born, sessions, before_it;

// What an outsider sees of lists, searches and people before and after.
async function overview(login) {
  const desk = story.as(login);
  const seen = {};
  for (const path of ["/adoption", "/adoption?limit=1", `/adoption?born_as=${born.id}`, `/person/${born.id}`, `/person/${born.id}/history`,
    `/person/${born.id}/decisions`, `/person/${born.id}/clocks`, "/clocks"]) {
    const { status, body } = await desk.api.get(path);
    for (const item of body.items ?? []) delete item.sealed; // whether the chain has it yet is a matter of seconds
    seen[path] = { status, body };
  }
  seen.search = (await desk.api.call("POST", "/people/search", { body: { words: "Wren Calloway" } })).body.items;
  for (const path of ["/list/adoptions", `/record/person/${born.id}`, "/my-day", "/approvals"]) {
    const answer = await sessions[login].fetch(path);
    seen[path] = { status: answer.status, html: plain(await answer.text()) };
  }
  return seen;
}

// A page without what differs every time it is made.
const plain = (html) => html.replaceAll(/name="form_token" value="[^"]*"/g, "").replaceAll(/nonce-[\w+/=-]+/g, "")
  .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.[\w-]+/g, "");

before(async () => {
  hearth = await Hearth.start();
  story = new Story(hearth);
  const ines = story.as("ines");
  const marathon = await ines.one("agency", { code: "073" });
  await ines.create("worker", { given_name: "Ada", family_name: "Lorne", login: "ada", home_agency: marathon.id,
    roles: [{ role: "ADOPTION_WORKER", agency: marathon.id, begins_on: "2020-01-02" }] });
  hearth.setPassword("ada");
  const ada = story.as("ada");
  born = await ada.create("person", { given_name: "Wren", family_name: "Calloway", birth_date: "2019-03-04" });
  const now = await ada.create("person", { given_name: "Ivy", family_name: "Stenmark", birth_date: "2019-03-04" });
  sessions = {};
  for (const login of outsiders) sessions[login] = await hearth.signIn(login);
  before_it = {};
  for (const login of outsiders) before_it[login] = await overview(login);
  adoption = { entity: "adoption", ...(await ada.create("adoption", {
    born_as: born.id, adopted_as: now.id, decree_on: "2024-05-06", court_county: "MARATHON", court_file: "24 AD 17", note: "Sealed." })) };
  assert.equal(await ada.status(adoption), 200);
  assert.equal((await ada.all("adoption")).length, 1);
});
after(() => hearth.stop());

for (const login of outsiders) {
  test(`${login}: lists, counts, filters, search, people and pages are as before it was written down`, async () => {
    const now = await overview(login);
    for (const [path, seen] of Object.entries(now)) assert.deepEqual(seen, before_it[login][path], path);
  });
}

const reads = ["", "/history", "/decisions", "/clocks", "/attachment/court_file", "/document/none", "/document/plan?recipient=x", "/history?as_of=2026-11-25T08:00:00-06:00"];
const writes = [
  ["PATCH", "", { version: 1, body: { note: "x" } }],
  ["PATCH", "", { version: 9, body: { note: "x" } }],
  ["PATCH", "", { body: { note: "x" } }],
  ["PATCH", "", { version: 1, body: { note: 5, unknown: "x" } }],
  ["PATCH", "", { version: 1, body: { born_as: absent } }],
  ["POST", "/correct", { version: 1, body: { note: "x", reason: "Because." } }],
  ["POST", "/entered_in_error", { version: 1, body: { reason: "Because." } }],
  ["POST", "/seal", { version: 1, body: { reason: "Because." } }],
  ["POST", "/no_such_step", { version: 1, body: {} }],
];
// Everything of an answer but what belongs to the request alone.
async function whole(response, id) {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !["date", "x-request-id", "set-cookie"].includes(name)));
  const text = plain(await response.text()).replaceAll(id, "ID");
  for (const name of ["content-length", "content-security-policy"]) if (headers[name]) headers[name] = plain(headers[name]).length && name !== "content-length" ? plain(headers[name]) : "";
  return { status: response.status, headers, text };
}

for (const login of outsiders) {
  test(`${login}: the API answers for it as for an id that is nowhere`, async () => {
    const { url, token } = story.as(login).api;
    const ask = async (method, id, path, { version, body } = {}) => whole(await fetch(`${url}/api/v1/adoption/${id}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}), ...(version ? { "if-match": `"${version}"` } : {}) },
      body: body && JSON.stringify(body),
    }), id);
    for (const path of reads) {
      const [real, none] = [await ask("GET", adoption.id, path), await ask("GET", absent, path)];
      assert.deepEqual(real, none, path);
      assert.equal(real.status, 404, path);
    }
    for (const [method, path, options] of writes) {
      const [real, none] = [await ask(method, adoption.id, path, options), await ask(method, absent, path, options)];
      assert.deepEqual(real, none, `${method} ${path} ${JSON.stringify(options)}`);
      assert.ok(real.status >= 400, `${method} ${path}`);
    }
  });

  test(`${login}: so do the pages`, async () => {
    const session = sessions[login];
    const paths = ["/record/adoption/ID", "/record/adoption/ID/history", "/record/adoption/ID/who-looked", "/record/adoption/ID/verb/entered_in_error",
      "/record/adoption/ID/verb/seal", "/record/adoption/ID/access", "/record/adoption/ID/do/start", "/record/adoption/ID/attachment/note", "/record/adoption/ID/document/none", "/record/adoption/ID/document/none.pdf",
      "/work/adoption/ID", "/work/adoption/ID/adoption", "/clock/pre_service_recorded/ID/00000000-0000-0000-0000-000000000000"];
    for (const path of paths) {
      const ask = async (id) => whole(await session.fetch(path.replace("ID", id)), id);
      assert.deepEqual(await ask(adoption.id), await ask(absent), path);
    }
    for (const path of ["/record/adoption/ID", "/work/adoption/ID/adoption", "/record/adoption/ID/verb/entered_in_error"]) {
      const ask = async (id) => whole(await session.post(path.replace("ID", id), { version: "1", note: "x", reason: "Because." }), id);
      assert.deepEqual(await ask(adoption.id), await ask(absent), `POST ${path}`);
    }
  });
}

test("a second record of the same is refused to an outsider as the first was", async () => {
  const body = { born_as: born.id, adopted_as: adoption.adopted_as };
  const free = { born_as: adoption.adopted_as, adopted_as: born.id };
  for (const login of outsiders) {
    const [same, other] = [await story.as(login).api.call("POST", "/adoption", { body }), await story.as(login).api.call("POST", "/adoption", { body: free })];
    assert.equal(same.status, other.status, login);
    assert.deepEqual(same.body, other.body, login);
  }
});

test("the search by number finds nothing, and the explanation is for the command line alone", async () => {
  for (const login of outsiders) {
    const page = await sessions[login].post("/search", { words: adoption.number });
    assert.ok(!(await page.text()).includes(adoption.id), login);
  }
});

test("what is only restricted says that it is there and whom to ask, and nothing else", async () => {
  const alma = story.as("alma");
  const report = await alma.create("access_report", { received_how: "PHONE" });
  const answer = await story.as("ines").api.get(`/access_report/${report.id}`);
  assert.equal(answer.status, 403);
  assert.deepEqual(answer.body.problems.map((problem) => problem.message),
    ["You may not read this record. Ask the access supervisor of the agency that received it."]);
  assert.ok(!JSON.stringify(answer.body).includes(report.number));
});
