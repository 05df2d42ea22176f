// Another county takes part in an assessment under an agreement: before, during, after; the parts that were shared
// and the others; that county, the owner's, and everybody else's.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Story } from "../story/desk.mjs";
import { agree } from "./agreement.mjs";
import { Hearth } from "./hearth.mjs";

let hearth, owner, worker, stranger, ownerPages, workerPages, leadPages, assessment, contact, area, milwaukee, sides, courtesy;

const hire = async (ines, agency, given_name, login, role) => {
  const body = {
    given_name, family_name: "Novak", login, home_agency: agency,
    roles: [{ role, agency, begins_on: "2020-01-02" }],
    training: [{ kind: "PRE_SERVICE", completed_on: "2020-02-20", recorded_on: "2020-02-21" }],
  };
  const made = await ines.call("POST", "/worker", { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  hearth.setPassword(login);
};
const listed = async (api, entity) => (await api.get(`/${entity}?limit=200`)).body.items.map((one) => one.id);
const address = () => `/record/assessment/${assessment.id}/access`;
const offer = (pairs) => ownerPages.post(address(), pairs);
// Time goes on, and the background has begun or ended what it should.
const until = async (clock, holds) => {
  hearth.setClock(clock);
  for (let tries = 0; tries < 100 && !(await holds()); tries++) await new Promise((done) => setTimeout(done, 200));
  assert.ok(await holds(), `at ${clock}`);
};
const status = async (api, entity, id) => (await api.get(`/${entity}/${id}`)).status;

before(async () => {
  hearth = await Hearth.start();
  const ines = hearth.api("ines");
  const agencies = (await ines.get("/agency?limit=200")).body.items;
  milwaukee = agencies.find((one) => one.code === "079");
  const dane = agencies.find((one) => one.code === "025");
  await hire(ines, milwaukee.id, "Mira", "mira", "ASSESSMENT_WORKER");
  await hire(ines, milwaukee.id, "Sel", "sel", "SUPERVISOR");
  await hire(ines, dane.id, "Dorit", "dorit", "ASSESSMENT_WORKER");
  const marathon = agencies.find((one) => one.code === "073");
  sides = { writer: "renee", other: "sel", agency: marathon.id, otherAgency: milwaukee.id };
  courtesy = await agree(hearth, { ...sides, name: "Courtesy agreement of 2 March 2026", kinds: ["CONTACT", "INFORMATION_AREA"] });
  [owner, worker, stranger] = ["jonas", "mira", "dorit"].map((login) => hearth.api(login));
  ownerPages = await hearth.signIn("renee");
  workerPages = await hearth.signIn("mira");
  leadPages = await hearth.signIn("sel"); // who may share for Milwaukee
  const { body: { items } } = await owner.get("/assessment?limit=200");
  assessment = items.find((one) => one.state === "open" && one.assignments.some((row) => row.worker === one.worker));
  const body = { assessment: assessment.id, began_at: "2026-11-25T07:10", kind: "TELEPHONE", made: true, summary: "The aunt in Milwaukee called." };
  const made = await owner.call("POST", "/contact", { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  contact = made.body;
  area = (await owner.get(`/information_area?limit=200&assessment=${assessment.id}`)).body.items[0];
  assert.ok(area, "an information area to leave out");
});
after(() => hearth?.stop());

test("before: nobody elsewhere reads it, and only a supervisor of the owner may offer it", async () => {
  assert.equal(await status(worker, "assessment", assessment.id), 403);
  assert.equal(await status(worker, "contact", contact.id), 403);
  const jonas = await hearth.signIn("jonas");
  const page = await (await jonas.fetch(address())).text();
  assert.doesNotMatch(page, /Let another agency take part/);
  const refused = await jonas.post(address(), { agency: milwaukee.id, parts: "contact", agreement: courtesy.id, to: "2026-12-31" });
  assert.equal(refused.status, 403);
  assert.equal((await workerPages.fetch(address())).status, 403);
  assert.equal((await workerPages.post(address(), { agency: milwaukee.id, parts: "contact", agreement: courtesy.id, to: "2026-12-31" })).status, 403);
});

test("what an offer lacks is said, and what was chosen stays chosen", async () => {
  const answer = await offer({ agency: milwaukee.id, how: "works", parts: "contact", to: "2026-12-31" });
  assert.equal(answer.status, 422);
  const page = await answer.text();
  assert.match(page, /Choose the agreement it is shared under/);
  assert.match(page, /value="contact" checked/);
  const none = await (await offer({ agency: milwaukee.id, agreement: courtesy.id, to: "2026-12-31" })).text();
  assert.match(none, /at least one part/);
  const past = await (await offer({ agency: milwaukee.id, parts: "contact", agreement: courtesy.id, to: "2026-11-01" })).text();
  assert.match(past, /over before it begins/);
  const odd = await offer({ agency: milwaukee.id, parts: "person", agreement: courtesy.id, to: "2026-12-31" });
  assert.equal(odd.status, 422);
});

test("offered: it stands on the other county's day with the owner's name, and opens nothing", async () => {
  const answer = await offer({ agency: milwaukee.id, how: "works", parts: "contact", agreement: courtesy.id,
    from: "2026-11-26", to: "2026-11-30" });
  assert.equal(answer.status, 303, await answer.text());
  const day = await (await leadPages.fetch("/my-day")).text();
  assert.match(day, /Offered/);
  assert.match(day, /from Marathon County[^<]*to work in: contacts; Courtesy agreement of 2 March 2026; until Mon 30 Nov 2026/);
  assert.ok(!day.includes(assessment.family_name), "no name before it is accepted");
  assert.equal(await status(worker, "assessment", assessment.id), 403);
  const dorit = await hearth.signIn("dorit");
  const accept = /\/given\/[0-9a-f-]+\/accept/.exec(day)[0];
  for (const [pages, code] of [[dorit, 404], [workerPages, 403]]) { // of another county; of theirs, without the right to share
    assert.doesNotMatch(await (await pages.fetch("/my-day")).text(), /Offered/);
    const refused = await pages.post(accept, {});
    assert.equal(refused.status, code);
    if (code === 403) assert.match(await refused.text(), /It is for: .*Supervisor.* Ask one of them/);
    assert.equal((await pages.post(accept.replace("accept", "end"), { reason: "No." })).status, code);
  }
  assert.equal((await ownerPages.post(accept, {})).status, 404, "the owner does not accept for them");
  assert.equal((await leadPages.post(accept, {})).status, 303);
  assert.equal((await leadPages.post(accept, {})).status, 409);
  assert.match(await (await workerPages.fetch("/my-day")).text(), /To come/);
  assert.equal(await status(worker, "assessment", assessment.id), 403);
});

test("during: exactly the parts, to work in, and nobody else", async () => {
  await until("2026-11-26T00:00:00-06:00", async () => (await status(worker, "assessment", assessment.id)) === 200);
  [workerPages, ownerPages] = [await hearth.signIn("mira"), await hearth.signIn("renee")]; // the others slept
  assert.equal(await status(worker, "contact", contact.id), 200);
  assert.equal(await status(worker, "information_area", area.id), 403);
  assert.equal(await status(stranger, "assessment", assessment.id), 403);
  assert.equal(await status(stranger, "contact", contact.id), 403);
  assert.ok((await listed(worker, "assessment")).includes(assessment.id));
  assert.ok((await listed(worker, "contact")).includes(contact.id));
  assert.ok(!(await listed(worker, "information_area")).includes(area.id));
  const day = await (await workerPages.fetch("/my-day")).text();
  assert.match(day, new RegExp(`${assessment.family_name}[^<]*Initial assessment A-`));
  assert.match(day, /from Marathon County/);
  const body = { assessment: assessment.id, began_at: "2026-11-25T16:00", kind: "FACE_TO_FACE", made: false, place: "FAMILY_HOME",
    attempt_note: "Nobody opened at the aunt's." };
  const made = await worker.call("POST", "/contact", { body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(await status(owner, "contact", made.body.id), 200);
  const elsewhere = await worker.call("POST", "/present_danger_assessment", { body: { assessment: assessment.id } });
  assert.equal(elsewhere.status, 403, JSON.stringify(elsewhere.body));
  const root = (await worker.get(`/assessment/${assessment.id}`)).body;
  const closing = await worker.call("POST", `/assessment/${assessment.id}/close`, { body: {}, version: root.version });
  assert.ok([403, 422].includes(closing.status), `${closing.status}`);
  const page = await (await workerPages.fetch(`/work/assessment/${assessment.id}`, { redirect: "follow" })).text();
  assert.ok(page.includes(assessment.family_name));
  assert.match(hearth.run("access", "explain", "mira", "contact", contact.id, "--data", hearth.data), /May read it \(assessment_worker: participant\).*participant of Division of Milwaukee Child Protective Services \(contact only\)/);
});

test("the page says who may see it and why, also to whom it was given", async () => {
  const page = await (await ownerPages.fetch(address())).text();
  assert.match(page, /Marathon County/);
  assert.match(page, /of their own agency/);
  assert.match(page, /in which they take part/);
  assert.match(page, /Courtesy agreement of 2 March 2026/);
  assert.match(page, /Renee Okafor/);
  const history = await (await ownerPages.fetch(`/record/assessment/${assessment.id}/history`)).text();
  assert.match(history, /Offered it to another agency/);
  assert.match(history, /Accepted to take part/);
  assert.equal((await ownerPages.fetch(`/record/contact/${contact.id}/access`)).status, 404);
});

test("after: its last day passes, and it is closed everywhere", async () => {
  await until("2026-12-01T00:00:00-06:00", async () => (await status(worker, "assessment", assessment.id)) === 403);
  assert.equal(await status(worker, "contact", contact.id), 403);
  assert.ok(!(await listed(worker, "contact")).includes(contact.id));
  for (const login of ["mira", "sel"]) {
    const day = await (await (await hearth.signIn(login)).fetch("/my-day")).text();
    assert.doesNotMatch(day, /Courtesy agreement/, login);
  }
});

test("either side ends it, and a reader only reads", async () => {
  [ownerPages, leadPages] = [await hearth.signIn("renee"), await hearth.signIn("sel")];
  for (const side of ["owner", "other"]) {
    const answer = await offer({ agency: milwaukee.id, how: "reads", parts: "information_area", agreement: courtesy.id, to: "2026-12-31" });
    assert.equal(answer.status, 303, await answer.text());
    const day = await (await leadPages.fetch("/my-day")).text();
    const accept = /\/given\/[0-9a-f-]+\/accept/.exec(day)[0];
    const end = accept.replace("accept", "end");
    assert.equal((await leadPages.post(accept, {})).status, 303);
    assert.equal(await status(worker, "information_area", area.id), 200);
    assert.equal(await status(worker, "contact", contact.id), 403);
    const { body } = await worker.get(`/information_area/${area.id}`);
    const change = await worker.call("PATCH", `/information_area/${area.id}`, { body: { known: "Theirs" }, version: body.version });
    assert.equal(change.status, 403, JSON.stringify(change.body));
    const dorit = await hearth.signIn("dorit");
    assert.equal((await dorit.post(end, { reason: "mine" })).status, 404);
    const pages = side === "owner" ? ownerPages : leadPages;
    assert.equal((await pages.post(end, { reason: "" })).status, 422);
    assert.equal((await pages.post(end, { reason: "The family moved." })).status, 303);
    assert.equal(await status(worker, "information_area", area.id), 403);
    assert.equal(await status(worker, "assessment", assessment.id), 403);
  }
});

test("shared under an agreement that ends: it ends too, and nothing begins under it", async () => {
  const terms = { agency: milwaukee.id, how: "reads", parts: "contact", agreement: courtesy.id, to: "2026-12-31" };
  assert.equal((await offer(terms)).status, 303);
  const accept = /\/given\/[0-9a-f-]+\/accept/.exec(await (await leadPages.fetch("/my-day")).text())[0];
  assert.equal((await leadPages.post(accept, {})).status, 303);
  assert.equal(await status(worker, "contact", contact.id), 200);
  const choices = await (await ownerPages.fetch(address())).text();
  assert.ok(choices.includes(`<option value="${courtesy.id}"`), "it can be chosen");
  await new Story(hearth).as("sel").take(courtesy, "end", { end_reason: "Counsel wants another one." });
  assert.equal(await status(worker, "contact", contact.id), 403);
  assert.match(await (await ownerPages.fetch(address())).text(), /The agreement has ended/);
  const page = await (await offer(terms)).text();
  assert.match(page, /This agreement is not in force: both agencies have to sign it/);
  assert.ok(!page.includes(`<option value="${courtesy.id}"`), "and is offered no more");
  const history = await (await ownerPages.fetch(`/record/assessment/${assessment.id}/history`)).text();
  assert.match(history, /Courtesy agreement of 2 March 2026/);
  courtesy = await agree(hearth, { ...sides, name: "Second courtesy agreement", kinds: ["ASSESSMENT"] });
});

test("what is sealed is on nobody's day there, and is not accepted any more", async () => {
  const terms = { agency: milwaukee.id, how: "reads", parts: "contact", to: "2026-12-31" };
  const day = async () => (await leadPages.fetch("/my-day")).text();
  assert.equal((await offer({ ...terms, agreement: courtesy.id })).status, 303);
  const accept = /\/given\/[0-9a-f-]+\/accept/.exec(await day())[0];
  assert.equal((await leadPages.post(accept, {})).status, 303);
  assert.equal((await offer({ ...terms, agreement: courtesy.id })).status, 303);
  const offered = /\/given\/[0-9a-f-]+\/accept/.exec(await day())[0];
  const renee = hearth.api("renee");
  const { version } = (await renee.get(`/assessment/${assessment.id}`)).body;
  const body = { basis: "48.396; order of 4 December", reason: "The court ordered it." };
  const sealed = await renee.call("POST", `/assessment/${assessment.id}/seal`, { version, body });
  assert.equal(sealed.status, 200, JSON.stringify(sealed.body));
  for (const login of ["mira", "sel"]) {
    const page = await (await (await hearth.signIn(login)).fetch("/my-day")).text();
    assert.doesNotMatch(page, /Second courtesy/, login);
  }
  assert.equal((await leadPages.post(offered, {})).status, 404);
  assert.equal((await leadPages.post(accept.replace("accept", "end"), { reason: "No." })).status, 404);
});
