// A nation's own base model is served as it is: nothing of the state's model is needed. From an empty folder to a
// family that is written down, read, and decided on by somebody else; what the model has no word for is left out.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, Session, program, root } from "./hearth.mjs";

const words = "a kettle on the stove";
const model = join(root, "agency/nation");
let hearth, office, wren, maple, family;

const hear = (...command) =>
  spawnSync(program, [...command, "--data", hearth.data], { cwd: root, input: `${words}\n`, encoding: "utf8" });

async function enter(name, login, role) {
  const made = await hearth.api("kit").call("POST", "/worker", {
    key: crypto.randomUUID(), body: { name, login, office, roles: [{ role, agency: office }] },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const password = hear("user", "add", login);
  assert.equal(password.status, 0, password.stderr);
  const session = new Session(hearth.url);
  await session.signIn(login, words);
  return session;
}

before(async () => {
  hearth = new Hearth();
  hearth.modelOption = ["--model", model];
  hearth.folder = mkdtempSync(join(tmpdir(), "hearth-nation-"));
  hearth.data = join(hearth.folder, "data");
  const made = hear("init", "kit", "--model", model, "--first-name", "Kit", "--last-name", "Alder");
  assert.equal(made.status, 0, made.stderr);
  await hearth.serve();
});
after(() => hearth.stop());

test("the keeper of the records enters a helper and an elder, who sign in", async () => {
  office = (await hearth.api("kit").get("/agency")).body.items[0].id;
  wren = await enter("Wren Alder", "wren", "HELPER");
  maple = await enter("Maple Alder", "maple", "ELDER");
  const start = await (await wren.fetch("/my-day")).text();
  assert.match(start, /Wren Alder/);
  assert.match(start, /Family services/);
  assert.match(start, /Families/);
});

test("a helper writes a family down; the page, the list and the history say what was written", async () => {
  const api = hearth.api("wren");
  const made = await api.call("POST", "/family", {
    key: crypto.randomUUID(),
    body: { office, called: "The Alder family", came_on: "2026-11-02", came_by: "FAMILY", story: "They came by themselves." },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  family = made.body.id;
  assert.equal((await api.get(`/family/${family}`)).body.story, "They came by themselves.");
  for (const path of [`/record/family/${family}`, `/work/family/${family}/family`]) {
    const page = await wren.fetch(path);
    const html = await page.text();
    if (page.status === 303) continue;
    assert.equal(page.status, 200, `${path}: ${html.slice(0, 400)}`);
    assert.match(html, /The Alder family/);
    assert.match(html, /They came by themselves/);
  }
  assert.match(await (await wren.fetch("/list/families")).text(), /The Alder family/);
});

test("what is typed on a page is saved", async () => {
  const html = await (await wren.fetch(`/work/family/${family}/family`)).text();
  const version = /name="version" value="([^"]+)"/.exec(html)?.[1];
  const form = /<form[^>]*action="([^"]*\/family[^"]*)"/.exec(html)?.[1];
  assert.ok(version && form, html.slice(0, 2000));
  const saved = await wren.post(form, { version, called: "The Alder family", came_on: "2026-11-02", came_by: "FAMILY",
    story: "They came by themselves, with a grandmother." });
  assert.equal(saved.status, 303, await saved.text());
  assert.match((await hearth.api("wren").get(`/family/${family}`)).body.story, /grandmother/);
});

test("no page falls over what the model has no word for", async () => {
  for (const session of [wren, maple]) {
    for (const path of ["/my-day", "/approvals", "/model", "/search", "/news", "/second-factor", "/self-audit", "/legal-acts",
      `/record/family/${family}/access`, `/record/family/${family}/history`]) {
      const page = await session.fetch(path);
      assert.ok(page.status < 500, `${path}: ${page.status}`);
    }
    const found = await session.post("/search", { words: "Alder" });
    assert.ok(found.status < 500, `search: ${found.status}`);
  }
  assert.equal((await hearth.api("wren").get("/person")).status, 404);
  assert.equal((await hearth.api("wren").get("/openapi.json")).status < 500, true);
});

test("a model in which nobody could sign in is refused with the reason", () => {
  const other = join(hearth.folder, "no-login");
  cpSync(model, other, { recursive: true });
  const family = join(other, "family.yaml");
  writeFileSync(family, readFileSync(family, "utf8").replace(/^ +login:.*\n/m, ""));
  const refused = spawnSync(program, ["serve", "--model", other, "--data", join(hearth.folder, "none")], { encoding: "utf8", timeout: 30000 });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /nobody could sign in/);
});
