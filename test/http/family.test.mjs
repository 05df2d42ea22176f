// The timeline and the genogram of a family: what stands on them, that each reader finds there what they may read and
// nothing else, and that relationships which contradict each other do no harm.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth, jonas, renee, assessment, children;
const people = {};
const words = (html) => html.replace(/<(style|script)[^>]*>.*?<\/\1>/gs, "").replace(/<[^>]*>/g, " ").replace(/&#39;/g, "'").replace(/\s+/g, " ");
const main = (html) => /<main[^>]*>([^]*)<\/main>/.exec(html)[1];
const page = async (login, path) => {
  const session = await hearth.signIn(login);
  const response = await session.fetch(path);
  return { status: response.status, html: response.status === 200 ? main(await response.text()) : "" };
};
const list = async (path) => (await renee.get(path)).body.items;
const make = async (api, entity, body) => {
  const { status, body: made } = await api.call("POST", `/${entity}`, { body });
  assert.equal(status, 201, JSON.stringify(made));
  return made;
};
const person = async (given_name, more = {}) =>
  (people[given_name] = await make(renee, "person", { given_name, family_name: "Quillfeather", ...more }));
const related = (who, kind, of, more = {}) =>
  make(renee, "relationship", { person: people[who].id, kind, other: people[of].id, ...more });
const kin = (login, who = people.Wren) => page(login, `/work/person/${who.id}/kin`);

before(async () => {
  hearth = await Hearth.start();
  [jonas, renee] = ["jonas", "renee"].map((login) => hearth.api(login));
  const worker = (await list("/worker?limit=200")).find((one) => one.login === "jonas");
  assessment = (await list("/assessment?limit=200"))
    .find((one) => one.state === "open" && one.assignments.some((row) => row.worker === worker.id && !row.until_at));
  children = await list(`/assessment_child?limit=200&assessment=${assessment.id}`);
  await person("Wren", { birth_date: "2018-03-04", sex: "FEMALE" });
  await person("Ada", { birth_date: "1990-01-01", sex: "FEMALE" });
  await person("Tom", { birth_date: "1960-01-01", died_on: "2021-05-05", sex: "MALE" });
  await person("Rex", { sex: "MALE" });
  await related("Ada", "BIRTH_PARENT", "Wren");
  await related("Tom", "BIRTH_PARENT", "Ada");
  await related("Rex", "PARTNER", "Ada", { begins_on: "2019-01-01", ends_on: "2020-02-02" });
  const wrong = await related("Rex", "PARENT", "Wren");
  const { status } = await renee.call("POST", `/relationship/${wrong.id}/refute`, {
    version: wrong.version, body: { refuted_at: "2026-11-25T07:30", refuted_reason: "The birth record says otherwise." } });
  assert.equal(status, 200);
});
after(() => hearth?.stop());

test("a genogram draws the family of a person and says the same in a table", async () => {
  const { status, html } = await kin("renee");
  assert.equal(status, 200);
  const said = words(html.slice(html.indexOf("<table")));
  for (const words of ["Birth parent of Wren Quillfeather", "Ada Quillfeather is birth parent", "1960 to 2021", "has died", ", until Sun 2 Feb 2020"]) {
    assert.ok(said.includes(words), `${words}: ${said}`);
  }
  assert.ok(!said.includes("Rex Quillfeather is parent"), "what was found not to be so is not drawn");
  const picture = html.slice(html.indexOf("<svg"), html.indexOf("</svg>"));
  assert.equal(picture.match(/<circle/g).length, 3, "two women, and the one it is about doubled");
  assert.match(picture, />8<\/text>/, "her age");
  assert.match(html, /<svg[^>]*aria-hidden="true"/);
});

test("who may not be read is not there, nor what leads to them", async () => {
  const { id } = (await list("/worker?limit=200")).find((one) => one.login === "elena");
  assert.match((await kin("elena")).html, /Ada/);
  await make(renee, "conflict", { worker: id, who: "My aunt", relation: "OTHER_RELATIVE", person: people.Ada.id });
  const { status, html } = await kin("elena");
  assert.equal(status, 200);
  assert.match(html, /Wren/);
  assert.doesNotMatch(html, /Ada|Tom|Rex/);
  assert.notEqual((await kin("marlene")).status, 200);
});

test("relationships that contradict each other are said, and the page is there", async () => {
  await related("Wren", "PARENT", "Tom");
  await related("Wren", "GRANDPARENT", "Ada");
  const { status, html } = await kin("renee");
  assert.equal(status, 200);
  assert.match(words(html), /Wren Quillfeather is parent/);
});

test("a family's timeline has the report, the visits and what was decided, one after the other", async () => {
  const at = `/work/assessment/${assessment.id}/timeline`;
  await make(jonas, "contact", { assessment: assessment.id, began_at: "2026-11-25T07:10", kind: "TELEPHONE", made: true, summary: "A call." });
  const { status, html } = await page("jonas", at);
  assert.equal(status, 200);
  const said = words(html);
  const report = (await renee.get(`/access_report/${assessment.report}`)).body;
  assert.ok(said.includes(report.number), "what it came from");
  assert.ok(said.indexOf(report.number) < said.indexOf("Contact: Telephone call"), "in the order of time");
  assert.match(said, /Wed 25 Nov 2026, 07:10/);
  assert.ok(html.match(/<svg/g).length > 2, "a line for each kind");
  for (const login of ["marlene", "carla", "ines"]) assert.notEqual((await page(login, at)).status, 200, login);
});

test("what was entered in error leaves the timeline", async () => {
  const at = `/work/assessment/${assessment.id}/timeline`;
  const wrong = await make(jonas, "contact", { assessment: assessment.id, began_at: "2026-11-25T07:20", kind: "VIDEO", made: true, summary: "Another family." });
  assert.match(words((await page("jonas", at)).html), /Video call/);
  const { status } = await renee.call("POST", `/contact/${wrong.id}/entered_in_error`, { version: wrong.version, body: { reason: "Another family." } });
  assert.equal(status, 200);
  assert.doesNotMatch(words((await page("jonas", at)).html), /Video call/);
});

test("the genogram of an assessment has its children, those that it is about doubled", async () => {
  const { status, html } = await page("jonas", `/work/assessment/${assessment.id}/kin`);
  assert.equal(status, 200);
  for (const child of children) {
    const { display_name } = (await renee.get(`/person/${child.person}`)).body;
    assert.ok(words(html).includes(display_name), display_name);
  }
});
