// Milwaukee's state-run division and Dane County on one family (docs/sharing-example.md): what each of them sees
// before, while and after they work together under an agreement, and when the whole of it is handed over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Story } from "../story/desk.mjs";
import { Hearth } from "./hearth.mjs";

let hearth, story, agreement, report, reporter, assessment, child, contact, area, told, transfer, agencies;
const name = "Agreement 4 of Milwaukee and Dane"; // of the sample county

// Who reads what: the workers of both, their supervisors, and a county that has no part in it.
const readers = ["odile", "curtis", "wren", "imke", "jonas"];
const records = () => ({ report, reporter, assessment, contact, area, told });
async function sees(expected) {
  for (const [name, allowed] of Object.entries(expected)) {
    for (const login of readers) {
      await story.as(login).api.confirm();
      const status = await story.as(login).status(records()[name]);
      assert.equal(status === 200, allowed.includes(login), `${login} reads ${name}: ${status}`);
    }
  }
}
const milwaukee = ["odile", "curtis"];
const dane = ["wren", "imke"];

// Offers parts of the assessment on its page, and takes them on for the other agency from the page of the day.
async function share(giver, taker, parts, terms) {
  const pages = await hearth.signIn(giver);
  const offer = [...Object.entries({ agreement: agreement.id, ...terms }), ...parts.map((part) => ["parts", part])];
  const offered = await pages.post(`/record/assessment/${assessment.id}/access`, offer);
  assert.equal(offered.status, 303, await offered.text());
  const theirs = await hearth.signIn(taker);
  const day = await (await theirs.fetch("/my-day")).text();
  assert.ok(day.includes(name), "the offer stands on their day");
  const accept = /\/given\/[0-9a-f-]+\/accept/.exec(day)[0];
  assert.equal((await theirs.post(accept, {})).status, 303);
  return accept.replace("accept", "end");
}

before(async () => {
  hearth = await Hearth.start({ clock: "2026-12-02T09:10:00-06:00" });
  story = new Story(hearth);
  const [joss, curtis, odile] = ["joss", "curtis", "odile"].map((login) => story.as(login));
  agencies = { milwaukee: await curtis.one("agency", { code: "079" }), dane: await curtis.one("agency", { code: "025" }) };
  agreement = await curtis.one("sharing_agreement", { name });
  const worker = await curtis.one("worker", { login: "odile" });
  report = await joss.create("access_report", {
    received_how: "PHONE", category: "CPS_REPORT", narrative: "She comes to school without having slept and says that nobody was there.",
    history_checked: true, present_danger: false, impending_danger: false, egregious: false, poverty: "NOT_POVERTY",
    participants: [
      { given_name: "Lia", family_name: "Pruett", role: "CHILD", age_years: 8, where_now: "At school", tribal_heritage: "NO_TRIBE_KNOWN" },
      { given_name: "Kurt", family_name: "Ansel", role: "PARENT", caregiver_class: "PARENT_OR_SIBLING", access_next_days: "Friday to Sunday" },
    ],
    allegations: [{ child: "+1", maltreater: "+2", type: "NEGL" }],
  });
  reporter = await joss.create("reporter", { report: report.id, role: "TEACHER", mandated: true, given_name: "Vera", family_name: "Lund" });
  await joss.take(report, "submit");
  await curtis.take(report, "screen_in", { screened_in_as: "PRIMARY", response_time: "R5BD", screen_in_reason: "She is eight." });
  assessment = await curtis.one("assessment", { report: report.id });
  await curtis.take(assessment, "assign", { assignments: [{ worker: worker.id, role: "PRIMARY", from_at: "2026-12-02T09:10" }] });
  child = await odile.one("assessment_child", { assessment: assessment.id });
  [area] = await odile.all("information_area", `&assessment=${assessment.id}`);
  contact = await odile.create("contact", {
    assessment: assessment.id, began_at: "2026-12-02T09:05", kind: "TELEPHONE", made: true, summary: "The father gives no number of his sister.",
  });
  told = await odile.create("notification", {
    report: report.id, recipient: "POLICE", recipient_name: "Sergeant on duty", told_at: "2026-12-02T09:10", told_how: "PHONE",
  });
});
after(() => hearth?.stop());

test("before: the other county finds the report, and nothing of the assessment", async () => {
  await sees({ report: readers, reporter: milwaukee, assessment: milwaukee, contact: milwaukee, area: milwaukee, told: milwaukee });
});

test("while: each its part, and a visit of the one stops the clock of the other", async () => {
  const parts = ["assessment_child", "assessment_adult", "contact"];
  const end = await share("curtis", "imke", parts, { agency: agencies.dane.id, how: "works", to: "2026-12-31" });
  await sees({ reporter: milwaukee, assessment: [...milwaukee, ...dane], contact: [...milwaukee, ...dane], area: milwaukee, told: milwaukee });
  story.at("2026-12-05 18:10");
  const visit = await story.as("wren").create("contact", {
    assessment: assessment.id, began_at: "2026-12-05T17:20", kind: "FACE_TO_FACE", made: true, place: "RELATIVE_HOME", entry: "PERMISSION",
    entry_by: "Kurt Ansel", told_who_i_am: true, summary: "The aunt sleeps there.", children: [{ child: child.id, seen: true, alone: true }],
  });
  assert.equal(await story.as("odile").status(visit), 200);
  const seen = (await story.as("odile").clocks(assessment)).find((clock) => JSON.stringify(clock).includes("A09"));
  assert.match(JSON.stringify(seen), /2026-12-05T17:20/);
  const closing = await story.as("imke").change("POST", assessment, "/close", {});
  assert.equal(closing.status, 403);
  assert.match(closing.body.problems[0].message, /supervisor of the agency that has this.*Ask one of them/);
  const ours = await hearth.signIn("curtis");
  assert.equal((await ours.post(end, { reason: "What was asked for is done." })).status, 303);
});

test("after: closed to the other county; what it wrote stays", async () => {
  await sees({ assessment: milwaukee, contact: milwaukee, area: milwaukee });
  assert.equal((await story.as("odile").all("contact", `&assessment=${assessment.id}`)).length, 2);
});

test("handed over: returned with what is missing, accepted, with a sheet that does not say who called", async () => {
  story.at("2026-12-14 09:00");
  const words = {
    report: report.id, from_agency: agencies.milwaukee.id, to_agency: agencies.dane.id, why: "RESIDENCE", why_note: "They live in Madison.",
    done_so_far: "Lia was seen by Dane County.", danger_now: "None is known.", next_steps: "See 9 Birch Court.", talked_with: "Imke Sorensen, 08:50",
  };
  const first = await story.as("curtis").create("report_transfer", words);
  await story.as("curtis").refused(first, "accept", {}, { status: 403, says: "Ask one of them" });
  await story.as("imke").take(first, "return", { return_reason: "Who told the father?" });
  transfer = await story.as("curtis").create("report_transfer", { ...words, done_so_far: "Lia was seen; the father knows." });
  await sees({ assessment: milwaukee });
  const sheet = await (await hearth.signIn("imke")).fetch(`/record/report_transfer/${transfer.id}/document/hand_over_sheet`);
  assert.equal(sheet.status, 200);
  const page = await sheet.text();
  for (const word of ["See 9 Birch Court", "the father knows", "Dane County", "Pruett"]) assert.ok(page.includes(word), word);
  for (const word of ["Vera", "Lund"]) assert.ok(!page.includes(word), `${word} is told`);
  const stranger = await (await hearth.signIn("jonas")).fetch(`/record/report_transfer/${transfer.id}/document/hand_over_sheet`);
  assert.notEqual(stranger.status, 200);
  await story.as("imke").take(transfer, "accept");
  const wren = await story.as("imke").one("worker", { login: "wren" });
  const { assignments } = await story.as("imke").read(assessment);
  await story.as("imke").take(assessment, "assign", {
    assignments: [{ id: assignments[0].id, until_at: "2026-12-14T09:00" }, { worker: wren.id, role: "PRIMARY", from_at: "2026-12-14T09:00" }],
  });
  await sees({ reporter: dane, assessment: dane, contact: dane, area: dane, told: dane });
  const due = (await story.as("wren").clocks(assessment)).find((clock) => JSON.stringify(clock).includes("I05"));
  assert.match(JSON.stringify(due), /2027-01-31/, "its sixty days run on");
});

test("back: the first agency reads a part, when the second lets it", async () => {
  await share("imke", "curtis", ["contact"], { agency: agencies.milwaukee.id, how: "reads", to: "2027-01-31" });
  await sees({ assessment: [...dane, ...milwaukee], contact: [...dane, ...milwaukee], area: dane });
  const change = await story.as("odile").change("PATCH", contact, "", { summary: "Otherwise." });
  assert.equal(change.status, 403);
});
