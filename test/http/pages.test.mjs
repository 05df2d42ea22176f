// The pages around the work: signing in, my day, search, drafts, two saves that clash, history, documents.
// Through plain HTTP, as a browser without scripts would.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataUrl, png } from "../story/picture.mjs";
import { Hearth, Session, password } from "./hearth.mjs";

const morning = "2026-11-25T08:00:00-06:00";
let hearth, alma, renee, jonas, api;
before(async () => {
  hearth = await Hearth.start({ clock: morning });
  alma = await hearth.signIn("alma");
  renee = await hearth.signIn("renee");
  jonas = await hearth.signIn("jonas");
  api = hearth.api("alma");
});
after(() => hearth.stop());

const text = async (response) => (await response).text();
const page = (session, path) => text(session.fetch(path));
const newCall = async (body = {}) => (await api.call("POST", "/access_report", { body })).body;
const report = async (id) => (await api.get(`/access_report/${id}`)).body;
const attribute = (html, pattern) => pattern.exec(html)?.[1]?.replaceAll("&amp;", "&");
const visible = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

// ---- signing in ----

test("a wrong password and an unknown name get the same answer", async () => {
  const answer = async (user) => {
    const response = await new Session(hearth.url).fetch("/sign-in",
      { method: "POST", body: new URLSearchParams({ user, password: "not the password" }) });
    return [response.status, response.headers.get("set-cookie"), (await response.text()).replaceAll(user, "")];
  };
  const known = await answer("elena");
  assert.equal(known[0], 401);
  assert.equal(known[1], null);
  assert.deepEqual(known, await answer("nobody"));
});

test("the session's cookie is for this site and no script", async () => {
  const session = new Session(hearth.url);
  const response = await session.fetch("/sign-in",
    { method: "POST", body: new URLSearchParams({ user: "elena", password, then: "/list/reports" }) });
  const cookie = response.headers.get("set-cookie");
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("location"), "/list/reports");
  for (const part of ["HttpOnly", "SameSite=Strict", "Path=/"]) assert.ok(cookie.includes(part), cookie);
});

test("one is only led to pages of this server", async () => {
  for (const then of ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/sign-in"]) {
    const response = await new Session(hearth.url).fetch("/sign-in",
      { method: "POST", body: new URLSearchParams({ user: "elena", password, then }) });
    assert.equal(response.headers.get("location"), "/", then);
  }
});

test("a form of another site signs nobody in", async () => {
  for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://elsewhere.example" }]) {
    const response = await new Session(hearth.url).fetch("/sign-in",
      { method: "POST", headers, body: new URLSearchParams({ user: "elena", password }) });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("set-cookie"), null);
  }
});

test("who is signed out is asked to sign in, and comes back to where they were", async () => {
  const response = await new Session(hearth.url).fetch("/list/reports");
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("location"), "/sign-in?then=%2Flist%2Freports");
  const form = await page(new Session(hearth.url), response.headers.get("location"));
  assert.ok(form.includes('name="then" value="/list/reports"'));
});

test("signing out ends the session for good", async () => {
  const session = await hearth.signIn("elena");
  const cookie = session.cookie;
  assert.equal((await session.post("/sign-out", {})).status, 303);
  session.cookie = cookie;
  assert.equal((await session.fetch("/my-day")).status, 303);
});

test("a form without the session's token is refused", async () => {
  const session = await hearth.signIn("elena");
  session.formToken = "another";
  assert.equal((await session.post("/search", { words: "Haas Clara" })).status, 403);
});

test("a session that is used stays; one that is not ends after half an hour", async () => {
  const session = await hearth.signIn("elena");
  const minutes = async () => JSON.parse(await page(session, "/session")).minutes_left;
  assert.equal(await minutes(), 30);
  hearth.setClock("2026-11-25T08:20:00-06:00");
  assert.equal(await minutes(), 10, "asking is no use");
  assert.equal((await session.post("/session/stay", {})).status, 200);
  await new Promise((done) => setTimeout(done, 300)); // it is written down in the background
  assert.equal(await minutes(), 30);
  hearth.setClock("2026-11-25T08:45:00-06:00");
  assert.equal((await session.fetch("/my-day")).status, 200);
  await new Promise((done) => setTimeout(done, 300));
  hearth.setClock("2026-11-25T09:16:00-06:00");
  assert.equal((await session.fetch("/my-day")).status, 303);
  hearth.setClock(morning);
});

// ---- files, problems ----

test("files are kept for ever under their version, and not at all under another", async () => {
  const html = await page(new Session(hearth.url), "/sign-in");
  const style = attribute(html, /href="(\/static\/[^"]+hearth\.css)"/);
  const response = await alma.fetch(style);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("cache-control"), /immutable/);
  const old = await alma.fetch(style.replace(/\/static\/[^/]+/, "/static/0123456789ab"));
  assert.equal(old.headers.get("cache-control"), "no-store");
  assert.equal((await alma.fetch("/static/x/style/..%2f..%2fhearth.db")).status, 404);
});

test("a page that is not there keeps the frame of who is signed in", async () => {
  const response = await alma.fetch("/nowhere/at/all");
  assert.equal(response.status, 404);
  assert.ok((await response.text()).includes('href="/my-day"'));
});

test("a part that cannot be given is no whole page", async () => {
  const response = await alma.fetch("/nowhere", { headers: { "HX-Request": "true" } });
  assert.equal(response.status, 404);
  assert.ok(!(await response.text()).includes("<html"));
});

// ---- my day ----

test("my day leads to the thing itself, and says why each date", async () => {
  const html = await page(jonas, "/my-day");
  const work = attribute(html, /class="due__about"><a href="([^"]+)"/);
  const why = attribute(html, /class="due__rule" href="([^"]+)"/);
  assert.match(work, /^\/work\//);
  assert.equal((await jonas.fetch(work)).status, 200);
  const clock = visible(await page(jonas, why));
  for (const word of ["In plain words", "Source", "Counts from", "Moved"]) assert.ok(clock.includes(word), word);
});

test("what the model means stands out among what can be decided; a choice is not suggested", async () => {
  const cards = (await page(renee, "/approvals")).split("<article").slice(1);
  const ways = (card) => [...card.matchAll(/<a class="([^"]*\bbutton[^"]*)"[^>]*>([^<]*)/g)].map((way) => {
    const look = way[1].includes("--quiet") ? "quiet" : way[1].includes("--outline") ? "even" : "main";
    return `${way[2]}: ${look}`;
  });
  const report = cards.find((card) => card.includes("/do/screen_in"));
  const decision = cards.find((card) => card.includes("/do/approve"));
  assert.deepEqual(ways(report), ["Screen in: even", "Screen out: even", "Return to the screener: quiet"]);
  assert.equal(ways(decision)[0], "Approve: main");
  assert.equal(visible(report).match(/What happened/g).length, 1, "what was told, once");
});

test("what waits for a decision stands on top of the day, with when it is due, until it is decided", async () => {
  const waiting = (await hearth.api("renee").get("/access_report?limit=100")).body.items.find((one) => one.state === "submitted");
  const before = await page(renee, "/my-day");
  const [decide] = before.split('id="unfinished"');
  const line = visible(decide.split("<li").find((one) => one.includes(waiting.number)) ?? "");
  assert.match(line, /waits for a screening decision .*due .* Decide/);
  assert.ok(!before.slice(before.indexOf('id="news"')).includes(waiting.number), "what asks for a decision is no news");
  assert.ok(!visible(await page(jonas, "/my-day")).includes("waits for a screening decision"), "who may not decide is not asked");
  await hearth.api("renee").call("POST", `/access_report/${waiting.id}/return`,
    { version: waiting.version, body: { return_why: ["OTHER"], return_note: "Which school?" } });
  assert.equal((await report(waiting.id)).state, "taking");
  assert.ok(!(await page(renee, "/my-day")).includes(waiting.number), "it is decided");
});

const told = (html) => [...html.matchAll(/name="notice" value="([0-9a-f-]{36})"/g)].map((one) => one[1]);

test("what one should know is put away by who it is for, one by one or all at once", async () => {
  const html = await page(alma, "/my-day");
  const notices = told(html);
  assert.ok(notices.length >= 3, `${notices.length} told`);
  assert.match(visible(html), /Earlier: \d/, "what is older than a week is folded");
  await jonas.post("/notices/read", { notice: notices[0] });
  assert.ok(told(await page(alma, "/my-day")).includes(notices[0]), "another cannot");
  assert.equal((await alma.post("/notices/read", { notice: notices[0] })).status, 303);
  assert.deepEqual(told(await page(alma, "/my-day")), notices.slice(1));
  const until = attribute(html, /name="until" value="(\d+)"/);
  assert.equal((await alma.post("/notices/read", { until })).status, 303);
  assert.deepEqual(told(await page(alma, "/my-day")), []);
  assert.equal((await alma.post("/notices/read", {})).status, 422);
});

test("a supervisor sees what waits beside the facts, and the team", async () => {
  const html = await page(renee, "/approvals");
  assert.ok(/href="\/record\/[a-z_]+\/[0-9a-f-]+\/do\/approve"/.test(html));
  assert.ok(visible(html).includes("Decision"));
  assert.ok(visible(html).includes("The team"));
  assert.ok(visible(html).includes("Jonas Webb"));
});

// ---- search ----

test("people are found in any order of their names, with why", async () => {
  for (const words of ["Haas Clara", "clara haas", "Ha Cl"]) {
    const html = visible(await text(renee.post("/search", { words })));
    assert.ok(html.includes("Clara Haas"), words);
    assert.match(html, /last name/);
  }
});

test("a record is found by its number as people say it", async () => {
  const { number, id } = await newCall();
  const [, agency, year, serial] = number.split("-");
  for (const words of [number, number.toLowerCase(), `R-${agency}-${year}-${Number(serial)}`]) {
    const response = await alma.post("/search", { words });
    assert.equal(response.status, 303, words);
    assert.ok(response.headers.get("location").includes(id), words);
  }
  // An assessment may have the same year and serial: then both are shown.
  const short = await alma.post("/search", { words: `${year}-${Number(serial)}` });
  assert.ok((short.headers.get("location") ?? (await short.text())).includes(id));
});

test("one's own families are found by a single name", async () => {
  assert.ok(visible(await text(jonas.post("/search", { words: "olson" }))).includes("Olson family"));
});

test("too few letters are told so, kindly", async () => {
  const response = await alma.post("/search", { words: "x" });
  assert.equal(response.status, 200);
  assert.match(visible(await response.text()), /a first and a last name/);
});

test("no name that was searched for is in the log", async () => {
  await alma.post("/search", { words: "Quillfeather Ottoline" });
  await alma.post("/people", { "find:person": "Quillfeather Ottoline" });
  assert.ok(!/quillfeather|ottoline/i.test(hearth.log));
});

test("a control that looks for somebody is answered with choices", async () => {
  const html = await text(alma.post("/people", { "find:participants[+1].person": "Haas Clara" }));
  assert.match(html, /type="radio"[^>]*name="participants\[\+1\]\.person" value="[0-9a-f-]{36}"/);
  assert.ok(!html.includes("<html"));
});

test("those named in a call are looked for, with what is known of them", async () => {
  const { id } = await newCall();
  const html = await text(alma.post("/earlier-contact", {
    panel_entity: "access_report", panel_record: id,
    "participants[+1].given_name": "Clara", "participants[+1].family_name": "Haas",
    "participants[+2].given_name": "Nobody", "participants[+2].family_name": "Likethis",
  }));
  assert.match(visible(html), /The same: Clara Haas/);
  assert.match(visible(html), /1 report/);
  assert.ok(!html.includes("participants[+2]"));
});

// ---- drafts ----

test("what is typed is kept, found again on my day, and closed only with a reason", async () => {
  const { id, number } = await newCall();
  const place = `work/intake/${id}/call`;
  const saved = await alma.post("/draft", { draft_place: place, draft_title: `The call: ${number}`, street: "7 Quiet Lane" });
  assert.match((await saved.json()).saved_at, /^\d\d:\d\d:\d\d$/);
  assert.ok(visible(await page(alma, "/my-day")).includes(`The call: ${number}`));
  assert.ok((await page(alma, `/${place}`)).includes("7 Quiet Lane"), "it comes back on its page");
  assert.ok(!visible(await page(renee, "/my-day")).includes(number), "it is the worker's own");
  const without = await alma.post("/draft/close", { place, reason: "  " });
  assert.equal(without.status, 422);
  assert.ok(visible(await page(alma, "/my-day")).includes(number));
  assert.equal((await alma.post("/draft/close", { place, reason: "The call broke off." })).status, 303);
  assert.ok(!visible(await page(alma, "/my-day")).includes(`The call: ${number}`));
  assert.ok(!(await page(alma, `/${place}`)).includes("7 Quiet Lane"));
});

test("a draft goes nowhere but to a page of ours", async () => {
  for (const place of ["", "/elsewhere.example/x", "x".repeat(300)]) {
    const response = await alma.post("/draft", { draft_place: place, draft_title: "x", street: "y" });
    assert.ok([413, 422].includes(response.status), `${place.slice(0, 30)}: ${response.status}`);
  }
});

// ---- two who save the same ----

// The pairs of the form of a page, as a browser would send it.
function pairsOf(html) {
  const form = html.slice(html.lastIndexOf("<form", html.indexOf('name="version"')));
  const pairs = new URLSearchParams();
  const decoded = (value) => value.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
  for (const [tag] of form.slice(0, form.indexOf("</form>")).matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = attribute(tag, /name="([^"]*)"/);
    if (name) pairs.append(decoded(name), decoded(attribute(tag, /value="([^"]*)"/) ?? ""));
  }
  return pairs;
}

async function clash() {
  const made = await newCall({ street: "1 First Street", city: "Wausau" });
  const path = `/work/intake/${made.id}/call`;
  const theirs = { version: made.version, street: "2 Theirs Street", city: "Rothschild", phone: "" };
  assert.equal((await alma.post(path, theirs)).status, 303);
  const response = await alma.post(path,
    { version: made.version, street: "3 My Street", city: "Wausau", zip: "54401" });
  assert.equal(response.status, 409);
  return { id: made.id, path, html: await response.text() };
}

test("a clash shows mine and theirs, and what only one changed", async () => {
  const { id, html } = await clash();
  const words = visible(html);
  for (const part of ["3 My Street", "2 Theirs Street", "Rothschild", "54401"]) assert.ok(words.includes(part), part);
  assert.ok(html.includes('name="keep[street]"'));
  assert.ok(!html.includes('name="keep[city]"'), "only they changed the city");
  assert.equal((await report(id)).street, "2 Theirs Street", "nothing is saved yet");
});

test("mine is kept where I say so, and theirs where only they changed it", async () => {
  const { id, path, html } = await clash();
  const pairs = pairsOf(html);
  pairs.set("keep[street]", "mine");
  assert.equal((await alma.post(path, pairs)).status, 303);
  const { street, city, zip } = await report(id);
  assert.deepEqual({ street, city, zip }, { street: "3 My Street", city: "Rothschild", zip: "54401" });
});

// Who takes calls writes the caller down and does not read that record's history: nothing of it can be compared.
test("a clash beside a caller keeps what was typed of them", async () => {
  const made = await newCall({ street: "1 First Street" });
  const path = `/work/intake/${made.id}/call`;
  const caller = (await api.call("POST", "/reporter", { body: { report: made.id, given_name: "Winifred" } })).body;
  const seen = { version: made.version, "reporter/version": caller.version, "reporter/record_id": caller.id };
  assert.equal((await alma.post(path, { ...seen, street: "2 Theirs Street" })).status, 303);
  const response = await alma.post(path, { ...seen, street: "3 My Street", "reporter/given_name": "Winnie" });
  assert.equal(response.status, 409);
  const pairs = pairsOf(await response.text());
  pairs.set("keep[street]", "mine");
  assert.equal((await alma.post(path, pairs)).status, 303);
  assert.equal((await report(made.id)).street, "3 My Street");
  assert.equal((await api.get(`/reporter/${caller.id}`)).body.given_name, "Winnie");
});

test("a choice not made keeps what is stored", async () => {
  const { id, path, html } = await clash();
  assert.equal((await alma.post(path, pairsOf(html))).status, 303);
  const { street, zip } = await report(id);
  assert.deepEqual({ street, zip }, { street: "2 Theirs Street", zip: "54401" });
});

test("a row that they took away does not come back", async () => {
  const made = await newCall({ participants: [{ given_name: "Owen", role: "CHILD" }, { given_name: "Tessa", role: "CHILD" }] });
  const path = `/work/intake/${made.id}/call`;
  const [owen, tessa] = made.participants.map((row) => row.id);
  await alma.post(path, { version: made.version, [`participants[${tessa}]._delete`]: "yes" });
  const response = await alma.post(path, { version: made.version,
    [`participants[${owen}].given_name`]: "Owen", [`participants[${tessa}].given_name`]: "Tess", street: "4 New Street" });
  assert.equal(response.status, 409);
  const html = await response.text();
  assert.match(visible(html), /taken away/);
  assert.equal((await alma.post(path, pairsOf(html))).status, 303);
  const now = await report(made.id);
  assert.deepEqual(now.participants.map((row) => row.given_name), ["Owen"]);
  assert.equal(now.street, "4 New Street");
});

test("the API says what differs when somebody saved first", async () => {
  const made = await newCall({ street: "1 First Street", city: "Wausau" });
  const patch = (body) => api.call("PATCH", `/access_report/${made.id}`, { version: made.version, body });
  assert.equal((await patch({ street: "2 Theirs Street", city: "Rothschild" })).status, 200);
  const { status, body } = await patch({ street: "3 My Street" });
  assert.equal(status, 409);
  assert.equal(body.version, made.version + 1);
  const street = body.differences.find(({ field }) => field === "street");
  assert.deepEqual([street.before, street.mine, street.theirs, street.both], ["1 First Street", "3 My Street", "2 Theirs Street", true]);
  assert.equal(body.differences.find(({ field }) => field === "city").both, false);
});

// ---- history ----

test("history says in words what changed, and shows the record as it was known then", async () => {
  const made = await newCall({ street: "1 First Street" });
  await alma.post(`/work/intake/${made.id}/call`, { version: made.version, street: "2 Second Street" });
  const html = await page(alma, `/record/access_report/${made.id}/history`);
  const words = visible(html);
  assert.match(words, /2 Second Street before: 1 First Street/);
  assert.match(words, /Alma Lindqvist/);
  assert.ok(!words.includes("{"), "no code");
  const then = [...html.matchAll(/class="history__then" href="([^"]+)"/g)].at(-1)[1].replaceAll("&amp;", "&");
  const old = visible(await page(alma, then));
  assert.ok(old.includes("1 First Street") && !old.includes("2 Second Street"));
});

test("who may not read a history is told so", async () => {
  const { id } = await newCall();
  const marlene = await hearth.signIn("marlene"); // of the police: sees her own exchange only
  for (const what of ["history", "who-looked"]) {
    const response = await marlene.fetch(`/record/access_report/${id}/${what}`);
    assert.ok([403, 404].includes(response.status), `${what}: ${response.status}`);
  }
});

test("who looked at a record stands on it", async () => {
  const { id } = await newCall();
  await page(renee, `/record/access_report/${id}`);
  let words = "";
  for (let i = 0; i < 40 && !words.includes("Renee Okafor"); i++) { // it is gathered in the background
    await new Promise((done) => setTimeout(done, 250));
    words = visible(await page(alma, `/record/access_report/${id}/who-looked`));
  }
  assert.ok(words.includes("Renee Okafor"));
});

// ---- the model ----

test("what the model says can be read by everybody, clock by clock", async () => {
  assert.match(visible(await page(alma, "/model")), /What is due, and when/);
  assert.match(visible(await page(alma, "/model/clock/screening_decision")), /24 hours/);
  assert.equal((await alma.fetch("/model/clock/no_such_clock")).status, 404);
  // The data dictionary: a word is found in questions and codes, too, and leads to what they belong to.
  const found = await page(alma, "/model?find=POVERTY");
  assert.match(found, /<a href="\/model\/entity\/access_report">Does poverty alone explain what is described\?<\/a>/);
  assert.match(found, /<a href="\/model\/code_set\/maltreatment_type">Neglect<\/a>/);
  assert.doesNotMatch(visible(found), /Screening decision/);
  assert.match(visible(await page(alma, "/model?find=%3Cscript%3E")), /Nothing in the model speaks of that/);
});

// ---- documents ----

test("a copy lacks what its recipient must not read, and so does the screen that all look at", async () => {
  const elena = await hearth.signIn("elena");
  const plans = (await hearth.api("elena").get("/safety_plan")).body.items;
  const plan = plans.find((one) => one.copies?.some((row) => row.hide_addresses));
  const path = `/record/safety_plan/${plan.id}/document/safety_plan_copy`;
  const telephone = "(715) 555-0177"; // of the friend who stays with the children
  for (const copy of plan.copies) {
    const words = visible(await page(elena, `${path}/${copy.id}`));
    assert.ok(words.includes("In danger call 911."), "the plan itself is on every copy");
    assert.equal(words.includes(telephone), !copy.hide_addresses);
    assert.match(words, /This copy is for/);
  }
  const screen = visible(await page(elena, path));
  assert.ok(!screen.includes(telephone));
  assert.match(screen, /Left out here/);
  assert.equal((await elena.fetch(`${path}/${plan.id}`)).status, 404, "nobody's copy");
});

test("what a family takes home says its own next dates, not those of the agency", async () => {
  const plan = (await hearth.api("jonas").get("/protective_plan")).body.items.find((one) => one.state === "in_force");
  const own = (await hearth.api("jonas").get(`/protective_plan/${plan.id}/clocks`)).body;
  assert.ok(JSON.stringify(own).includes("plan_scan"), "the agency has a date of its own with this plan");
  const words = visible(await page(jonas, `/record/protective_plan/${plan.id}/document/protective_plan_copy`));
  assert.match(words, /Weekly review of the protective plan/);
  assert.ok(!words.includes("Signed plan in the system"));
});

// ---- pictures ----

test("a picture is shown to who may read its record, and to nobody else", async () => {
  const mine = hearth.api("jonas");
  const open = (await mine.get("/assessment?limit=200")).body.items.find((one) => one.state === "open");
  const bytes = png(99);
  const made = await mine.call("POST", "/contact", { body: {
    assessment: open.id, began_at: "2026-11-25T07:30", kind: "TELEPHONE", made: true, summary: "A call.",
    photographs: [{ photo: dataUrl(bytes), taken_by: "A worker", taken_at: "2026-11-25T07:31", shows: "A door" }],
  } });
  assert.equal(made.status, 201);
  const path = `/record/contact/${made.body.id}/attachment/photographs[${made.body.photographs[0].id}].photo`;
  const response = await jonas.fetch(path);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "image/png");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.match(response.headers.get("content-disposition"), /^inline/);
  assert.ok(Buffer.from(await response.arrayBuffer()).subarray(0, 8).equals(bytes.subarray(0, 8)));
  for (const wrong of ["summary", "photographs", "photographs[x].photo", "no_such_field", path.slice(-60)]) {
    const refused = await jonas.fetch(`/record/contact/${made.body.id}/attachment/${encodeURIComponent(wrong)}`);
    assert.equal(refused.status, 404, wrong);
  }
  const marlene = await hearth.signIn("marlene");
  assert.ok([403, 404].includes((await marlene.fetch(path)).status));
});

// ---- lists ----

test("a long list goes on, and shows everything once", async () => {
  const made = [];
  for (let i = 0; i < 60; i++) made.push((await newCall({ street: `${i} Long Street` })).id);
  const seen = [];
  let path = "/list/calls_being_taken";
  for (let i = 0; path && i < 10; i++) {
    const html = await page(alma, path);
    seen.push(...[...html.matchAll(/<th scope="row"[^>]*><a href="\/work\/intake\/([0-9a-f-]{36})/g)].map((match) => match[1]));
    path = attribute(html, /href="(\/list\/calls_being_taken\?cursor=[^"]+)"[^>]*>Next/);
  }
  assert.equal(new Set(seen).size, seen.length, "nothing twice");
  assert.deepEqual(made.filter((id) => !seen.includes(id)), []);
});

test("an amended plan says what is different from the one in force", async () => {
  const calls = hearth.api("jonas");
  const plan = (await calls.get("/protective_plan")).body.items.find((one) => one.state === "in_force");
  const taken = await calls.call("POST", `/protective_plan/${plan.id}/amend`, { version: plan.version });
  assert.ok(taken.status < 300, JSON.stringify(taken.body));
  const draft = (await calls.get("/protective_plan")).body.items.find((one) => one.state === "draft");
  const words = visible(await page(jonas, `/record/protective_plan/${draft.id}`));
  assert.match(words, /What is different from/);
});

// The last one: it serves again with other options.
test("behind TLS the session's cookie can come from nowhere else", async () => {
  await hearth.end();
  await hearth.serve("--secure");
  const session = await hearth.signIn("elena");
  assert.match(session.cookie, /^__Host-hearth=/);
  assert.equal((await session.fetch("/my-day")).status, 200);
  session.cookie = session.cookie.replace("__Host-", "");
  assert.equal((await session.fetch("/my-day")).status, 303, "one without the prefix is nobody's");
});
