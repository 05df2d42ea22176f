// Every page that a worker can reach by following links: axe finds nothing, nothing scrolls sideways on a
// phone, the browser reports no error, and it all works without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import { axeViolations, launch, open, sidewaysScroll, signIn } from "./browser.mjs";

const most = process.env.HEARTH_TEST_TIER === "long" ? 400 : 45;
let hearth, browser;
before(async () => {
  hearth = await Hearth.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await hearth.stop();
});

// Pages of the same kind are shown once or twice: identifiers do not make another kind.
const kindOf = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/\?.*/, "");

async function crawl(page, visit) {
  const seen = new Map();
  const queue = ["/my-day"];
  let count = 0;
  while (queue.length > 0 && count < most) {
    const path = queue.shift();
    const kind = kindOf(path);
    if ((seen.get(kind) ?? 0) >= 2) continue;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    count++;
    const response = await page.goto(hearth.url + path);
    assert.ok(response.status() < 400, `${path} answers ${response.status()}`);
    await visit(path);
    const links = await page.$$eval("a[href]", (anchors) =>
      anchors.filter((a) => a.origin === location.origin).map((a) => a.pathname + a.search));
    for (const link of links) if (!link.startsWith("/static/") && !link.includes("/attachment/")) queue.push(link);
  }
  return seen;
}

for (const login of ["alma", "jonas", "renee", "theo"]) {
  test(`the pages of ${login}`, { timeout: 600000 }, async () => {
    const page = await open(browser);
    await signIn(page, hearth.url, login);
    const problems = [];
    const seen = await crawl(page, async (path) => {
      for (const violation of await axeViolations(page)) problems.push(`${path}: ${violation}`);
      await page.setViewportSize({ width: 375, height: 800 });
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) problems.push(`${path}: scrolls sideways by ${sideways} px at 375`);
      await page.setViewportSize({ width: 1280, height: 900 });
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(page.faults, []);
    assert.ok(seen.size > 5, `only ${seen.size} kinds of pages were reached`);
    await page.context().close();
  });
}

test("without JavaScript the same pages are there", { timeout: 300000 }, async () => {
  const page = await open(browser, { javaScriptEnabled: false });
  await signIn(page, hearth.url, "jonas");
  const seen = await crawl(page, async () => {});
  assert.ok(seen.size > 5);
});
