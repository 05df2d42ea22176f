// A fact is corrected after a decision rested on it: the pages say field by field what it was and is, who corrected it, when and
// why. Of what is sealed they say only that it was corrected, and to who may not read the history, no more than that.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Story } from "../story/desk.mjs";
import { Hearth } from "./hearth.mjs";

let hearth, story, report, reporter;

// The text of the table, or nothing.
async function told(login, record) {
  const session = await hearth.signIn(login);
  await session.post("/confirm", { password: "hearth sample county" }).catch(() => {});
  const answer = await session.fetch(`/record/${record.entity}/${record.id}`);
  assert.equal(answer.status, 200, `${login} reads ${record.entity}`);
  const page = await answer.text();
  return page
    .split("Corrected since it was decided").slice(1).map((part) => part.slice(0, part.indexOf("</table>"))).join(" ")
    .replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

before(async () => {
  hearth = await Hearth.start({ clock: "2026-12-02T09:10:00-06:00" });
  story = new Story(hearth);
  const alma = story.as("alma");
  report = await alma.create("access_report", {
    received_how: "PHONE", category: "CPS_REPORT", narrative: "She said the door was locked.", history_checked: true, present_danger: false,
    impending_danger: false, egregious: false, poverty: "NOT_POVERTY",
    participants: [
      { given_name: "Lene", family_name: "Orvik", role: "CHILD", age_years: 8, where_now: "At school", tribal_heritage: "NO_TRIBE_KNOWN" },
      { given_name: "Jost", family_name: "Orvik", role: "PARENT", caregiver_class: "PARENT_OR_SIBLING", access_next_days: "At home" },
    ],
    allegations: [{ child: "+1", maltreater: "+2", type: "NEGL" }],
  });
  reporter = await alma.create("reporter", { report: report.id, role: "TEACHER", mandated: true, given_name: "Vera", family_name: "Lund", phone: "608 555 0147" });
  await alma.take(report, "submit");
  await story.as("renee").take(report, "screen_in", { screened_in_as: "PRIMARY", response_time: "R5BD", screen_in_reason: "She is eight." });
});
after(() => hearth?.stop());

test("nothing was corrected: nothing is told", async () => {
  assert.equal(await told("renee", report), "");
});

test("the decision's own record, what was typed with the decision among it: old and new value, who, when and why", async () => {
  await story.as("gordon").correct(report, "The caller called again.", { narrative: "She said the door was open." });
  await story.as("gordon").correct(report, "It was another child.", { screen_in_reason: "She is nine." });
  const words = await told("renee", report);
  for (const word of ["She said the door was locked.", "She said the door was open.", "The caller called again.", "She is eight.", "She is nine.",
    "It was another child.", "Gordon", "2 Dec 2026"]) {
    assert.ok(words.includes(word), `${word}: ${words}`);
  }
});

test("what belongs to it: named with its record; what is sealed says only that it was corrected", async () => {
  await story.as("gordon").api.confirm();
  await story.as("gordon").correct(reporter, "She is the aunt of the teacher.", { role: "RELATIVE" });
  await story.as("gordon").correct(reporter, "A digit was wrong.", { phone: "608 555 0148" });
  const words = await told("renee", report);
  for (const word of ["Teacher", "Other relative", "She is the aunt of the teacher.", "Telephone Corrected", "A digit was wrong."]) {
    assert.ok(words.includes(word), `${word}: ${words}`);
  }
  for (const word of ["0147", "0148"]) assert.ok(!words.includes(word), `${word} is told`);
});

test("who may not read the history learns that it was corrected, and not what it was", async () => {
  const words = await told("joss", report); // of another county: reads the report
  assert.match(words, /Corrected/);
  for (const word of ["locked", "She is eight", "Teacher", "Vera", "0147", "aunt"]) assert.ok(!words.includes(word), `${word} is told`);
});
