// Hands that stay on the keys: a call is taken and screened with Tab, Enter, Space and arrows alone. One always
// sees where one is, the skip link works, and a refusal takes one to what is wrong.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth, password } from "../http/hearth.mjs";
import { launch, open } from "./browser.mjs";

let hearth, browser;
before(async () => {
  hearth = await Hearth.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await hearth.stop();
});

// What has the focus: whether one sees it (its outline, or that of the label that draws it), and that it is
// not wholly beneath something that sticks to an edge.
const focused = (page) => page.evaluate(() => {
  const it = document.activeElement; // of a date: the whole control, whichever part has it
  const drawn = it.matches("input[type=radio], input[type=checkbox]") ? it.nextElementSibling : it;
  const outlines = [[it, null], [drawn, null], [drawn, "::before"]].map(([one, part]) => getComputedStyle(one, part));
  const box = drawn.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const spots = [0.1, 0.5, 0.9].map((share) => document.elementFromPoint((left + right) / 2, top + (bottom - top) * share));
  return {
    what: `${it.tagName.toLowerCase()} ${it.name ?? ""} ${(it.innerText ?? "").slice(0, 40)}`,
    outlined: outlines.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1),
    uncovered: spots.some((spot) => spot && (drawn.contains(spot) || spot.contains(it) || it.contains(spot))),
  };
});

class Hands {
  constructor(page) {
    this.page = page;
  }

  async press(key) {
    await this.page.keyboard.press(key);
  }

  // Tabs on until the element that fits has the focus; every stop on the way must be seen.
  async to(fits, most = 250) {
    for (let i = 0; i < most; i++) {
      await this.press("Tab");
      let { what, outlined, uncovered } = await focused(this.page);
      for (let wait = 0; wait < 5 && !uncovered; wait++) { // what slides into view takes its moment
        await this.page.waitForTimeout(100);
        ({ what, outlined, uncovered } = await focused(this.page));
      }
      if (!what.startsWith("body")) {
        assert.ok(outlined, `${what} shows no focus at ${this.page.url()}`);
        assert.ok(uncovered, `${what} has the focus and is covered at ${this.page.url()}`);
      }
      if (await this.page.evaluate((wanted) => document.activeElement.matches(wanted), fits)) return;
    }
    assert.fail(`Tab does not come to ${fits} at ${this.page.url()}`);
  }

  async link(text) {
    const href = await this.page.locator("a", { hasText: text }).first().getAttribute("href");
    await this.to(`a[href="${href}"]`);
    await this.follow("Enter");
  }

  async follow(key) {
    await Promise.all([this.page.waitForNavigation(), this.press(key)]);
  }

  async type(name, words) {
    await this.to(`[name="${name}"]`);
    await this.page.keyboard.type(words);
  }

  // The first Tab into a group comes to its first choice; arrows go on from there.
  async choose(name, value) {
    await this.to(`[name="${name}"]:not([type=hidden])`);
    await this.settled(() => this.press("Space"));
    for (let i = 0; i < 20; i++) {
      const there = await this.page.evaluate(() => document.activeElement.value);
      if (there === value) return;
      await this.settled(() => this.press("ArrowDown"));
    }
    assert.fail(`no arrow leads to ${value} of ${name}`);
  }

  // Whatever the control is.
  async answer(name, value) {
    const control = this.page.locator(`[name="${name}"]:not([type=hidden])`).first();
    const kind = await control.evaluate((one) => one.type);
    if (kind === "radio") return this.choose(name, value);
    if (kind !== "select-one") return this.type(name, value);
    await this.to(`[name="${name}"]`);
    const words = await control.locator(`option[value="${value}"]`).innerText();
    await this.settled(() => this.page.keyboard.type(words));
    assert.equal(await this.page.evaluate(() => document.activeElement.value), value);
  }

  // A form that follows an answer is there before the next key, and the focus has stayed.
  async settled(act) {
    const at = await this.page.evaluate(() => document.activeElement.name);
    await act();
    await this.page.waitForTimeout(400);
    await this.page.waitForLoadState("networkidle");
    assert.equal(await this.page.evaluate(() => document.activeElement.name), at, "the focus stays where it was");
  }
}

async function signInByKeys(page, login) {
  const hands = new Hands(page);
  await page.goto(`${hearth.url}/sign-in`);
  await hands.type("user", login);
  await hands.type("password", password);
  await hands.follow("Enter");
  return hands;
}

test("a call is taken, saved, and refused for now by keys alone", { timeout: 240000 }, async () => {
  const page = await open(browser);
  const hands = await signInByKeys(page, "alma");

  // The skip link is the first stop, and leads past the header.
  await hands.press("Tab");
  assert.match((await focused(page)).what, /skip/i);
  await hands.press("Enter");
  await hands.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("main")), "the skip link leads into the page");

  await page.reload();
  await hands.link("Intake");
  await hands.to("main button[type=submit]");
  await hands.follow("Enter");
  assert.match(page.url(), /\/work\/intake\//);
  const id = /\/work\/intake\/([0-9a-f-]{36})/.exec(page.url())[1];

  await hands.choose("category", "CPS_REPORT");
  await hands.type("narrative", "A boy of about seven has a bruise on his cheek.");
  await hands.type("participants[+1].given_name", "Owen");
  await hands.to('[name="participants[+1].role"]');
  await page.keyboard.type("Child");
  await hands.to(".save-bar button:not([name])");
  await hands.follow("Enter");
  const api = hearth.api("alma");
  const saved = (await api.get(`/access_report/${id}`)).body;
  assert.equal(saved.narrative, "A boy of about seven has a bruise on his cheek.");
  assert.deepEqual(saved.participants.map((row) => [row.given_name, row.role]), [["Owen", "CHILD"]]);

  // Submitting too early: the focus is on the list of what is missing, and its links lead to the fields.
  const submit = async () => {
    await hands.to(".save-bar button[value=submit]");
    await hands.follow("Enter");
  };
  await submit();
  assert.equal(await page.evaluate(() => document.activeElement.id), "faults");
  await hands.to('#faults a[href*="history"]', 20);
  await hands.press("Enter");
  await hands.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.name?.startsWith("history")), "a fault leads to its field");
  await page.context().close();
});

test("a call is put right, submitted and screened by keys alone", { timeout: 240000 }, async () => {
  const api = hearth.api("alma");
  const { id } = (await api.call("POST", "/access_report", { body: {
    received_at: "2026-11-25T07:05", received_how: "PHONE", category: "CPS_REPORT", narrative: "Two boys are alone every afternoon.",
    present_danger: false, impending_danger: false, egregious: false, agency_involved: false, poverty: "NOT_POVERTY",
    participants: [
      { given_name: "Erik", family_name: "Solberg", role: "CHILD", age_years: 5, sex: "MALE", where_now: "At school",
        tribal_heritage_why: "asked_did_not_know", tribal_heritage_asked: "the caller" },
      { family_name: "Solberg", role: "PARENT", relation_as_said: "mother", lives_with_child: true, caregiver_class: "PARENT_OR_SIBLING" },
    ],
    allegations: [{ child: "+1", maltreater: "+2", type: "NEGL", when_said: "every day", place: "At home" }],
  } })).body;
  const alma = await open(browser);
  let hands = await signInByKeys(alma, "alma");
  await alma.goto(`${hearth.url}/work/intake/${id}/call`);
  await hands.answer("history_checked", "yes");
  await hands.to(".save-bar button[value=submit]");
  await hands.follow("Enter");
  assert.equal((await api.get(`/access_report/${id}`)).body.state, "submitted");

  const renee = await open(browser);
  hands = await signInByKeys(renee, "renee");
  await hands.link("Screening");
  await hands.to(`main a[href*="${id}"]`);
  await hands.follow("Enter");
  await hands.to(".save-bar button[value=screen_in], .actions button[value=screen_in], a[href$='/do/screen_in']");
  await hands.follow("Enter");
  await hands.answer("screened_in_as", "PRIMARY");
  await hands.answer("response_time", "R5BD");
  await hands.answer("screen_in_reason", "Young children alone for hours each day.");
  await hands.to(".step__actions button[type=submit]:not([name])");
  await hands.follow("Enter");
  assert.equal((await api.get(`/access_report/${id}`)).body.state, "screened_in");
  for (const page of [alma, renee]) await page.context().close();
});
