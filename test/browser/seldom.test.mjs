// Pages that no link leads to until something seldom was done: axe finds nothing, at a desk and on a phone, and
// nothing scrolls sideways.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { agree } from "../http/agreement.mjs";
import { Hearth } from "../http/hearth.mjs";
import { axeViolations, launch, open, sidewaysScroll, signIn } from "./browser.mjs";

const law = { basis: "48.396(2), Marathon County 26JC0042, 3 November 2026", reason: "The court ordered it." };
let hearth, browser, renee, jonas, ines, workers, assessment, contact;

const made = async (api, entity, body) => {
  const answer = await api.call("POST", `/${entity}`, { body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
};
const verb = async (api, entity, id, name, body) => {
  const { body: { version } } = await api.get(`/${entity}/${id}`);
  const answer = await api.call("POST", `/${entity}/${id}/${name}`, { version, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
};
const all = async (api, path) => (await api.get(path)).body.items;

// Opens each page as a worker, at 1280 and at 375 px.
async function look(login, paths) {
  const page = await open(browser);
  await signIn(page, hearth.url, login);
  const problems = [];
  for (const path of paths) {
    await page.setViewportSize({ width: 1280, height: 900 });
    const response = await page.goto(hearth.url + path);
    assert.equal(response.status(), 200, path);
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      for (const violation of await axeViolations(page)) problems.push(`${path} at ${width}: ${violation}`);
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) problems.push(`${path}: scrolls sideways by ${sideways} px at ${width}`);
      if (process.env.HEARTH_SHOTS) {
        const name = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/\W+/g, "-");
        await page.screenshot({ path: `${process.env.HEARTH_SHOTS}/${login}${name}-${width}.png`, fullPage: true });
      }
    }
  }
  assert.deepEqual(problems, []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

before(async () => {
  hearth = await Hearth.start();
  browser = await launch();
  [renee, jonas, ines] = ["renee", "jonas", "ines"].map((login) => hearth.api(login));
  workers = Object.fromEntries((await all(renee, "/worker?limit=200")).map((one) => [one.login, one.id]));
  assessment = (await all(jonas, "/assessment?limit=200"))
    .find((one) => one.state === "open" && one.worker === workers.jonas);
  contact = await made(jonas, "contact", { assessment: assessment.id, began_at: "2026-11-25T07:10", kind: "TELEPHONE",
    made: true, summary: "The first account." });
});
after(async () => {
  await browser.close();
  await hearth.stop();
});

test("records as of a moment", { timeout: 300000 }, async () => {
  const then = "?as_of=2026-11-25T08:00";
  hearth.setClock("2026-11-25T08:30:00-06:00");
  const report = (await all(renee, "/access_report?limit=1"))[0];
  await look("renee", [`/record/assessment/${assessment.id}${then}`, `/record/contact/${contact.id}${then}`,
    `/record/access_report/${report.id}${then}`]);
});

test("sharing: offered, accepted, and the parts that are seen elsewhere", { timeout: 300000 }, async () => {
  const agencies = await all(ines, "/agency?limit=200");
  const milwaukee = agencies.find((one) => one.code === "079");
  await made(ines, "worker", { given_name: "Mira", family_name: "Novak", login: "mira", home_agency: milwaukee.id,
    roles: [{ role: "ASSESSMENT_WORKER", agency: milwaukee.id, begins_on: "2020-01-02" }],
    training: [{ kind: "PRE_SERVICE", completed_on: "2020-02-20", recorded_on: "2020-02-21" }] });
  await made(ines, "worker", { given_name: "Sel", family_name: "Novak", login: "sel", home_agency: milwaukee.id,
    roles: [{ role: "SUPERVISOR", agency: milwaukee.id, begins_on: "2020-01-02" }] });
  for (const login of ["mira", "sel"]) hearth.setPassword(login);
  const agreement = await agree(hearth, {
    writer: "renee", other: "sel", agency: assessment.agency, otherAgency: milwaukee.id, name: "Courtesy agreement of 2 March 2026", kinds: ["CONTACT"],
  });
  const address = `/record/assessment/${assessment.id}/access`;
  const owner = await hearth.signIn("renee");
  const offered = await owner.post(address, { agency: milwaukee.id, how: "works", parts: "contact",
    agreement: agreement.id, to: "2026-12-31" });
  assert.equal(offered.status, 303);
  await look("renee", [address]);
  await look("sel", ["/my-day", `/record/sharing_agreement/${agreement.id}`]);
  const [mira, sel] = [await hearth.signIn("mira"), await hearth.signIn("sel")];
  const [accept] = /\/given\/[0-9a-f-]+\/accept/.exec(await (await sel.fetch("/my-day")).text());
  assert.equal((await sel.post(accept, {})).status, 303);
  const seen = async () => (await mira.fetch(`/record/contact/${contact.id}`)).status === 200;
  for (let tries = 0; tries < 100 && !(await seen()); tries++) await new Promise((go) => setTimeout(go, 100));
  await look("mira", [`/record/assessment/${assessment.id}`, `/record/contact/${contact.id}`, address]);
});

test("a family of one's own: what was declared, and a record of it", { timeout: 300000 }, async () => {
  const [child] = await all(jonas, `/assessment_child?limit=1&assessment=${assessment.id}`);
  const conflict = await made(renee, "conflict", { worker: workers.elena, who: "My nephew", relation: "OTHER_RELATIVE", person: child.person });
  await look("renee", [`/record/conflict/${conflict.id}`]);
});

test("an emergency: asked for, opened, to be reviewed", { timeout: 300000 }, async () => {
  const lincoln = (await all(ines, "/agency?limit=200")).find((one) => one.code === "069");
  await made(ines, "worker", { given_name: "Hal", family_name: "Novak", login: "hal", home_agency: lincoln.id,
    roles: [{ role: "SUPERVISOR", agency: lincoln.id, begins_on: "2020-01-02" }] });
  hearth.setPassword("hal");
  await look("hal", [`/record/assessment/${assessment.id}/break-glass`]);
  const opened = await hearth.api("hal").call("POST", `/assessment/${assessment.id}/break-glass`, { body: { reason: "The child is here." } });
  assert.equal(opened.status, 201, JSON.stringify(opened.body));
  const review = `/record/emergency_access/${opened.body.emergency_access}`;
  await look("hal", [`/record/assessment/${assessment.id}`]);
  await look("theo", ["/my-day", "/list/emergency_to_review", review, `${review}/do/review`]);
});

test("adoptions, for who works on them", { timeout: 300000 }, async () => {
  const marathon = (await all(ines, "/agency?limit=200")).find((one) => one.code === "073");
  await made(ines, "worker", { given_name: "Ada", family_name: "Lorne", login: "ada", home_agency: marathon.id,
    roles: [{ role: "ADOPTION_WORKER", agency: marathon.id, begins_on: "2020-01-02" }] });
  hearth.setPassword("ada");
  const ada = hearth.api("ada");
  const born = await made(ada, "person", { given_name: "Wren", family_name: "Calloway", birth_date: "2019-03-04" });
  const now = await made(ada, "person", { given_name: "Ivy", family_name: "Stenmark", birth_date: "2019-03-04" });
  const adoption = await made(ada, "adoption", { born_as: born.id, adopted_as: now.id, decree_on: "2024-05-06",
    court_county: "MARATHON", court_file: "24 AD 17", note: "Sealed." });
  await look("ada", ["/my-day", "/list/adoptions", `/record/adoption/${adoption.id}`, `/record/person/${born.id}`]);
});

test("handing over: before, what is in the way, and the sheet", { timeout: 300000 }, async () => {
  const path = `/worker/${workers.jonas}/hand-over`;
  await look("renee", [path, `${path}?to=${workers.pia}`, `${path}?to=${workers.elena}`]);
  const asked = await renee.call("POST", path, { body: { to: workers.elena, reason: "Leaves the agency." } });
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  const done = async () => (await renee.get(`/hand-over/${asked.body.id}`)).body.ended_at;
  for (let tries = 0; tries < 150 && !(await done()); tries++) await new Promise((go) => setTimeout(go, 200));
  await look("renee", [`/hand-over/${asked.body.id}`, path, "/my-day"]);
  await look("elena", [`/hand-over/${asked.body.id}`, "/my-day"]);
});

test("moving to whom it belongs", { timeout: 300000 }, async () => {
  const [child] = await all(renee, `/assessment_child?limit=1&assessment=${assessment.id}`);
  const inquiry = await made(jonas, "tribal_inquiry", { person: child.person, asked_at: "2026-11-25T07:30",
    asked_of: "The mother", answer: "NO_TRIBE_KNOWN", in_words: "No, not that she knows." });
  await look("renee", [`/record/tribal_inquiry/${inquiry.id}/verb/move`, `/record/contact/${contact.id}/verb/move`]);
});

test("what was done by law", { timeout: 300000 }, async () => {
  await verb(renee, "contact", contact.id, "seal", law);
  await look("renee", [`/record/contact/${contact.id}`, `/record/contact/${contact.id}/verb/unseal`]);
  const privacy = (await all(ines, "/worker?limit=200")).find((one) => one.roles?.some((row) => row.role === "PRIVACY_OFFICER"));
  await look(privacy.login, ["/legal-acts"]);
});
