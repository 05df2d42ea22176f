// Hands that stay on the keys: each stop of Tab is seen, and a form that follows an answer keeps the focus.
import assert from "node:assert/strict";
import { password } from "../http/hearth.mjs";

// What has the focus: whether one sees it (its outline, or that of the label that draws it), and that it is
// not wholly beneath something that sticks to an edge.
export const focused = (page, fits = "body") => page.evaluate((wanted) => {
  const it = document.activeElement; // of a date: the whole control, whichever part has it
  const drawn = it.matches("input[type=radio], input[type=checkbox]") ? it.nextElementSibling : it;
  const outlines = [[it, null], [drawn, null], [drawn, "::before"]].map(([one, part]) => getComputedStyle(one, part));
  const box = drawn.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const spots = [0.1, 0.5, 0.9].map((share) => document.elementFromPoint((left + right) / 2, top + (bottom - top) * share));
  return {
    fits: it.matches(wanted),
    what: `${it.tagName.toLowerCase()} ${it.name ?? ""} ${(it.innerText ?? "").slice(0, 40)}`,
    outlined: outlines.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1),
    uncovered: spots.some((spot) => spot && (drawn.contains(spot) || spot.contains(it) || it.contains(spot))),
  };
}, fits);

export class Hands {
  constructor(page) {
    this.page = page;
  }

  async press(key) {
    await this.page.keyboard.press(key);
  }

  isAt(fits) {
    return this.page.evaluate((wanted) => document.activeElement.matches(wanted), fits);
  }

  // Tabs on until the element that fits has the focus; every stop on the way must be seen.
  async to(fits, most = 250) {
    if (await this.isAt(fits)) return;
    for (let i = 0; i < most; i++) {
      await this.press("Tab");
      let at = await focused(this.page, fits);
      for (let wait = 0; wait < 5 && !at.uncovered; wait++) { // what slides into view takes its moment
        await this.page.waitForTimeout(100);
        at = await focused(this.page, fits);
      }
      const { what, outlined, uncovered } = at;
      if (!what.startsWith("body")) {
        assert.ok(outlined, `${what} shows no focus at ${this.page.url()}`);
        assert.ok(uncovered, `${what} has the focus and is covered at ${this.page.url()}`);
      }
      if (at.fits) return;
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

  // "2026-12-01" or with "T07:40", in the parts of the control.
  async when(name, value) {
    const [day, time] = value.split("T");
    const [year, month, date] = day.split("-");
    await this.type(name, month + date + year);
    if (time) {
      const hour = Number(time.slice(0, 2));
      await this.press("ArrowRight"); // a year may have six digits: nothing follows by itself
      await this.page.keyboard.type(String(hour % 12 || 12).padStart(2, "0") + time.slice(3) + (hour < 12 ? "AM" : "PM"));
    }
    assert.equal(await this.page.evaluate(() => document.activeElement.value), value);
  }

  // A person is looked for by name and chosen among those found.
  async look(name, { id, display_name }) {
    await this.type(`find:${name}`, display_name);
    await this.to(`button[name=find][value="${name}"]`);
    await this.press("Enter");
    await this.page.locator(`[name="${name}"][value="${id}"]`).first().waitFor({ state: "attached" });
    assert.ok(await this.page.evaluate(() => document.activeElement !== document.body), "the focus stays near what was found");
    await this.choose(name, id);
  }

  // The button of a step's own page.
  async step() {
    await this.to(".step__actions button[type=submit]:not([name])");
    await this.follow("Enter");
  }

  // Whatever the control is.
  async answer(name, value) {
    const control = this.page.locator(`[name="${name}"]:not([type=hidden])`).first();
    const kind = await control.evaluate((one) => one.type);
    if (kind === "radio") return this.choose(name, value);
    if (kind.startsWith("date")) return this.when(name, value);
    if (kind !== "select-one") return this.type(name, value);
    await this.to(`[name="${name}"]`);
    const words = await control.locator(`option[value="${value}"]`).innerText();
    await this.page.keyboard.type(words);
    await this.settled(() => this.page.waitForTimeout(1250)); // the form waits until the word is over
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

export async function signInByKeys(page, url, login) {
  const hands = new Hands(page);
  await page.goto(`${url}/sign-in`);
  await hands.type("user", login);
  await hands.type("password", password);
  await hands.follow("Enter");
  return hands;
}
