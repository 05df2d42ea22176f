// People at work on one Hearth, for the story told through the JSON API: who does what at which minute.
import assert from "node:assert/strict";

// "2026-11-25 13:20" of the county as an instant. The story lies in two winters and one March morning
// after daylight saving began.
export const instant = (local) => `${local.replace(" ", "T")}:00${summer(local) ? "-05:00" : "-06:00"}`;
const summer = (local) => local >= "2024-03-10 03:00" && local < "2024-11-03 02:00";
// An answer of the API as the wall clock of the county showed it.
export const wall = (iso) => iso?.slice(0, 16).replace("T", " ") ?? null;

export class Story {
  constructor(hearth) {
    this.hearth = hearth;
    this.desks = new Map();
  }

  at(local) {
    this.hearth.setClock(instant(local));
  }

  // The desk of a worker, by sign-in name.
  as(login) {
    if (!this.desks.has(login)) this.desks.set(login, new Desk(this.hearth.api(login), login));
    return this.desks.get(login);
  }
}

export class Desk {
  constructor(api, login) {
    this.api = api;
    this.login = login;
  }

  async done(answer, status, what) {
    assert.equal(answer.status, status, `${this.login}: ${what}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async read({ entity, id }) {
    return this.done(await this.api.get(`/${entity}/${id}`), 200, `read ${entity}`);
  }

  // Looks at it, and does no more: the log of who looked says so.
  async open(record) {
    await this.read(record);
  }

  async create(entity, body) {
    return this.done(await this.api.call("POST", `/${entity}`, { body }), 201, `create ${entity}`);
  }

  // One who saves has just looked: the version is the one that is there.
  async change(method, record, path, body) {
    const { version } = await this.read(record);
    return this.api.call(method, `/${record.entity}/${record.id}${path}`, { body, version });
  }

  async save(record, body) {
    return this.done(await this.change("PATCH", record, "", body), 200, `save ${record.entity}`);
  }

  async take(record, transition, body = {}) {
    const answer = await this.change("POST", record, `/${transition}`, body);
    return this.done(answer, 200, `${transition} ${record.entity}`);
  }

  async correct(record, reason, body) {
    return this.take(record, "correct", { ...body, reason });
  }

  // What would move to another worker, with what stands in the way of each; and moving it, which the background does.
  async whatMoves(from, to) {
    return (await this.done(await this.api.get(`/worker/${from.id}/hand-over?to=${to.id}`), 200, "what moves")).items;
  }

  async handOver(from, to, reason) {
    const body = { to: to.id, reason };
    return this.handedOver((await this.done(await this.api.call("POST", `/worker/${from.id}/hand-over`, { body }), 201, "hand over")).id);
  }

  async handedOver(id) {
    for (let tries = 0; tries < 150; tries++) {
      const sheet = await this.done(await this.api.get(`/hand-over/${id}`), 200, "hand-over sheet");
      if (sheet.ended_at) return sheet;
      await new Promise((go) => setTimeout(go, 200));
    }
    assert.fail("the hand-over does not end");
  }

  // What is refused, with the rule's name or the field it is about, and words that the message says.
  refusal(answer, { rule, field, says, status }) {
    const told = `${this.login}: ${JSON.stringify(answer.body)}`;
    assert.ok(answer.status >= 400 && answer.status < 500, `not refused: ${told}`);
    if (status) assert.equal(answer.status, status, told);
    const fits = answer.body.problems.filter(
      (problem) => (!rule || problem.code === rule) && (!field || problem.field === field || problem.field.endsWith(`.${field}`)),
    );
    assert.ok(fits.length > 0, told);
    if (says) assert.ok(fits.some((problem) => problem.message.includes(says)), told);
    return answer.body;
  }

  async refusedCreate(entity, body, why) {
    return this.refusal(await this.api.call("POST", `/${entity}`, { body }), why);
  }

  async refusedSave(record, body, why) {
    return this.refusal(await this.change("PATCH", record, "", body), why);
  }

  async refused(record, transition, body, why) {
    return this.refusal(await this.change("POST", record, `/${transition}`, body), why);
  }

  async refusedCorrection(record, reason, body, why) {
    return this.refused(record, "correct", { ...body, reason }, why);
  }

  // All that this worker may read of an entity: by a reference ("?report=ID"), or by what it says.
  async all(entity, query = "") {
    const items = [];
    let cursor = "";
    do {
      const page = await this.api.get(`/${entity}?limit=200${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      await this.done(page, 200, `list ${entity}`);
      items.push(...page.body.items);
      cursor = page.body.next_cursor;
    } while (cursor);
    return items;
  }

  async one(entity, where) {
    const [field, value] = Object.entries(where)[0];
    const query = /^[0-9a-f-]{36}$/.test(value) ? `&${field}=${value}` : "";
    const found = (await this.all(entity, query)).filter((record) =>
      Object.entries(where).every(([name, wanted]) => record[name] === wanted),
    );
    assert.equal(found.length, 1, `${this.login}: ${found.length} of ${entity} with ${JSON.stringify(where)}`);
    return found[0];
  }

  async status({ entity, id }) {
    return (await this.api.get(`/${entity}/${id}`)).status;
  }

  async clocks({ entity, id }) {
    return (await this.done(await this.api.get(`/${entity}/${id}/clocks`), 200, "clocks")).items;
  }

  // Changes, oldest first, each with its content read.
  async history({ entity, id }) {
    const { items } = await this.done(await this.api.get(`/${entity}/${id}/history?limit=200`), 200, "history");
    return items.reverse().map((change) => ({ ...change, content: JSON.parse(change.content) }));
  }
}
