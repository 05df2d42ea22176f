// Every decision of Access and of the assessment: the right role reaches it, everybody else is refused in words that
// say who may and what to do instead; who wrote it does not decide it; nobody decides about their own family.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "../http/hearth.mjs";
import * as acts from "../story/acts.mjs";
import * as last from "../story/acts_last.mjs";
import * as later from "../story/acts_later.mjs";
import * as weeks from "../story/acts_weeks.mjs";
import { Story } from "../story/desk.mjs";
import { decisions, elsewhere, staff, work } from "./decisions.mjs";

let hearth, story, known;

async function hire(given_name, login, role) {
  await story.as("ines").create("worker", {
    given_name, family_name: "Aldane", login, home_agency: known.marathon.id,
    roles: [{ role, agency: known.marathon.id, begins_on: "2020-01-02" }],
    training: [{ kind: "PRE_SERVICE", completed_on: "2020-02-20", recorded_on: "2020-02-21" }],
  });
  hearth.setPassword(login);
}

// An assessment of a setting: of the same child and with the same workers.
async function secondary() {
  const [alma, renee] = ["alma", "renee"].map((login) => story.as(login));
  const report = await alma.create("access_report", {
    received_how: "PHONE", category: "CPS_REPORT", narrative: "He came from child care with a mark.",
    history_checked: true, present_danger: false, impending_danger: false, egregious: false, agency_involved: false,
    participants: [
      { given_name: "Owen", family_name: "Sorrell", person: known.owen.id, role: "CHILD", where_now: "At home", tribal_heritage_why: "asked_did_not_know", tribal_heritage_asked: "the caller" },
      { given_name: "Odile", family_name: "Prewitt", role: "ALLEGED_MALTREATER", caregiver_class: "GIVES_CARE" },
    ],
    allegations: [{ child: "+1", maltreater: "+2", type: "PHYS" }],
  });
  const record = { entity: "access_report", id: report.id };
  await alma.take(record, "submit");
  await renee.take(record, "screen_in", { screened_in_as: "SECONDARY", response_time: "R5BD", screen_in_reason: "A mark." });
  const assessment = await renee.one("assessment", { report: report.id });
  const assigned = (worker, role) => ({ worker: worker.id, role, from_at: assessment.created_at });
  await renee.take({ entity: "assessment", id: assessment.id }, "assign", { assignments: [assigned(known.elena, "PRIMARY"), assigned(known.pia, "SECONDARY")] });
  return assessment;
}

// What the story has not: another kind of assessment's decision, custody, and a report that goes to another agency.
async function rest() {
  const elena = story.as("elena");
  known.owen = known.people.owen;
  known.decision = known.decisions.owen;
  known.custody = await elena.create("temporary_custody", { assessment: known.assessment.id });
  known.setting = await elena.create("setting_safety", { assessment: (await secondary()).id });
  known.otherReport = await story.as("alma").create("access_report", { received_how: "PHONE", category: "CPS_REPORT" });
  known.transfer = await story.as("renee").create("report_transfer", {
    report: known.otherReport.id, from_agency: known.marathon.id, to_agency: known.lincoln.id, why: "RESIDENCE", why_note: "They live there.",
    done_so_far: "Nothing yet.", danger_now: "None is known.", next_steps: "Call back.", talked_with: "Edda Rausch",
  });
}

before(async () => {
  hearth = await Hearth.start();
  story = new Story(hearth);
  await acts.before(story);
  known = story.known;
  await hire("Nils", "nils", "ON_CALL_DESIGNEE");
  await hire("Ada", "ada", "ADOPTION_WORKER");
  const steps = [
    acts.theCall, acts.theScreening, acts.theSchool, acts.theHome, acts.theHeritage, acts.thePlan, acts.jadeComesHome, acts.theSigning,
    acts.theNextDay, weeks.theFirstReview, weeks.theSecondReport, weeks.theLeave, weeks.theMistake,
    later.theInformation, later.theThreats, later.theAnalysis, later.theSafetyDecision, last.theFindings,
  ];
  for (const step of steps) await step(story);
  await rest();
});
after(() => hearth.stop());

const split = (row) => row.step.split(".");
// The step, with nothing filled in: whoever may take it hears what is missing, or that it is not the time.
async function attempt(row, login) {
  const [entity, transition] = split(row);
  if (transition === "start") {
    const body = Object.fromEntries(Object.entries(row.on).map(([field, name]) => [field, known[name].id]));
    return story.as(login).api.call("POST", `/${entity}`, { body });
  }
  const { id } = known[row.on];
  const { version } = await story.as("omar").read({ entity, id }); // the auditor reads all of it
  return story.as(login).api.call("POST", `/${entity}/${id}/${transition}`, { version, body: {} });
}
const refusal = (answer, row) =>
  (answer.body?.problems ?? []).find(({ code }) => code === "not_allowed" || (row.guard && code === row.guard))?.message;

const unread = /^You may not read this record\. Ask [^.]+\.$/;
const notTheRole = /^Your role may not do this here: [^.]+\. It is for: .+, records .+\. Ask one of them\.$/;

for (const row of decisions) {
  test(`${row.d} ${row.step}: ${row.right.join(", ")}, and nobody else`, async () => {
    const wrong = [];
    for (const login of Object.keys(staff)) {
      const answer = await attempt(row, login);
      const message = refusal(answer, row);
      const right = row.right.includes(login);
      const teaches = message && (row.words.test(message) || unread.test(message) || notTheRole.test(message));
      if (right ? message : !teaches) wrong.push(`${login} (${staff[login]}): ${answer.status} ${message ?? "not refused"}`);
    }
    assert.deepEqual(wrong, []);
  });
}

test("who wrote it does not decide it, and hears who does", async () => {
  for (const row of decisions.filter((one) => one.author)) {
    const record = { entity: split(row)[0], id: known[row.on].id };
    await story.as("gordon").correct(record, "For this test.", row.author);
    assert.match(refusal(await attempt(row, "gordon"), row) ?? "not refused", row.words, row.step);
    assert.equal(refusal(await attempt(row, "renee"), row), undefined, `${row.step}: somebody else still may`);
  }
});

test("nobody decides about their own family, and hears what anybody hears who may not read it", async () => {
  await story.as("renee").create("conflict", {
    worker: known.renee.id, who: "Owen Sorrell, my nephew", relation: "OTHER_RELATIVE", person: known.people.owen.id,
  });
  for (const row of decisions.filter(({ on, step }) => step !== "access_report.start" && on !== "transfer" && on.report !== "otherReport")) {
    const answer = await attempt(row, "renee");
    const told = `${row.step}: ${JSON.stringify(answer.body)}`;
    if (answer.status === 422) {
      // A record of its own cannot be about what she may not read: it is not there to choose.
      assert.match(told, /This record was not found: choose one that is there/);
    } else {
      assert.equal(answer.status, 403, told);
      assert.match(refusal(answer, row), unread, told);
    }
  }
});

test("the table has every step that the model has", () => {
  const listed = new Set([...decisions.map(({ step }) => step), ...Object.values(work).flat()]);
  const found = [];
  let entity;
  for (const line of hearth.run("model", "docs", "access", "model").split("\n")) {
    entity = /^### .*\((\w+)\)$/.exec(line)?.[1] ?? entity;
    const step = /^\| `(\w+)` \|.*\|.*\|.*\|.*\|.*\|$/.exec(line)?.[1];
    if (step && entity && !elsewhere.includes(entity)) found.push(`${entity}.${step}`);
  }
  const steps = found.filter((step) => /\./.test(step));
  assert.deepEqual(steps.filter((step) => !listed.has(step)), [], "of the model, and not in the table");
  assert.deepEqual([...listed].filter((step) => !steps.includes(step)), [], "in the table, and not of the model");
});

test("every decision from D1 to D18 is in the table", () => {
  const named = new Set(decisions.flatMap(({ d }) => d.split(" ")));
  assert.deepEqual(Array.from({ length: 18 }, (_, i) => `D${i + 1}`).filter((d) => !named.has(d)), []);
});
