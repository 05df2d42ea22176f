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

// Follows every link, one page of each kind that was not seen yet. What one worker may open is in another
// test; how a page looks is the same for all who may.
async function crawl(page, seen, visit) {
  const mine = new Set();
  const queue = ["/my-day"];
  while (queue.length > 0) {
    const path = queue.shift();
    const kind = kindOf(path);
    const times = seen.get(kind) ?? 0;
    if (times >= ofKind && (path !== "/my-day" || mine.has(path))) continue;
    seen.set(kind, times + 1);
    mine.add(kind);
    const response = await page.goto(hearth.url + path);
    assert.ok(response.status() < 400, `${path} answers ${response.status()}`);
    await visit(path);
    const links = await page.$$eval("a[href]", (anchors) =>
      anchors.filter((a) => a.origin === location.origin).map((a) => a.pathname + a.search));
    const isFile = (link) => link.startsWith("/static/") || link.includes("/attachment/") || /\.pdf(\?|$)/.test(link);
    queue.push(...links.filter((link) => !isFile(link)));
  }
  return mine;
}

const everybody = new Map();
for (const login of ["alma", "jonas", "renee", "theo"]) {
  test(`the pages of ${login}`, { timeout: 600000 }, async () => {
    const page = await open(browser);
    await signIn(page, hearth.url, login);
    const problems = [];
    await crawl(page, everybody, async (path) => {
      for (const violation of await axeViolations(page)) problems.push(`${path}: ${violation}`);
      await page.setViewportSize({ width: 375, height: 800 });
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) problems.push(`${path}: scrolls sideways by ${sideways} px at 375`);
      await page.setViewportSize({ width: 1280, height: 900 });
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("all kinds of pages were reached", () => {
  assert.ok(everybody.size > 30, [...everybody.keys()].join("\n"));
});

test("without JavaScript the same pages are there", { timeout: 300000 }, async () => {
  const page = await open(browser, { javaScriptEnabled: false });
  await signIn(page, hearth.url, "jonas");
  const mine = await crawl(page, new Map(), async () => {});
  assert.ok(mine.size > 15, [...mine].join("\n"));
});
