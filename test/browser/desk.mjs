// The same desk as test/story/desk.mjs, worked at in a browser: what the story makes, saves and takes is typed
// and pressed on the pages. Reading stays with the API, so that both tellings are held against one record.
import assert from "node:assert/strict";
import { Desk, Story } from "../story/desk.mjs";
import { axeViolations, open, sidewaysScroll, signIn } from "./browser.mjs";

// Where a kind of record is worked on: workspace, step, and the field that leads to what it belongs to.
const places = {
  access_report: ["intake", "call"],
  notification: ["intake", "notices", "report"],
  related_report: ["intake", "earlier", "report"],
  assessment: ["assessment", "family"],
  assessment_adult: ["assessment", "adults", "assessment"],
  contact: ["assessment", "contacts", "assessment"],
  information_area: ["assessment", "information", "assessment"],
  present_danger_assessment: ["assessment", "present_danger", "assessment"],
  protective_plan: ["assessment", "protective_plan", "assessment"],
  protective_plan_review: ["assessment", "plan_reviews", "assessment"],
  impending_danger: ["assessment", "threats", "assessment"],
  capacity_assessment: ["assessment", "capacities", "assessment"],
  safety_analysis: ["assessment", "safety_analysis", "assessment"],
  determination: ["assessment", "determinations", "assessment"],
  transition_meeting: ["case", "transition", "family_case"],
  reporter_feedback: ["intake", "reporter_told", "report"],
  safety_plan: ["assessment", "safety_plan", "assessment"],
  safety_decision: ["assessment", "safety_decision", "assessment"],
  temporary_custody: ["assessment", "custody", "assessment"],
  active_effort: ["assessment", "active_efforts", "assessment"],
  person: ["person", "person"],
  tribal_inquiry: ["person", "heritage", "person"],
};

export class BrowserStory extends Story {
  constructor(hearth, browser, { javaScriptEnabled = true } = {}) {
    super(hearth);
    this.browser = browser;
    this.scripts = javaScriptEnabled;
    this.pages = [];
    this.looked = new Set();
    this.findings = [];
  }

  as(login) {
    if (!this.desks.has(login)) this.desks.set(login, new BrowserDesk(this, this.hearth.api(login), login));
    return this.desks.get(login);
  }

  async page(login) {
    const page = await open(this.browser, { javaScriptEnabled: this.scripts });
    page.setDefaultTimeout(20000);
    await signIn(page, this.hearth.url, login);
    this.pages.push(page);
    return page;
  }
}

// Pages of one kind, refused or not, are looked at once.
const kindOf = (url, refused) => new URL(url).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID") + (refused ? ", refused" : "");

class BrowserDesk extends Desk {
  constructor(story, api, login) {
    super(api, login);
    this.story = story;
  }

  // Signs in again when the session is over, as a worker would who comes back from the road.
  async go(path) {
    this.page ??= await this.story.page(this.login);
    this.used = new Set(); // rows that a draft brings back are there to be answered
    await this.page.goto(this.story.hearth.url + path);
    if (this.page.url().includes("/sign-in")) {
      await signIn(this.page, this.story.hearth.url, this.login);
      await this.page.goto(this.story.hearth.url + path);
    }
    assert.ok(!this.page.url().includes("/sign-in"), `${this.login} is signed in`);
    await this.lookOver();
  }

  // axe needs scripts; what it finds and what scrolls sideways on a phone is told at the end.
  async lookOver() {
    const { looked, findings, scripts } = this.story;
    if (!scripts) return;
    const kind = kindOf(this.page.url(), (await this.page.locator("#faults").count()) > 0);
    if (looked.has(kind)) return;
    looked.add(kind);
    await this.settled();
    for (const violation of await axeViolations(this.page)) findings.push(`${kind}: ${violation}`);
    await this.page.setViewportSize({ width: 375, height: 800 });
    const sideways = await sidewaysScroll(this.page);
    if (sideways > 0) findings.push(`${kind}: scrolls sideways by ${sideways} px at 375`);
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }

  // ---- the acts of the story ----

  async open({ entity, id }) {
    await this.go(`/record/${entity}/${id}`);
  }

  async create(entity, body) {
    if (entity === "access_report") return this.takeACall(body);
    if (entity === "reporter") return this.noteTheCaller(body);
    if (entity === "person") return this.newPerson(body);
    if (!places[entity]) return super.create(entity, body);
    const { path, query, rest } = this.newMember(entity, body);
    await this.go(path);
    await this.answer(rest);
    await this.press("Save");
    await this.saved(`create ${entity}`);
    return (await this.api.get(`/${entity}?limit=1&${query}`)).body.items[0];
  }

  newMember(entity, body) {
    const [workspace, step, parent] = places[entity];
    const { [parent]: id, ...rest } = body;
    return { path: `/work/${workspace}/${id}/${step}/new`, query: `${parent}=${id}`, rest };
  }

  async save(record, body) {
    if (!places[record.entity]) return super.save(record, body);
    await this.go(await this.pathOf(record));
    await this.answerRowsByRows(record, body);
    await this.press("Save");
    await this.saved(`save ${record.entity}`);
    return this.read(record);
  }

  async pathOf(record) {
    const [workspace, step, parent] = places[record.entity];
    if (!parent) return `/work/${workspace}/${record.id}/${step}`;
    const { [parent]: root } = await this.read(record);
    return `/work/${workspace}/${root}/${step}/${record.id}`;
  }

  async take(record, transition, body = {}) {
    await this.go(`/record/${record.entity}/${record.id}/do/${transition}`);
    await this.answer(body);
    await this.pressStep();
    await this.saved(`${transition} ${record.entity}`);
    return this.read(record);
  }

  async correct(record, reason, body) {
    await this.correcting(record, reason, body);
    await this.saved(`correct ${record.entity}`);
    return this.read(record);
  }

  async correcting(record, reason, body) {
    await this.go(`/record/${record.entity}/${record.id}?correct=${places[record.entity][0]}`);
    await this.answer(body);
    await this.page.locator("[name=correct_reason]").fill(reason);
    await this.pressStep();
  }

  // The page shows what the other one carries already before anything moves.
  async handOver(from, to, reason) {
    await this.go(`/worker/${from.id}/hand-over`);
    await this.page.locator("select[name=to]").selectOption(to.id);
    await (this.story.scripts ? this.settled() : this.sent(() => this.page.locator("button[name=update]").first().click()));
    assert.match(await this.page.locator("main").innerText(), new RegExp(to.given_name));
    await this.page.locator("[name=reason]").fill(reason);
    await this.pressStep();
    return this.handedOver(/\/hand-over\/([0-9a-f-]{36})/.exec(this.page.url())[1]);
  }

  // ---- refusals: the page says why, and nothing is saved ----

  async refusedCreate(entity, body, why) {
    const { path, rest } = this.newMember(entity, body);
    await this.go(path);
    await this.answer(rest);
    await this.press("Save");
    return this.refusedOnPage(why);
  }

  async refusedSave(record, body, why) {
    const { version } = await this.read(record);
    await this.go(await this.pathOf(record));
    await this.answer(body);
    await this.press("Save");
    await this.refusedOnPage(why);
    assert.equal((await this.read(record)).version, version, "nothing was saved");
  }

  async refusedCorrection(record, reason, body, why) {
    await this.correcting(record, reason, body);
    await this.refusedOnPage(why);
  }

  // A step that one may not take is not offered; the one who sends it all the same is told why by the API.
  async refused(record, transition, body, why) {
    await super.refused(record, transition, body, why);
    await this.go(`/record/${record.entity}/${record.id}/do/${transition}`);
    const words = await this.page.locator("main").innerText();
    assert.ok(words.length > 20);
  }

  async refusedOnPage({ says }) {
    const faults = this.page.locator("#faults");
    assert.equal(await faults.count(), 1, `${this.login}: not refused at ${this.page.url()}`);
    const words = await faults.innerText();
    if (says) assert.ok(words.includes(says), words);
  }

  async saved(what) {
    const faults = this.page.locator("#faults");
    const told = (await faults.count()) > 0 ? await faults.innerText() : "";
    assert.equal(told, "", `${this.login}: ${what}: ${told}`);
  }

  async press(name) {
    await this.sent(() => this.page.locator(".save-bar, .actions").getByRole("button", { name, exact: true }).first().click());
  }

  // The button of a step's own page.
  async pressStep() {
    await this.sent(() => this.page.locator(".step__actions button[type=submit]:not([name])").click());
  }

  async sent(act) {
    await Promise.all([this.page.waitForNavigation(), act()]);
    await this.lookOver();
  }

  // ---- the special ways in ----

  async takeACall(body) {
    await this.go("/start/intake");
    await this.sent(() => this.page.getByRole("button", { name: /take a call/i }).first().click());
    const id = /\/work\/intake\/([0-9a-f-]{36})/.exec(this.page.url())[1];
    return this.save({ entity: "access_report", id }, body);
  }

  async noteTheCaller({ report, ...body }) {
    await this.go(`/work/intake/${report}/call`);
    const shown = this.page.locator('[name^="reporter/"]');
    assert.ok((await shown.count()) > 0, "the caller is asked about beside the call");
    const asked = { ...body };
    delete asked.fears; // not on the short form
    await this.answer(asked, "reporter/");
    await this.press("Save");
    await this.saved("the caller");
    return (await this.api.get(`/reporter?limit=1&report=${report}`)).body.items[0];
  }

  async newPerson(body) {
    await this.go("/start/person");
    await this.answer(body);
    await this.sent(() => this.page.locator("main form").last().locator("button[type=submit]:not([name])").last().click());
    await this.saved("new person");
    return (await this.api.get("/person?limit=1")).body.items[0];
  }

  // ---- typing ----

  // Rows that other rows name ("+1") must be there first.
  async answerRowsByRows(record, body) {
    const naming = Object.entries(body).filter(([, value]) => JSON.stringify(value).includes('"+'));
    const plain = Object.fromEntries(Object.entries(body).filter(([name]) => !naming.some(([other]) => other === name)));
    await this.answer(plain);
    if (naming.length === 0) return;
    await this.press("Save");
    await this.saved("rows that others name");
    const { participants } = await this.read(record);
    const named = JSON.stringify(Object.fromEntries(naming)).replace(/"\+(\d+)"/g, (_, n) => `"${participants[n - 1].id}"`);
    await this.answer(JSON.parse(named));
  }

  async answer(body, prefix = "") {
    let left = [];
    for (const [name, value] of Object.entries(body)) {
      if (Array.isArray(value) && typeof value[0] === "object") {
        for (const row of value) left.push(...(await this.row(prefix + name, row)));
      } else {
        left.push([prefix + name, value]);
      }
    }
    // Files last: a page that follows forgets what was chosen. What hangs on another answer comes then.
    const isFile = ([, value]) => String(value).startsWith("data:");
    const files = left.filter(isFile);
    left = left.filter((pair) => !isFile(pair));
    for (let round = 0; round < 4 && left.length > 0; round++) {
      if (round > 0) await this.follow();
      left = await this.fillAll(left);
    }
    if (!(await this.areAsked(files))) await this.follow();
    left.push(...(await this.fillAll(files)));
    assert.deepEqual(left.map(([name]) => name), [], `${this.login} finds no place for it at ${this.page.url()}`);
  }

  async areAsked(pairs) {
    for (const [name] of pairs) if ((await this.page.locator(`[name="${name}"]`).count()) === 0) return false;
    return true;
  }

  // Without scripts what hangs on an answer is asked for; with them it comes by itself.
  async follow() {
    if (this.story.scripts) return this.settled();
    await this.sent(() => this.page.locator("button[name=update]").first().click());
  }

  // Parts of the page that are on their way have come.
  async settled() {
    if (!this.story.scripts) return;
    await this.page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling"));
  }

  // A cell of a grid is a row: what it says besides is asked when it is ticked.
  async cell(list, fields) {
    const names = await this.page.locator(`#f-${list} input[type=checkbox]`).evaluateAll((boxes, wanted) =>
      boxes.filter((box) => Object.values(wanted).includes(box.value)).map((box) => box.name), fields);
    for (const name of names) {
      const key = /\[(.+)\]/.exec(name)[1];
      const line = await this.page.locator(`input[type=hidden][name="${list}[${key}].child"]`).getAttribute("value");
      if (line !== fields.child) continue;
      await this.tick(this.page.locator(`[name="${name}"]`).first());
      await this.settled();
      const { child, type, ...rest } = fields;
      assert.ok(child && type);
      return Object.entries(rest).map(([field, value]) => [`${list}[${key}].${field}`, value]);
    }
    return [[list, fields]];
  }

  async row(list, { id, ...fields }) {
    let key = id;
    if (!key && (await this.page.locator(`#f-${list.replace(/\W/g, "-")}.grid-list`).count()) > 0) return this.cell(list, fields);
    if (!key) {
      const holder = this.page.locator(`[data-rows="${list}"]`);
      await this.unfold(holder);
      const before = await holder.locator(":scope > .rows__list > .rows__row").evaluateAll((rows) => rows.map((row) => row.dataset.row));
      const empty = before.find((one) => one.startsWith("+") && !this.used.has(`${this.page.url()} ${list} ${one}`));
      if (!empty) {
        const press = () => holder.locator("button[name=add_row]").click();
        await (this.story.scripts ? press() : this.sent(press));
      }
      const now = await holder.locator(":scope > .rows__list > .rows__row").evaluateAll((rows) => rows.map((row) => row.dataset.row));
      key = empty ?? now.find((one) => !before.includes(one)) ?? now.at(-1);
      this.used.add(`${this.page.url()} ${list} ${key}`);
    }
    const pairs = Object.entries(fields).map(([name, value]) => [`${list}[${key}].${name}`, value]);
    const later = pairs.filter(([, value]) => String(value).startsWith("data:"));
    return [...(await this.fillAll(pairs.filter((pair) => !later.includes(pair)))), ...later];
  }

  async fillAll(pairs) {
    const left = [];
    for (const [name, value] of pairs) if (!(await this.fill(name, value))) left.push([name, value]);
    return left;
  }

  // Answers one control, whatever it is; false when it is not on the page (yet).
  async fill(name, value) {
    const text = value === true ? "yes" : value === false ? "no" : String(value);
    const controls = this.page.locator(`[name="${name}"]:not([type=hidden])`);
    if (text.startsWith("data:")) return this.give(name, text);
    if ((await controls.count()) === 0) return this.look(name, text);
    const kind = await this.unfold(controls.first());
    const refreshes = (await controls.first().getAttribute("data-refreshes")) !== null;
    if (kind === "radio" || kind === "checkbox") {
      for (const one of Array.isArray(value) ? value : [text]) {
        const box = this.page.locator(`[name="${name}"][value="${one}"]`).first();
        if ((await box.count()) === 0) return this.look(name, text);
        await this.tick(box);
      }
    } else if (kind === "select-one") {
      if ((await controls.locator(`option[value="${text}"]`).count()) === 0) return false;
      await controls.first().selectOption(text);
    } else {
      await controls.first().fill(text);
      if (refreshes) await controls.first().blur();
    }
    if (refreshes) await this.settled();
    return true;
  }

  // Opens all that a control is folded into, as one who looks for it would; says which kind it is.
  unfold(control) {
    return control.evaluate((one) => {
      for (let around = one.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
      return one.type;
    });
  }

  // The box itself is drawn by its label, which is what people press.
  async tick(box) {
    await this.unfold(box);
    if (await box.isChecked()) return;
    const id = await box.getAttribute("id");
    await this.page.locator(`label[for="${id}"]`).first().click();
  }

  // A person is looked for by name and chosen among those found.
  async look(name, id) {
    const words = this.page.locator(`[name="find:${name}"]`);
    if ((await words.count()) === 0) return false;
    const { display_name } = await this.read({ entity: "person", id });
    await this.unfold(words);
    await words.fill(display_name);
    const press = () => this.page.locator(`button[name=find][value="${name}"]`).click();
    await (this.story.scripts ? press() : this.sent(press));
    await this.tick(this.page.locator(`[name="${name}"][value="${id}"]`).first());
    await this.settled();
    return true;
  }

  // A file is chosen; a signature is drawn where there are scripts, and a picture of it chosen elsewhere.
  async give(name, url) {
    const file = this.page.locator(`input[type=file][name="${name}"]`);
    if ((await file.count()) > 0) {
      await this.unfold(file);
      await file.setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: Buffer.from(url.split(",")[1], "base64") });
      return true;
    }
    const drawn = this.page.locator(`input[type=hidden][name="${name}"]`);
    if ((await drawn.count()) === 0) return false;
    await this.unfold(drawn);
    const canvas = drawn.locator("xpath=ancestor::fieldset[1]").locator("canvas");
    await canvas.scrollIntoViewIfNeeded();
    const { x, y } = await canvas.boundingBox();
    await this.page.mouse.move(x + 20, y + 20);
    await this.page.mouse.down();
    for (let i = 1; i < 8; i++) await this.page.mouse.move(x + 20 + i * 15, y + 20 + (i % 2) * 25);
    await this.page.mouse.up();
    assert.match(await drawn.inputValue(), /^data:image\/png/, "the signature is drawn");
    return true;
  }
}
