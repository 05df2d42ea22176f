// A stage for the acceptance story: its acts typed and pressed on the pages, and the same auditor after each step.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import * as acts from "../story/acts.mjs";
import * as last from "../story/acts_last.mjs";
import * as later from "../story/acts_later.mjs";
import * as weeks from "../story/acts_weeks.mjs";
import { Auditor } from "../story/auditor.mjs";
import { Story } from "../story/desk.mjs";
import { launch } from "./browser.mjs";
import { BrowserStory } from "./desk.mjs";

// Steps on the pages of one Hearth; `told` through the API are those before them. `driven` names the steps
// that are taken on the pages in the quick tier, where the API takes the others; the long tier drives all.
export function stage(title, { javaScriptEnabled, told = [], driven }, tell) {
  const isDriven = (name) => !driven || process.env.HEARTH_TEST_TIER === "long" || driven.some((one) => name.startsWith(one));
  describe(title, () => {
    let browser, prepared, story, auditor;
    before(async () => {
      const hearth = await Hearth.start({ clock: "2026-11-25T08:00:00-06:00" });
      browser = await launch();
      prepared = new Story(hearth);
      for (const act of [acts.before, ...told]) await act(prepared);
      story = new BrowserStory(hearth, browser, { javaScriptEnabled });
      story.known = prepared.known;
      auditor = new Auditor(Object.assign(new Story(hearth), { known: story.known }));
    });
    after(async () => {
      await browser?.close();
      await story?.hearth.stop();
    });

    // A step rests on those before it: after one that failed there is nothing to tell.
    let goesOn = true;
    tell((name, list, look) => test(name, { timeout: 600000 }, async (t) => {
      if (!goesOn) return t.skip("an earlier step failed");
      goesOn = false;
      for (const act of list) await act(isDriven(name) ? story : prepared);
      await auditor[look]();
      goesOn = true;
    }));
    test("each page can be used by everybody and on a phone", () => assert.deepEqual(story.findings, []));
    test("the browser reported no error", () => {
      const refusal = /status of (403|409|422)/; // the browser notes it when Hearth refuses, as it shall
      const faults = story.pages.flatMap((page) => page.faults).filter((fault) => !refusal.test(fault));
      const told = story.hearth.log.split("\n").filter((line) => /level=error| status=5/.test(line));
      assert.deepEqual({ faults, told: faults.length > 0 ? told : [] }, { faults: [], told: [] });
    });
  });
}

export function theStory(step) {
  step("1. the call", [acts.theCall], "call");
  step("2. the screening", [acts.theScreening], "screening");
  step("3. the school", [acts.theSchool], "school");
  step("4. the home", [acts.theHome], "home");
  step("5. heritage", [acts.theHeritage], "heritage");
  step("6. the plan", [acts.thePlan], "planWritten");
  step("7. signed", [acts.jadeComesHome, acts.theSigning], "signed");
  step("8. the next day", [acts.theNextDay], "nextDay");
  step("9. the weekly review", [weeks.theFirstReview], "firstReview");
  step("10. the second report", [weeks.theSecondReport], "secondReport");
  step("11. the leave", [weeks.theLeave], "onLeave");
  step("12. the mistake", [weeks.theMistake], "unlinked");
  step("13. the safety decision", [
    later.theInformation, later.theThreats, later.theAnalysis, later.theSafetyDecision,
  ], "decided");
  step("14. the findings, the case, the review", [last.theFindings, last.theCase, last.theReview], "closed");
  step("16. the auditor", [], "audited");
}
