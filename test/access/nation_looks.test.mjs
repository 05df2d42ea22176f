// A nation's worker sees who of other agencies looked at its children: those of whom the nation was told and of whom there
// is reason to know that they are its children; when, which page, and the reason given. Nobody else's, and not to others.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";

let hearth, noah, other, names;
const path = "/list/nation_children/who-looked";
const visible = (html) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const page = async (login, at = path) => {
  const response = await (await hearth.signIn(login)).fetch(at);
  assert.equal(response.status, 200, await response.clone().text());
  return visible(await response.text());
};
// A background job gathers the log.
async function gathered(holds) {
  let words = "";
  for (let i = 0; i < 120 && !holds(words); i++) {
    words = await page("carla");
    await new Promise((done) => setTimeout(done, 500));
  }
  return words;
}

before(async () => {
  hearth = await Hearth.start();
  const people = (await hearth.api("elena").get("/person?limit=200")).body.items;
  noah = people.find((one) => one.given_name === "Noah");
  other = people.find((one) => one.given_name === "Lena" && one.family_name === "Olson");
  names = [noah, other].map((one) => one.given_name);
});
after(() => hearth?.stop());

test("the nation's list has its children, and nobody else's worker has any", async () => {
  const words = await page("carla", "/list/nation_children");
  for (const name of ["Noah", "Lily"]) assert.match(words, new RegExp(name));
  assert.doesNotMatch(words, /Olson/);
  assert.match(words, /Who looked/);
  assert.match(await page("carla", "/my-day"), /Our children/);
  assert.doesNotMatch(await page("elena", "/my-day"), /Our children/);
  for (const login of ["elena", "renee", "alma"]) {
    assert.match(await page(login, "/list/nation_children"), /No child of this nation was shown to it/);
  }
});

test("who of another agency opened a page that shows one of them stands there, with agency, page and reason", async () => {
  const elena = await hearth.signIn("elena");
  for (const one of [noah, other]) assert.equal((await elena.fetch(`/record/person/${one.id}`, { redirect: "follow" })).status < 400, true);
  const carla = await hearth.signIn("carla");
  await carla.fetch(`/record/person/${noah.id}`);
  const words = await gathered((text) => /Elena/.test(text));
  assert.match(words, /Elena [A-Z]\w+ Marathon County[^.]* Noah/);
  assert.doesNotMatch(words, /Carla Denning Lac/, "her own looks are no news");
  assert.doesNotMatch(words, /Lena|Olson/, "children of others are not told of");
});

test("it is for those who may know it, record by record", async () => {
  for (const login of ["elena", "renee", "jonas", "alma"]) {
    const words = await page(login);
    assert.match(words, /Nobody of another agency has looked/, login);
    assert.doesNotMatch(words, /Noah|Lily/, login);
  }
  const marlene = await (await hearth.signIn("marlene")).fetch(path);
  assert.ok(marlene.status !== 200 || !/Noah|Lily/.test(await marlene.text()));
  assert.equal((await (await hearth.signIn("carla")).fetch("/list/nothing/who-looked")).status, 404);
  assert.equal((await (await hearth.signIn("carla")).fetch(`${path}?cursor=x`)).status, 404);
});

test("a page ends between two moments, and the next one goes on", async () => {
  const api = hearth.api("elena");
  const start = Date.parse("2026-11-25T09:00:00-06:00");
  for (let i = 0; i < 60; i++) {
    hearth.setClock(new Date(start + i * 1000).toISOString());
    assert.equal((await api.get(`/person/${noah.id}`)).status, 200);
  }
  const carla = await hearth.signIn("carla");
  let first = "";
  for (let i = 0; i < 120 && !/09:00/.test(first.slice(-20000)) ; i++) {
    first = await (await carla.fetch(path)).text();
    if ((first.match(/Elena/g) ?? []).length >= 50 && /cursor=/.test(first)) break;
    await new Promise((done) => setTimeout(done, 500));
  }
  const next = /href="([^"]*cursor=[^"]+)"/.exec(first)?.[1].replaceAll("&amp;", "&");
  assert.ok(next, "there is more");
  const second = visible(await (await carla.fetch(next)).text());
  assert.match(second, /Elena/);
});

test("who may read a child and not the child's history is not told who looked", async () => {
  await hearth.serveWith(hearth.modelWith("shut", {
    "policy.yaml": (text) => text.replace(/(tribal_worker: +\{ participant: \[read), history\], shared: \[read\] \}/, "$1], shared: [read] }"),
  }));
  assert.match(await page("carla", "/list/nation_children"), /Noah/);
  assert.match(await page("carla"), /Nobody of another agency has looked/);
});
