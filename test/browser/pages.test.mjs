// Every kind of page that a worker can reach by following links: axe finds nothing, nothing scrolls sideways
// on a phone, the browser reports no error, and it all works without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import { axeViolations, launch, open, sidewaysScroll, signIn } from "./browser.mjs";

// Records of one kind differ by what is on them: how many pages of a kind one worker opens.
const ofKind = process.env.HEARTH_TEST_TIER === "long" ? 4 : 1;
let hearth, browser;
before(async () => {
  hearth = await Hearth.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await hearth.stop();
});

// Which record it is about makes no other kind of page; nor does, where pages are all of one make, of what it is.
const kindOf = (path) => path
  .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
  .replace(/^\/(model|clock|list)\/.*/, "/$1")
  .replace(/^\/record\/[^/]+\/ID\/(history|who-looked|do|document).*/, "/record/ID/$1")
  .replace(/^\/record\/[^/]+\/ID\?correct=.*/, "/record/ID?correct")
  .replace(/^\/record\/[^/]+\/ID$/, "/record/ID")
  .replace(/\?(?!correct).*/, "");

const isFile = (link) => link.startsWith("/static/") || link.includes("/attachment/") || /\.pdf(\?|$)/.test(link);

// Follows every link: one page of each kind that nobody has seen yet, and so many of those that others have seen,
// as they look to this worker. visit is told whether the kind is new. What one may open is in another test.
async function crawl(page, seen, seenByOthers, visit) {
  const mine = new Map();
  const queue = ["/my-day"];
  const isNew = (path) => (seen.get(kindOf(path)) ?? 0) < ofKind;
  const isOfOthers = (path) => !isNew(path) && !mine.has(kindOf(path)) && seenByOthers > 0;
  for (;;) {
    let at = queue.findIndex(isNew);
    if (mine.size === 0) at = 0; // where everybody begins
    else if (at < 0 && (at = queue.findIndex(isOfOthers)) >= 0) seenByOthers--;
    if (at < 0) return mine;
    const [path] = queue.splice(at, 1);
    const kind = kindOf(path);
    const fresh = isNew(path);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    mine.set(kind, path);
    const response = await page.goto(hearth.url + path);
    assert.ok(response.status() < 400, `${path} answers ${response.status()}`);
    await visit(path, fresh);
    const links = await page.$$eval("a[href]", (anchors) =>
      anchors.filter((a) => a.origin === location.origin).map((a) => a.pathname + a.search));
    queue.push(...links.filter((link) => !isFile(link)));
  }
}

// What a worker sees first is theirs: so many kinds that others have seen are looked over once more for each.
const asTheyAre = process.env.HEARTH_TEST_TIER === "long" ? 12 : 7;
const everybody = new Map();
for (const login of ["alma", "jonas", "renee", "theo", "pia", "ines", "omar", "elena", "gordon", "salma", "marlene", "carla"]) {
  test(`the pages of ${login}`, { timeout: 1800000 }, async () => {
    const page = await open(browser);
    await signIn(page, hearth.url, login);
    const problems = [];
    const mine = await crawl(page, everybody, asTheyAre, async (path, fresh) => {
      for (const violation of await axeViolations(page)) problems.push(`${path}: ${violation}`);
      if (!fresh && path !== "/my-day") return;
      await page.setViewportSize({ width: 375, height: 800 });
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) problems.push(`${path}: scrolls sideways by ${sideways} px at 375`);
      await page.setViewportSize({ width: 1280, height: 900 });
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(page.faults, []);
    assert.ok(mine.size >= 6, [...mine.keys()].join("\n")); // the administrator's and the officer's are few
    await page.context().close();
  });
}

test("all kinds of pages were reached", () => {
  assert.ok(everybody.size > 30, [...everybody.keys()].join("\n"));
});

test("without JavaScript the same pages are there", { timeout: 300000 }, async () => {
  const page = await open(browser, { javaScriptEnabled: false });
  await signIn(page, hearth.url, "jonas");
  const mine = await crawl(page, new Map(), 0, async () => {});
  assert.ok(mine.size > 15, [...mine.keys()].join("\n"));
});
