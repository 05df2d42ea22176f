// The acceptance story, its sixteen steps and "the other way", through the JSON API: every step is done by
// whose work it is, at its minute, and then looked at by the state auditor.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import * as acts from "./acts.mjs";
import * as last from "./acts_last.mjs";
import * as later from "./acts_later.mjs";
import * as weeks from "./acts_weeks.mjs";
import { Auditor } from "./auditor.mjs";
import { Story } from "./desk.mjs";

async function begin() {
  const hearth = await Hearth.start({ clock: "2026-11-25T08:00:00-06:00" });
  const story = new Story(hearth);
  await acts.before(story);
  return { story, auditor: new Auditor(story) };
}

describe("the story", () => {
  let story, auditor;
  before(async () => ({ story, auditor } = await begin()));
  after(() => story.hearth.stop());

  test("1. a call is taken, and every clock runs from 13:20", async () => {
    await acts.theCall(story);
    await auditor.call();
    await auditor.reporterIsHidden();
  });
  test("2. it is screened in within the hour, a trained worker is assigned, the police confirm", async () => {
    await acts.theScreening(story);
    await auditor.screening();
    await story.as("jonas").api.confirm();
    assert.equal(await story.as("jonas").status(story.known.reporter), 200, "who is assigned may have to ask again");
    await auditor.reporterIsHidden();
  });
  test("3. Owen is seen at school; present danger", async () => {
    await acts.theSchool(story);
    await auditor.school();
  });
  test("4. the home: an attempt is no contact, and nobody leaves without a plan", async () => {
    await acts.theHome(story);
    await auditor.home();
  });
  test("5. heritage is asked again, each child apart; what was believed stays with the decision", async () => {
    await acts.theHeritage(story);
    await auditor.heritage();
  });
  test("6. the plan: Gary is refused, Ruth is checked and accepted", async () => {
    await acts.thePlan(story);
    await auditor.planWritten();
  });
  test("7. read back, signed, approved by telephone, in place before the worker leaves", async () => {
    await acts.jadeComesHome(story);
    await acts.theSigning(story);
    await auditor.signed();
  });
  test("8. Thanksgiving: paper is entered, the approval confirmed, both tribes are told", async () => {
    await acts.theNextDay(story);
    await auditor.nextDay();
  });
  test("9. the weekly review: one visit for three children, two questions that could not be answered", async () => {
    await weeks.theFirstReview(story);
    await auditor.firstReview();
  });
  test("10. a second report with its own clocks, joined and not merged; the plan is amended and signed again", async () => {
    await weeks.theSecondReport(story);
    await auditor.secondReport();
  });
  test("11. the worker is on leave: all open work moves with one act", async () => {
    await weeks.theLeave(story);
    await auditor.onLeave();
  });
  test("12. the earlier report was another child's: who relied on it looks again", async () => {
    await weeks.theMistake(story);
    await auditor.unlinked();
  });
  test("13. information, threats, five times yes: a safety plan replaces the protective plan", async () => {
    await later.theInformation(story);
    await later.theThreats(story);
    await later.theAnalysis(story);
    await later.theSafetyDecision(story);
    await auditor.decided();
    await auditor.asBelievedThen();
  });
  test("14, 15. what is found, the opened case, a review that is asked for: nothing is final yet", async () => {
    await last.theFindings(story);
    await last.theCase(story);
    await last.theReview(story);
    await auditor.closed();
  });
  test("16. who looked, what was known then, each partner's own exchange, and a chain that verifies", () => auditor.audited());
});

describe("the other way at step 7", () => {
  let story, auditor;
  before(async () => ({ story, auditor } = await begin()));
  after(() => story.hearth.stop());

  test("Dana declines a plan; custody with every right of child and parent, then the worker may leave", async () => {
    for (const act of [acts.theCall, acts.theScreening, acts.theSchool, acts.theHome, acts.theHeritage, acts.thePlan, acts.jadeComesHome]) {
      await act(story);
    }
    await later.theOtherWay(story);
    await auditor.inCustody();
  });
});
