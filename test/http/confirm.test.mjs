// Who reported is shown to who has just proved who they are, and it is written down.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth, password } from "./hearth.mjs";

let hearth, report, reporter, renee;
const minutes = (count) => hearth.setClock(new Date(hearth.now + count * 60000).toISOString());
before(async () => {
  hearth = await Hearth.start();
  const api = hearth.api("alma");
  report = (await api.call("POST", "/access_report", { body: {} })).body;
  const made = await api.call("POST", "/reporter", {
    body: { report: report.id, given_name: "Winifred", family_name: "Quillfeather" },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  reporter = made.body;
  renee = await hearth.signIn("renee");
});
after(() => hearth.stop());

const page = (session, path) => session.fetch(path);
const shows = async (session, path) => {
  const answer = await page(session, path);
  return answer.status === 200 && (await answer.text()).includes("Quillfeather");
};
const record = () => `/record/reporter/${reporter.id}`;
const call = () => `/work/intake/${report.id}/call`;

test("signing in counts for ten minutes", async () => {
  assert.ok(await shows(renee, record()));
  assert.ok(await shows(renee, call()));
});

test("afterwards one confirms that it is oneself", async () => {
  minutes(11);
  const answer = await page(renee, record());
  assert.equal(answer.status, 303);
  const to = answer.headers.get("location");
  assert.match(to, /^\/confirm\?then=/);
  const work = await (await page(renee, call())).text();
  assert.doesNotMatch(work, /Quillfeather/);
  assert.doesNotMatch(work, /name="reporter\//, "nothing can be made in its place");
  assert.match(work, /href="\/confirm\?then=/);

  const form = await (await page(renee, to)).text();
  assert.match(form, /type="password"/);
  const wrong = await renee.post("/confirm", { then: record(), code: "not the password" });
  assert.equal(wrong.status, 401);
  assert.ok(!(await shows(renee, record())));
  const right = await renee.post("/confirm", { then: record(), code: password });
  assert.equal(right.status, 303);
  assert.equal(right.headers.get("location"), record());
  assert.ok(await shows(renee, record()));
  assert.ok(await shows(renee, call()));
});

test("another site is no way to go on", async () => {
  const answer = await renee.post("/confirm", { then: "https://elsewhere.example/", code: password });
  assert.equal(answer.headers.get("location"), "/");
});

test("who wrote it down may see it", async () => {
  const alma = await hearth.signIn("alma");
  minutes(11);
  assert.ok(await shows(alma, call()));
});

test("it is written down that one proved who one is", async () => {
  await renee.post("/confirm", { then: record(), code: password });
  const deadline = Date.now() + 60000;
  let log = "";
  while (!log.includes("proved who they are") && Date.now() < deadline) {
    await page(renee, record());
    await new Promise((done) => setTimeout(done, 1000));
    log = await (await page(renee, `${record()}/who-looked`)).text();
  }
  assert.match(log, /proved who they are/);
});

test("a token proves anew who is behind it, too", async () => {
  const program = hearth.api("renee");
  const path = `/reporter/${reporter.id}`;
  minutes(11);
  const refused = await program.call("GET", path);
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get("content-type"), "application/problem+json");
  assert.equal(refused.body.code, "unproved");
  assert.equal(refused.body.confirm, "/api/v1/confirm");
  assert.doesNotMatch(JSON.stringify(refused.body), /Quillfeather/);
  assert.equal((await program.call("POST", "/confirm", { body: {} })).status, 422);
  assert.equal((await program.call("POST", "/confirm", { body: { code: "not it" } })).status, 401);
  assert.equal((await program.call("GET", path)).status, 403);
  assert.equal((await program.call("POST", "/confirm", { body: { code: password } })).status, 204);
  assert.equal((await program.call("GET", path)).body.family_name, "Quillfeather");
  assert.equal((await hearth.api("renee").call("GET", path)).status, 403, "of that token alone");
  minutes(11);
  assert.equal((await program.call("GET", path)).status, 403);
});

// A notice that others see in Hearth: what tells who reported is refused, and nobody learns it by trying.
test("a notice that leaves does not tell who reported", async () => {
  const told = {
    report: report.id, recipient: "POLICE", recipient_name: "Detective M. Foss", told_at: "2026-11-25T08:00", told_how: "REFERRAL_PAGE",
  };
  const alma = hearth.api("alma");
  const partner = (await alma.get("/agency?limit=200")).body.items.find((agency) => agency.kind === "POLICE" || /police/i.test(agency.name));
  const make = (api, rest) => api.call("POST", "/notification", { body: { ...told, ...rest } });
  const kept = await make(alma, { said: "Winifred Quillfeather called." });
  assert.equal(kept.status, 201, "what stays at the agency is warned of");
  assert.equal(kept.body.warnings[0].code, "tells_who_reported");
  const refused = await make(alma, { said: "Ms. Quillfeather called.", shared_with: partner.id });
  assert.equal(refused.status, 422);
  assert.equal(refused.body.problems[0].code, "tells_who_reported");
  assert.equal(refused.body.problems[0].field, "said");
  const shared = await alma.call("PATCH", `/notification/${kept.body.id}`, { body: { shared_with: partner.id }, version: kept.body.version });
  assert.equal(shared.status, 422, "nor can it leave later");
  const fine = await make(alma, { said: "A bruise on a boy of seven.", shared_with: partner.id });
  assert.equal(fine.status, 201, JSON.stringify(fine.body));
  const worse = await alma.call("PATCH", `/notification/${fine.body.id}`, { body: { said: "Winifred says so." }, version: fine.body.version });
  assert.equal(worse.status, 422);
  // Who may not know who reported: refused alike, whether the word is hers or anybody's.
  const pia = hearth.api("pia");
  const answers = [];
  for (const said of ["Ms. Quillfeather called.", "Ms. Nightingale called."]) {
    const answer = await make(pia, { said, shared_with: partner.id });
    answers.push(JSON.stringify([answer.status, answer.body]));
  }
  assert.equal(answers[0], answers[1]);
  assert.match(answers[0], /may_not_know/);
  assert.equal((await make(pia, { said: "Ms. Quillfeather called." })).status, 201, "what stays is kept");
});
