// A whole protective plan with hands that stay on the keys: written, read back, signed and sent for approval with
// Tab, Enter, Space, arrows and letters alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import { launch, open } from "./browser.mjs";
import { signInByKeys } from "./hands.mjs";

let hearth, browser, jonas, worker, assessment;
before(async () => {
  hearth = await Hearth.start();
  browser = await launch();
  jonas = hearth.api("jonas");
  const all = async (path) => (await jonas.get(path)).body.items;
  worker = (await all("/worker?limit=200")).find((one) => one.login === "jonas").id;
  for (const one of (await all("/assessment?limit=200")).filter((open) => open.state === "open" && open.worker === worker)) {
    const [children, adults, plans] = await Promise.all(["assessment_child", "assessment_adult", "protective_plan"]
      .map((entity) => all(`/${entity}?assessment=${one.id}&limit=20`)));
    if (plans.length === 0 && children.length > 0 && adults.length > 0) assessment ??= { id: one.id, child: children[0], adult: adults[0] };
  }
  assert.ok(assessment, "an assessment of Jonas without a plan");
});
after(async () => {
  await browser?.close();
  await hearth.stop();
});

const titleOf = async (entity, id) => (await jonas.get(`/${entity}/${id}`)).body.display_name;

test("a protective plan is written, read back, signed and sent for approval by keys alone", { timeout: 600000 }, async () => {
  const page = await open(browser);
  const hands = await signInByKeys(page, hearth.url, "jonas");
  const mother = await titleOf("person", assessment.adult.person);
  const [provider] = (await jonas.get("/person?limit=200")).body.items
    .filter((one) => one.id !== assessment.adult.person && one.display_name && one.birth_date && one.birth_date < "1990-01-01");
  assert.ok(provider, "somebody who could help");

  await page.goto(`${hearth.url}/work/assessment/${assessment.id}/protective_plan/new`);
  await hands.answer("what_happens", "He shouts, and then the children are alone.");
  await hands.answer("dangers[+1].threat", "PD04");
  await hands.answer("dangers[+1].how_it_shows", "He shouts at night.");
  await hands.answer("dangers[+1].how_controlled", "An aunt is there at night.");
  await hands.answer("strengths", "The mother asks for help.");
  await hands.answer("children[+1].child", assessment.child.id);
  await hands.answer("children[+1].stays", "At home, with the mother and the aunt");
  await hands.answer("household[+1].adult", assessment.adult.id);
  await hands.answer("household[+1].part", "Calls the aunt before it gets loud");
  await hands.answer("family_address", "12 Birch Street, Wausau");
  await hands.answer("family_phone", "(715) 555-0130");
  await hands.look("providers[+1].person", provider);
  await hands.answer("providers[+1].relation", "An aunt");
  await hands.answer("providers[+1].phone", "(715) 555-0131");
  await hands.answer("providers[+1].address", "4 Oak Street, Wausau");
  await hands.answer("providers[+1].checked_how", "TELEPHONE");
  await hands.answer("providers[+1].checked_at", "2026-11-25T07:40");
  await hands.answer("providers[+1].checked_by", worker);
  await hands.answer("providers[+1].check_result", "NOTHING_AGAINST");
  await hands.answer("providers[+1].check_note", "No report and no finding.");
  await hands.answer("providers[+1].accepted", "yes");
  await hands.answer("providers[+1].days", "Every night");
  await hands.answer("providers[+1].days_per_week", "7");
  await hands.answer("providers[+1].times", "18:00 to 07:00");
  await hands.answer("providers[+1].place", "At the children's home");
  await hands.answer("providers[+1].does", "Sleeps there");
  await hands.answer("providers[+1].parent_role", "The mother is there too");
  await hands.answer("what_we_do", "The aunt is there every night.");
  await hands.answer("if_not_working", "Call the county.");
  await hands.answer("agency_phone", "(715) 555-0100");
  await hands.answer("tribe_involved", "no");
  await hands.answer("planned_reviews[+1].on_day", "2026-12-01");
  await hands.look("copies[+1].person", { id: assessment.adult.person, display_name: mother });
  await hands.answer("copies[+1].hide_addresses", "no");
  await hands.to(".save-bar button:not([name])");
  await hands.follow("Enter");
  assert.equal(await page.locator("#faults").count(), 0, await page.locator("main").innerText());
  const [plan] = (await jonas.get(`/protective_plan?assessment=${assessment.id}`)).body.items;
  assert.equal(plan.providers[0].person, provider.id);
  assert.equal(plan.planned_reviews[0].on_day, "2026-12-01");
  const state = async () => (await jonas.get(`/protective_plan/${plan.id}`)).body.state;

  // Reading back without having said when: the list of what is missing has the focus.
  await page.goto(`${hearth.url}/record/protective_plan/${plan.id}/do/read_back`);
  await hands.step();
  assert.equal(await page.evaluate(() => document.activeElement.id), "faults");
  await hands.answer("read_back_at", "2026-11-25T07:55");
  await hands.answer("read_back_language", "English");
  await hands.step();
  assert.equal(await state(), "to_sign");

  await page.goto(`${hearth.url}/record/protective_plan/${plan.id}/do/sign`);
  for (const [who, role] of [[{ id: assessment.adult.person, display_name: mother }, "PARENT"], [provider, "PROVIDER"]]) {
    let n = "+1";
    if (role === "PROVIDER") {
      await hands.to('[data-rows="signatures"] button[name=add_row]');
      await hands.press("Enter");
      n = await page.evaluate(() => document.activeElement.closest("[data-row]")?.dataset.row);
      assert.match(n ?? "", /^\+/, "the focus is in the new row");
    }
    await hands.look(`signatures[${n}].person`, who);
    await hands.answer(`signatures[${n}].name`, who.display_name);
    await hands.answer(`signatures[${n}].role`, role);
    await hands.answer(`signatures[${n}].way`, "SPOKEN");
    await hands.answer(`signatures[${n}].signed_at`, "2026-11-25T07:58");
  }
  await hands.step();
  assert.equal((await jonas.get(`/protective_plan/${plan.id}`)).body.signatures.length, 2);
  await page.goto(`${hearth.url}/work/assessment/${assessment.id}/protective_plan/${plan.id}`);
  await hands.to(".save-bar button[value=submit], .actions button[value=submit], a[href$='/do/submit']");
  await hands.follow("Enter");
  if ((await state()) === "to_sign") await hands.step();
  assert.equal(await state(), "submitted");
  assert.deepEqual(page.faults.filter((fault) => !/status of 422/.test(fault)), []); // the refusal above
  await page.context().close();
});
