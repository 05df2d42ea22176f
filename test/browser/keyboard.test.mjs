// Hands that stay on the keys: a call is taken and screened with Tab, Enter, Space and arrows alone. One always
// sees where one is, the skip link works, and a refusal takes one to what is wrong.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import { launch, open } from "./browser.mjs";
import { focused, signInByKeys } from "./hands.mjs";

let hearth, browser;
before(async () => {
  hearth = await Hearth.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await hearth.stop();
});

test("a call is taken, saved, and refused for now by keys alone", { timeout: 240000 }, async () => {
  const page = await open(browser);
  const hands = await signInByKeys(page, hearth.url, "alma");

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
  let hands = await signInByKeys(alma, hearth.url, "alma");
  await alma.goto(`${hearth.url}/work/intake/${id}/call`);
  await hands.answer("history_checked", "yes");
  await hands.to(".save-bar button[value=submit]");
  await hands.follow("Enter");
  assert.equal((await api.get(`/access_report/${id}`)).body.state, "submitted");

  const renee = await open(browser);
  hands = await signInByKeys(renee, hearth.url, "renee");
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
