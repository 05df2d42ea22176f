// An opened case goes to another county: offered, returned with what is missing, accepted, and assigned there. Nobody else
// answers for either side, and the sheet is what the next worker needs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Story } from "../story/desk.mjs";
import { Hearth } from "./hearth.mjs";

let hearth, story, family, assessment, agencies, words, offer;

const status = (login, record) => story.as(login).status(record);
const day = async (login) => (await (await hearth.signIn(login)).fetch("/my-day")).text();

before(async () => {
  hearth = await Hearth.start();
  story = new Story(hearth);
  const renee = story.as("renee");
  agencies = { marathon: await renee.one("agency", { code: "073" }), dane: await renee.one("agency", { code: "025" }) };
  family = await renee.one("family_case", { family_name: "Kettner" });
  assessment = { entity: "assessment", id: (await renee.read(family)).assessment };
  words = {
    family_case: family.id, from_agency: agencies.marathon.id, to_agency: agencies.dane.id, why: "RESIDENCE", why_note: "They live in Madison.",
    family_told: "Both parents know.", done_so_far: "The plan works.", danger_now: "Boris drinks on Fridays.", next_steps: "See Mila this week.",
    talked_with: "Imke Sorensen",
  };
});
after(() => hearth?.stop());

test("offered: by a supervisor of the agency that has it, once; the other county learns which family is offered, and reads nothing of it", async () => {
  await story.as("salma").refusedCreate("case_transfer", words, { status: 403, says: "Ask one of them" });
  await story.as("imke").refusedCreate("case_transfer", words, { status: 422 });
  await story.as("renee").refusedCreate("case_transfer", { ...words, next_steps: "" }, { field: "next_steps" });
  offer = await story.as("renee").create("case_transfer", words);
  await story.as("renee").refusedCreate("case_transfer", words, { rule: "one_at_a_time", says: "Call the other agency" });
  assert.match(await day("imke"), /Waits to be accepted/i);
  for (const login of ["imke", "tobin"]) assert.equal(await status(login, family), 403, login);
  assert.equal(await status("odile", offer), 403, "a county that has no part in it");
});

test("returned: it is still the first agency's, and only the receiving supervisor answers", async () => {
  for (const login of ["renee", "gordon", "tobin"]) {
    await story.as(login).refused(offer, "accept", {}, { status: 403, says: "Ask" });
  }
  await story.as("imke").refused(offer, "return", {}, { field: "return_reason" });
  await story.as("imke").take(offer, "return", { return_reason: "Who is there on Fridays?" });
  assert.equal((await story.as("salma").read(family)).agency, agencies.marathon.id);
  assert.equal((await story.as("renee").read(offer)).return_reason, "Who is there on Fridays?");
});

test("accepted: the sheet, the case with its dates, and what the next worker reads of the assessment", async () => {
  const before = await story.as("salma").read(family);
  const second = await story.as("renee").create("case_transfer", { ...words, danger_now: "Boris drinks on Fridays; his sister is there then." });
  const sheet = `/record/case_transfer/${second.id}/document/case_hand_over_sheet`;
  const says = async (words) => {
    const page = await (await (await hearth.signIn("imke")).fetch(sheet)).text();
    return words.map((word) => page.includes(word));
  };
  assert.deepEqual(await says(["his sister is there then", "See Mila this week", "Dane County", "Kettner", "Boris Kettner"]),
    [true, true, true, true, false], "before it is accepted: what was written to them, and nothing of the case itself");
  assert.notEqual((await (await hearth.signIn("odile")).fetch(sheet)).status, 200, "a county that has no part in it");
  await story.as("imke").take(second, "accept");
  assert.deepEqual(await says(["Boris", "Mila", before.number]), [true, true, true]);
  const after = await story.as("imke").read(family);
  assert.deepEqual([after.agency, after.state, after.opened_on, after.number], [agencies.dane.id, "waiting", before.opened_on, before.number]);
  assert.equal(await status("salma", family), 200, "who has it goes on until it is assigned");
  assert.equal(await status("renee", family), 403);
  const tobin = await story.as("imke").one("worker", { login: "tobin" });
  const now = "2026-11-25T08:00";
  await story.as("imke").take(family, "assign", {
    assignments: [{ id: after.assignments[0].id, until_at: now }, { worker: tobin.id, role: "PRIMARY", from_at: now }],
  });
  assert.equal(await status("salma", family), 403);
  assert.equal(await status("tobin", family), 200);
  assert.equal(await status("tobin", assessment), 200);
  assert.equal(await status("renee", assessment), 200, "what was determined stays where it was determined");
  assert.equal(await status("odile", assessment), 403);
  const change = await story.as("tobin").change("PATCH", assessment, "", { family_name: "Otherwise" });
  assert.equal(change.status, 403);
});
