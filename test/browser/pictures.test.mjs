// The timeline and the genogram: the words beside the picture say the same, each reader is shown what they may read,
// and the page does not scroll sideways, at a desk and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import { axeViolations, launch, open, sidewaysScroll, signIn } from "./browser.mjs";

let hearth, browser, marceau;
before(async () => {
  hearth = await Hearth.start();
  browser = await launch();
  const jonas = hearth.api("jonas");
  const { items } = (await jonas.get("/assessment?limit=200")).body;
  marceau = items.find((one) => one.family_name === "Marceau");
  assert.ok(marceau, "the family of which a nation was told");
  marceau.child = (await jonas.get(`/assessment_child?assessment=${marceau.id}&limit=1`)).body.items[0].person;
});
after(async () => {
  await browser?.close();
  await hearth.stop();
});

async function reading(login, path, look) {
  const page = await open(browser);
  await signIn(page, hearth.url, login);
  for (const width of [1280, 375]) {
    await page.setViewportSize({ width, height: 900 });
    assert.equal((await page.goto(hearth.url + path)).status(), 200, path);
    assert.equal(await sidewaysScroll(page), 0, `${path} at ${width}`);
    await look(page);
  }
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

const bare = (names) => names.map((name) => name.replace(/\s+/g, "")).sort();
async function genogram(page) {
  const section = page.locator(".kinship");
  const drawn = (await section.locator("svg .kin__text").allTextContents()).join(" ");
  const named = await section.locator("tbody tr > :first-child").allTextContents();
  assert.equal(await section.locator("svg .kin__shape").count() >= named.length, true, "a shape for each");
  for (const name of bare(named)) assert.ok(drawn.replace(/\s+/g, "").includes(name), `${name} is drawn: ${drawn}`);
  assert.equal(await section.locator("svg").getAttribute("aria-hidden"), "true", "the table says it to who does not see it");
  return bare(named);
}

test("the genogram draws whom its table names, and for a nation only whom it may know", { timeout: 300000 }, async () => {
  let ofTheCounty, ofTheNation;
  await reading("jonas", `/work/person/${marceau.child}/kin`, async (page) => (ofTheCounty = await genogram(page)));
  await reading("carla", `/work/person/${marceau.child}/kin`, async (page) => (ofTheNation = await genogram(page)));
  for (const name of ofTheNation) assert.ok(ofTheCounty.includes(name), name);
  assert.ok(ofTheNation.length < ofTheCounty.length, "the adults were not shown to the nation");
  await reading("jonas", `/work/assessment/${marceau.id}/kin`, async (page) => assert.deepEqual(await genogram(page), ofTheCounty));
});

test("the timeline has a mark for each line beside it, in order", { timeout: 300000 }, async () => {
  await reading("jonas", `/work/assessment/${marceau.id}/timeline`, async (page) => {
    const marks = await page.locator(".timeline .timeline__mark").count();
    const lines = page.locator(".timeline ol > li");
    assert.ok(marks >= 3, "the report, a contact, a notice");
    assert.equal(await lines.count(), marks);
    assert.equal(await page.locator(".timeline ol > li a").count(), marks, "each leads to its record");
  });
});

test("a person's timeline has what they took part in, each line with its mark", { timeout: 300000 }, async () => {
  await reading("jonas", `/work/person/${marceau.child}/timeline`, async (page) => {
    const lines = page.locator(".timeline ol > li");
    const words = (await lines.allInnerTexts()).join("\n");
    for (const kind of [/Report/, /Initial assessment/, /Notice/]) assert.match(words, kind);
    assert.equal(await page.locator(".timeline .timeline__mark").count(), await lines.count());
    assert.equal(await page.locator(".timeline ol > li a").count(), await lines.count(), "each leads to its record");
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-${page.viewportSize().width}.png`, fullPage: true });
  });
  await reading("carla", `/work/person/${marceau.child}/timeline`, async (page) => {
    const words = await page.locator(".timeline ol").innerText();
    assert.match(words, /Notice/);
    assert.doesNotMatch(words, /Report|assessment|Contact/i);
  });
});

test("what a nation was not shown stands on no timeline of its own", { timeout: 300000 }, async () => {
  await reading("carla", `/work/person/${marceau.child}/overview`, async (page) => {
    const words = await page.locator(".timeline ol").innerText();
    assert.match(words, /Notice/);
    assert.doesNotMatch(words, /Report|assessment|Contact/i);
    assert.equal(await page.locator(".timeline .timeline__mark").count(), await page.locator(".timeline ol > li").count());
  });
});
