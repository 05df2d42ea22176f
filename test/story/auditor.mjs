// What an auditor finds after each step, reading with the state auditor's rights alone. The story in the
// browser and the story through the API must leave the same record behind, so both are held against this.
import assert from "node:assert/strict";
import { instant, wall } from "./desk.mjs";

const day = (iso) => wall(iso)?.slice(0, 10);

export class Auditor {
  constructor(story) {
    this.story = story;
    this.desk = story.as("omar");
  }

  get known() {
    return this.story.known;
  }

  // The one reading of a clock by the number of its rule; of a member: the child it is about.
  async clock(record, id, member) {
    const found = (await this.desk.clocks(record)).filter((c) => c.id === id && (!member || c.member === member.id) && this.isOf(c, record));
    assert.ok(found.length <= 1, `${found.length} clocks ${id}`);
    return found[0];
  }

  isOf(clock, record) {
    return clock.record === record.id || clock.member !== undefined || record.entity === "assessment";
  }

  async running(record, id, start, due, member) {
    const clock = await this.clock(record, id, member);
    assert.ok(clock, `${id} does not run`);
    assert.equal(clock.state, "running", id);
    assert.equal(wall(clock.start), start, `${id} starts`);
    if (due) assert.equal(due.length === 10 ? clock.due_date ?? day(clock.due) : wall(clock.due), due, `${id} is due`);
    assert.ok(clock.source.length > 0 && clock.words.length > 0);
    return clock;
  }

  async done(record, id, at, member) {
    const clock = await this.clock(record, id, member);
    assert.ok(clock, `${id} is not there`);
    assert.equal(clock.state, "done", id);
    assert.equal(wall(clock.done_at), at, `${id} was done`);
    assert.ok(!clock.due || Date.parse(clock.done_at) <= Date.parse(clock.due), `${id} was late`);
    return clock;
  }

  async none(record, id, member) {
    assert.equal(await this.clock(record, id, member), undefined, `${id} is there`);
  }

  async has(record, wanted) {
    const found = await this.desk.read(record);
    for (const [name, value] of Object.entries(wanted)) {
      const is = /_at$|_until$/.test(name) ? wall(found[name]) : found[name];
      assert.equal(is ?? null, value, `${record.entity}.${name}`);
    }
    return found;
  }

  // 1
  async call() {
    const { report, earlier, alma } = this.known;
    const found = await this.has(report, {
      state: "submitted", received_at: "2026-11-25 13:20", submitted_at: "2026-11-25 13:44", taken_by: alma.id, family_name: "Sorrell",
      impending_danger: null, impending_danger_why: "asked_did_not_know", impending_danger_asked: "the caller",
    });
    assert.match(found.number, /^R-073-2026-\d+$/);
    assert.deepEqual(found.participants.map((row) => row.given_name), ["Owen", "Tessa", "Jade", "Dana", "Cole"]);
    const cole = found.participants[4];
    assert.equal(cole.relation_as_said, "father");
    assert.ok(found.participants.every((row) => row.person), "everybody named has become a person");
    assert.equal(found.allegations.length, 1);
    assert.equal(found.allegations[0].maltreater, cole.id);
    await this.running(report, "A02", "2026-11-25 13:20", "2026-11-26 13:20");
    await this.running(report, "A03", "2026-11-25 13:20", "2026-11-26 13:20");
    await this.none(report, "A04");
    await this.none(report, "A06");
    const [link] = await this.desk.all("related_report", `&report=${report.id}`);
    assert.equal(link.earlier, earlier.id);
    assert.equal(link.state, "linked");
  }

  async reporterIsHidden() {
    const { report, reporter } = this.known;
    assert.equal(await this.story.as("alma").status(reporter), 200);
    await this.story.as("renee").api.confirm();
    assert.equal(await this.story.as("renee").status(reporter), 200);
    for (const login of ["omar", "hugo", "edda", "marlene", "carla", "ines", "pia"]) {
      const desk = this.story.as(login);
      await desk.api.confirm();
      assert.notEqual(await desk.status(reporter), 200, `${login} may read who reported`);
      assert.deepEqual(await desk.all("reporter"), [], `${login} has a list of reporters`);
    }
    const told = JSON.stringify([await this.desk.read(report), await this.desk.history(report)]);
    for (const word of ["Reinholt", "555-0161", "reading corner"]) assert.ok(!told.includes(word), `${word} stands in the report`);
  }

  // 2
  async screening() {
    const { report, assessment, children, adults, renee, jonas, policeNotice } = this.known;
    await this.has(report, { state: "screened_in", screened_at: "2026-11-25 13:58", screened_in_by: renee.id, response_time: "R24H", aim: "before the bus at 15:10" });
    await this.done(report, "A03", "2026-11-25 13:58");
    await this.running(report, "A02", "2026-11-25 13:20", "2026-11-26 13:20");
    const found = await this.has(assessment, { state: "open", worker: jonas.id, family_name: "Sorrell", kind: "PRIMARY", joint_response: true });
    assert.match(found.number, /^A-073-2026-\d+$/);
    await this.running(assessment, "I05", "2026-11-25 13:20", "2027-01-24"); // a Sunday; it does not roll
    await this.running(assessment, "A09", "2026-11-25 13:20", "2026-11-26 13:20", children.owen);
    await this.none(assessment, "A09", children.tessa);
    await this.has(adults.cole, { alleged_maltreater: true, lives_in_home: true });
    await this.has(policeNotice, {
      state: "acknowledged", told_at: "2026-11-25 14:02", acknowledged_at: "2026-11-25 14:06", acknowledged_by: "Marlene Foss", acknowledgement_code: "26-11873",
    });
  }

  // 3
  async school() {
    const { report, assessment, children, schoolContact, jonas } = this.known;
    await this.done(report, "A02", "2026-11-25 14:40");
    await this.done(assessment, "A09", "2026-11-25 14:40", children.owen);
    const found = await this.has(schoolContact, { state: "done", began_at: "2026-11-25 14:40", worker: jonas.id, initiates: true });
    assert.ok(wall(found.created_at) > "2026-11-25 14:40", "done and entered are two times");
    assert.equal(found.photographs.length, 2);
    assert.ok(found.photographs.every((row) => row.photo && row.taken_by === "Detective M. Foss"));
    assert.notEqual(found.photographs[0].photo, found.photographs[1].photo);
    await this.running(assessment, "I01D", "2026-11-25 15:06", "2026-11-25", children.owen);
    assert.equal((await this.clock(assessment, "I01", children.owen)).state, "running");
    await this.none(assessment, "I01", children.tessa);
  }

  // 4
  async home() {
    const { assessment, homeVisit, attempt, children } = this.known;
    const visit = await this.has(homeVisit, { state: "open", entry: "PERMISSION", entry_by: "Dana Sorrell", allegations_told: true, sheet_given: true });
    assert.deepEqual(visit.children.map((row) => [row.child, row.seen]), [[children.tessa.id, true]]);
    const tried = await this.has(attempt, { made: false, state: "done" });
    assert.ok(tried.children.every((row) => row.seen === false));
    assert.equal((await this.clock(assessment, "I01", children.owen)).state, "running");
  }

  // 5
  async heritage() {
    const { report, coleOfOwen, effort, people, inquiryTessa, jonas } = this.known;
    const clock = await this.running(report, "A06", "2026-11-25 13:20", "2026-11-26 13:20");
    assert.equal(clock.because, "the report was received", "which of two starts counts, and why");
    await this.has(inquiryTessa, { answer: "NO_TRIBE_KNOWN" });
    await this.has(coleOfOwen, { state: "refuted", kind: "PARENT", refuted_by: jonas.id, refuted_at: "2026-11-25 16:20" });
    await this.asBelievedThen();
    const found = await this.has(effort, { done_at: "2026-11-25 16:35", kind: "TRIBE_INVITED" });
    assert.deepEqual(found.children.length, 2);
    assert.ok(people.owen);
  }

  // The correction does not reach back: the call says what was told, history says when it was believed.
  async asBelievedThen() {
    const { report, rows, coleOfOwen } = this.known;
    const found = await this.desk.read(report);
    assert.ok(found.relations.some((row) => row.who === rows.cole && row.kind === "PARENT" && row.of === rows.owen));
    assert.equal(found.participants.find((row) => row.id === rows.cole).relation_as_said, "father");
    const history = await this.desk.history(coleOfOwen);
    const believed = history.filter((change) => wall(change.at) <= "2026-11-25 13:58");
    assert.ok(believed.length >= 1 && believed.every((change) => change.transition !== "refute"));
    assert.equal(believed[0].content.kind.to.code, "PARENT");
    const refuted = history.find((change) => change.transition === "refute");
    assert.ok(refuted && wall(refuted.at) >= "2026-11-25 16:20");
  }

  // 6
  async planWritten() {
    const { plan, gary, homeVisit } = this.known;
    const found = await this.has(plan, { state: "draft" });
    assert.match(found.number, /^P-2026-\d+$/);
    assert.equal(found.providers.length, 2);
    const asked = found.providers.find((row) => row.person === gary.id);
    assert.deepEqual([asked.accepted, asked.check_result], [false, "AGAINST"]);
    assert.ok(found.household.some((row) => row.leaves_home === true));
    assert.equal((await this.desk.read(homeVisit)).views.length, 2, "both views stand");
  }

  // 7
  async signed() {
    const { assessment, plan, children, renee, people, homeVisit } = this.known;
    const found = await this.has(plan, { state: "in_force", started_at: "2026-11-25 18:50", telephone_approved_by: renee.id, confirmed_at: null });
    assert.equal(found.signatures.length, 4);
    assert.equal(found.signatures.find((row) => row.name === "Jade Sorrell").own_line, "I will call Ruth first.");
    assert.equal(found.copies.find((row) => row.person === people.cole.id).hide_addresses, true);
    await this.has(homeVisit, { state: "done", ended_at: "2026-11-25 19:05" });
    await this.done(assessment, "I01", "2026-11-25 18:50", children.owen);
    await this.done(assessment, "I01D", "2026-11-25 18:50", children.owen);
  }

  // 8
  async nextDay() {
    const { plan, assessment, report, approvalCall, jonas, flambeauNotice } = this.known;
    const call = await this.has(approvalCall, { began_at: "2026-11-25 18:47", ended_at: "2026-11-25 18:50", created_by: jonas.id });
    assert.equal(day(call.created_at), "2026-11-26", "done one day, entered the next");
    assert.match((await this.has(plan, { started_at: "2026-11-25 18:50" })).confirmed_at, /^2026-11-26T09:30/);
    await this.running(assessment, "I02", "2026-11-25 18:50", "2026-11-30"); // two business days over Thanksgiving and a weekend
    const review = await this.clock(assessment, "I03");
    assert.equal(review.due_date ?? day(review.due), "2026-12-02");
    const told = await this.done(report, "A06", "2026-11-26 10:05"); // a holiday does not stop an hours clock
    assert.equal(wall(told.due), "2026-11-26 13:20");
    await this.has(flambeauNotice, { state: "acknowledged", acknowledged_by: "Carla Denning" });
  }

  // 9
  async firstReview() {
    const { assessment, plan, circumstances, reviewVisit, firstReview, children } = this.known;
    const scan = await this.clock(assessment, "I02");
    assert.deepEqual([scan.state, wall(scan.done_at)], ["done", "2026-11-27 11:00"]);
    const visit = await this.has(reviewVisit, { state: "done", began_at: "2026-12-02 15:45", ended_at: "2026-12-02 16:35" });
    assert.deepEqual(visit.children.map((row) => row.child).sort(), Object.values(children).map(({ id }) => id).sort(), "one visit for three");
    const { questions } = await this.desk.read(circumstances);
    assert.deepEqual(questions.map((row) => [row.answer, row.answer_why, row.answer_asked]), [
      [null, "could_not_be_obtained", "Dana and Ruth"], [null, "could_not_be_obtained", "Dana"],
    ]);
    await this.has(firstReview, { plan: plan.id, result: "ADEQUATE" });
    await this.nextReview("2026-12-09");
  }

  async nextReview(on) {
    const review = (await this.desk.clocks(this.known.assessment)).filter((clock) => clock.id === "I03" && clock.state === "running");
    assert.deepEqual(review.map((clock) => clock.due_date ?? day(clock.due)), [on], "one review is due");
  }

  // 10
  async secondReport() {
    const { report, second, secondNotice, assessment, eveningVisit, dangerAgain, plan, amended, renee } = this.known;
    const found = await this.has(second, { state: "screened_in", received_at: "2026-12-04 15:40", joins_assessment: assessment.id });
    assert.notEqual(found.number, (await this.desk.read(report)).number, "joined, and not merged");
    assert.deepEqual((await this.desk.all("assessment", `&report=${second.id}`)).length, 0, "no second assessment");
    const told = await this.done(second, "A04", "2026-12-04 16:05");
    assert.equal(wall(told.due), "2026-12-07 03:40", "twelve hours without the weekend");
    await this.done(second, "A02", "2026-12-04 18:10");
    await this.has(secondNotice, { told_at: "2026-12-04 16:05" });
    const reasons = (await this.desk.history(second)).filter((change) => change.verb === "correct").map((change) => change.reason);
    assert.deepEqual(reasons, ["The telephone shows 15:41", "15:41 was the end of the ringing"], "each correction with its reason");
    await this.has(eveningVisit, { state: "done", began_at: "2026-12-04 18:10" });
    await this.has(dangerAgain, { state: "concluded", moment: "NEW_REPORT" });
    await this.has(plan, { state: "ended", end_reason: "REPLACED_BY_AMENDED_PLAN", ended_at: "2026-12-04 19:31" });
    const now = await this.has(amended, { state: "in_force", started_at: "2026-12-04 19:31", approved_by: renee.id });
    assert.equal(now.signatures.length, 3, "signed again");
    assert.equal(now.providers.length, 2, "it began with what the plan before said");
    await this.nextReview("2026-12-09"); // amending did not restart it
  }

  // 11
  async onLeave() {
    const { assessment, jonas, elena, handOver } = this.known;
    assert.equal(handOver.items.find((item) => item.id === assessment.id).state, "moved");
    const found = await this.has(assessment, { worker: elena.id });
    const rows = (worker) => found.assignments.filter((row) => row.worker === worker.id);
    assert.deepEqual(rows(jonas).map((row) => row.until_why), ["On leave since this morning"]);
    assert.ok(rows(elena).some((row) => !row.until_at));
    const due = (await this.desk.done(await this.story.as("elena").api.get("/clocks"), 200, "her clocks")).items;
    assert.ok(due.some((clock) => clock.id === "I03" && clock.due_date?.startsWith("2026-12-09")), "the review is on her day");
    const session = await this.story.hearth.signIn("elena");
    const page = async (path) => (await (await session.fetch(path)).text()).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    assert.match(await page("/my-day"), /Left by Jonas Webb: Sorrell family, before the review/);
    const sheet = await page(`/hand-over/${handOver.id}`);
    for (const words of ["Jonas Webb", "Elena Voss", found.number, "On leave since this morning"]) assert.ok(sheet.includes(words), words);
  }

  // 12
  async unlinked() {
    const { report, link, earlier, dangerSchool, dangerHome, renee, elena, secondReview } = this.known;
    await this.has(secondReview, { result: "REPLACE_WITH_SAFETY_PLAN" });
    await this.nextReview("2026-12-16");
    await this.has(link, { state: "unlinked", unlinked_by: elena.id, unlinked_at: "2026-12-09 17:20" });
    const { items } = await this.desk.done(await this.desk.api.get(`/related_report/${link.id}/decisions`), 200, "who relied on it");
    assert.ok(items.some((one) => one.id === report.id && one.transition === "screen_in" && one.by === renee.id), JSON.stringify(items));
    for (const judged of [report, dangerSchool, dangerHome]) {
      const found = await this.has(judged, { reconfirmed_at: "2026-12-10 09:00", reconfirmed_by: renee.id });
      assert.ok(found.reconfirm_note.length > 0);
    }
    // The other family's record shows who read it by mistake.
    const session = await this.story.hearth.signIn("edda");
    await this.looked(session, earlier, ["Alma Lindqvist"]);
  }

  // What was opened in the last minute may still be on its way to the log.
  async looked(session, record, names) {
    const page = async () => (await session.fetch(`/record/${record.entity}/${record.id}/who-looked`)).text();
    for (let tries = 0; ; tries++) {
      const words = await page();
      if (names.every((name) => words.includes(name))) return;
      assert.ok(tries < 60, `${names} of ${record.entity}: ${words.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")}`);
      await new Promise((done) => setTimeout(done, 500));
    }
  }

  // 13
  async decided() {
    const { amended: plan, safetyPlan, decisions, violent, control, fearful, renee } = this.known;
    for (const threat of [violent, control]) await this.has(threat, { state: "concluded", result: "MET" });
    await this.has(fearful, { state: "concluded", result: "BELOW" });
    for (const decision of Object.values(decisions)) {
      await this.has(decision, { state: "approved", decision: "UNSAFE_IN_HOME", approved_by: renee.id });
    }
    const found = await this.has(safetyPlan, { state: "in_force", started_at: "2026-12-15 15:40" });
    assert.ok(found.signatures.some((row) => row.role === "TRIBE"), "the tribal worker was at the table");
    await this.has(plan, { state: "ended", end_reason: "REPLACED_BY_SAFETY_PLAN", replaced_by: safetyPlan.id, ended_at: "2026-12-15 15:40" });
  }

  // 14, 15 and later
  async closed() {
    const { assessment, found, poverty, substantiation, transition, check, renee } = this.known;
    await this.has(assessment, { state: "closed", outcome: "OPEN_VOLUNTARY" });
    const determination = await this.clock(assessment, "I05"); // day 60 is a Sunday and does not move
    assert.deepEqual([determination.state, determination.due_date ?? day(determination.due)], ["done", "2027-01-24"]);
    await this.has(found, { state: "approved", result: "SUBSTANTIATED", approved_by: renee.id });
    await this.has(poverty, { state: "approved", result: "UNSUBSTANTIATED", poverty: "POVERTY_ALONE" });
    await this.has(this.known.case, { state: "open", worker: this.known.salma.id });
    await this.has(transition, { state: "held" });
    await this.has(substantiation, { state: "review_asked", request_received_on: "2027-01-22" });
    const sent = await this.clock(substantiation, "I08");
    assert.equal(sent.due_date ?? day(sent.due), "2027-02-06");
    const review = await this.clock(substantiation, "I09");
    assert.equal(review.due_date ?? day(review.due), "2027-03-08");
    await this.has(check, { state: "answered", final_findings: 0 });
  }

  // 15: Dana asks who looked, and the privacy officer answers from the log.
  async whoLookedAtDana() {
    await this.looked(await this.story.hearth.signIn("theo"), this.known.people.dana, ["Jonas Webb"]);
  }

  // 16: each decision as it was known then and as it is now.
  async thenAndNow() {
    const { report, plan } = this.known;
    const asOf = async (record, at) => this.desk.done(
      await this.desk.api.get(`/${record.entity}/${record.id}?as_of=${encodeURIComponent(instant(at))}`), 200, `as of ${at}`);
    const then = await asOf(report, "2026-11-25 13:59");
    assert.deepEqual([then.state, then.earlier_when_screened_in, then.reconfirmed_at], ["screened_in", 1, null]);
    assert.equal(then.participants.find((row) => row.given_name === "Cole").relation_as_said, "father");
    assert.equal(wall((await this.desk.read(report)).reconfirmed_at), "2026-12-10 09:00");
    const decided = await asOf(plan, "2026-11-25 20:00");
    assert.deepEqual([decided.state, decided.confirmed_at], ["in_force", null]);
    assert.equal((await this.desk.read(plan)).state, "ended");
  }

  // Each partner has their own exchange and nothing else of the family.
  async partnersHaveTheirOwn() {
    const { known } = this;
    const [carla, marlene] = [this.story.as("carla"), this.story.as("marlene")];
    for (const desk of [marlene, carla]) {
      for (const record of [known.report, known.second, known.assessment, known.plan, known.reporter, known.people.tessa, known.schoolContact]) {
        assert.notEqual(await desk.status(record), 200, `${desk.login} reads ${record.entity}`);
      }
    }
    for (const child of [known.people.owen, known.people.jade]) assert.equal(await carla.status(child), 200);
    const notices = async (desk) => (await desk.all("notification")).map((notice) => notice.id);
    const ours = [known.policeNotice.id, known.secondNotice.id];
    const read = await notices(marlene);
    for (const id of ours) assert.ok(read.includes(id));
    assert.ok(!read.includes(known.flambeauNotice.id) && !read.includes(known.boisForteNotice.id));
    const told = await notices(carla);
    assert.ok(told.includes(known.flambeauNotice.id));
    for (const id of [...ours, known.boisForteNotice.id]) assert.ok(!told.includes(id));
  }

  // Rows are sealed every few seconds; nothing may ever be broken on the way.
  async chainVerifies() {
    const { hearth } = this.story;
    for (let tries = 0; ; tries++) {
      const words = hearth.run("audit", "verify", "--data", hearth.data);
      const [valid, expunged, unsealed, broken] = /(\d+) valid, (\d+) expunged, (\d+) unsealed, (\d+) broken/.exec(words).slice(1).map(Number);
      assert.deepEqual([expunged, broken], [0, 0], words);
      if (unsealed === 0 && valid > 100) return;
      assert.ok(tries < 30, words);
      await new Promise((done) => setTimeout(done, 500));
    }
  }

  async audited() {
    await this.whoLookedAtDana();
    await this.thenAndNow();
    await this.partnersHaveTheirOwn();
    await this.chainVerifies();
  }

  // The other way
  async inCustody() {
    const { plan, custody, assessment, homeVisit, people } = this.known;
    await this.has(plan, { state: "declined", declined_by: "Dana Sorrell" });
    const found = await this.has(custody, { state: "authorized", held_at: "2026-11-25 19:15", recorded_at: "2026-11-25 19:40" });
    assert.match(found.number, /^C-2026-\d+$/);
    assert.equal(found.notices.length, 2);
    const hearing = await this.clock(assessment, "C01"); // 48 hours without the holiday and the weekend
    assert.deepEqual([wall(hearing.start), wall(hearing.due)], ["2026-11-25 19:15", "2026-11-30 19:15"]);
    const removal = await this.clock(assessment, "W03");
    assert.equal(removal.due_date ?? day(removal.due), "2026-12-25"); // 30 days; a holiday does not move it
    await this.has(homeVisit, { state: "done", ended_at: "2026-11-25 19:45" });
    assert.ok(people.jade);
  }
}
