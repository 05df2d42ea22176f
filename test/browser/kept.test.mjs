// Nothing that somebody typed is lost: not when the browser dies, not when the session ends meanwhile, and
// not when two save the same record.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth, password } from "../http/hearth.mjs";
import { axeViolations, launch, open, sidewaysScroll, signIn } from "./browser.mjs";

const morning = "2026-11-25T08:00:00-06:00";
let hearth, browser, api;
before(async () => {
  hearth = await Hearth.start({ clock: morning });
  browser = await launch();
  api = hearth.api("alma");
});
after(async () => {
  await browser?.close();
  await hearth.stop();
});

const report = async (id) => (await api.get(`/access_report/${id}`)).body;
const newCall = async (body = {}) => (await api.call("POST", "/access_report", { body })).body;

async function signedIn(login = "alma") {
  const page = await open(browser);
  await signIn(page, hearth.url, login);
  return page;
}

// Types, and waits until the server has it.
async function typed(page, name, words) {
  const kept = page.waitForResponse((response) => response.url().endsWith("/draft") && response.ok());
  await page.fill(`[name="${name}"]`, words);
  await kept;
}

async function save(page) {
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Save", exact: true }).click()]);
}

test("the browser dies while somebody types: it is there again, with place and title", async () => {
  const { id, number } = await newCall();
  const path = `/work/intake/${id}/call`;
  const page = await signedIn();
  await page.goto(hearth.url + path);
  await typed(page, "narrative", "The boy waits alone at the bus, <every> day & in the cold.");
  await page.context().close();

  const again = await signedIn();
  const unfinished = again.locator("#unfinished .due");
  assert.equal(await unfinished.count(), 1);
  assert.ok((await unfinished.innerText()).includes(number), await unfinished.innerText());
  await Promise.all([again.waitForNavigation(), unfinished.getByRole("link", { name: /^Continue/ }).click()]);
  assert.equal(new URL(again.url()).pathname, path);
  assert.equal(await again.inputValue("[name=narrative]"), "The boy waits alone at the bus, <every> day & in the cold.");
  assert.equal((await report(id)).narrative ?? null, null, "it is not on record before it is saved");
  await save(again);
  assert.equal((await report(id)).narrative, "The boy waits alone at the bus, <every> day & in the cold.");
  await again.goto(`${hearth.url}/my-day`);
  assert.equal(await again.locator("#unfinished .due").count(), 0, "what was saved is not unfinished");
  await again.context().close();
});

test("a page that was only looked at leaves nothing unfinished", async () => {
  const known = (await api.get("/access_report?limit=100")).body.items.find((one) => one.state === "submitted").participants[0];
  const { id } = await newCall({ participants: [
    { given_name: known.given_name, family_name: known.family_name, role: "CHILD", person: known.person }] });
  const page = await signedIn();
  await page.goto(`${hearth.url}/work/intake/${id}/call`);
  await page.locator("#earlier input:checked").first().waitFor({ state: "attached" }); // a panel with choices of its own
  await page.waitForLoadState("networkidle");
  await page.goto(`${hearth.url}/my-day`);
  await page.waitForTimeout(500);
  await page.reload();
  assert.equal(await page.locator("#unfinished .due").count(), 0);
  await page.context().close();
});

test("two save the same call: the second sees both by row and field, chooses, and nothing is lost", async () => {
  const made = await newCall({ street: "1 First Street", city: "Wausau", participants: [{ given_name: "Owen", role: "CHILD" }] });
  const name = `participants[${made.participants[0].id}].given_name`;
  const [theirs, mine] = [await signedIn(), await signedIn()];
  for (const page of [theirs, mine]) {
    await page.goto(`${hearth.url}/work/intake/${made.id}/call`);
    await page.locator(".fold summary", { hasText: "Where the family lives" }).click(); // finished: folded to a line
  }
  await theirs.fill(`[name="${name}"]`, "Owen James");
  await theirs.fill("[name=street]", "2 Second Street");
  await theirs.fill("[name=zip]", "54401");
  await save(theirs);
  await mine.fill(`[name="${name}"]`, "Owain");
  await mine.fill("[name=street]", "3 Third Street");
  await mine.fill("[name=phone]", "(715) 555-0123");
  await save(mine);

  const lines = mine.locator(".clash tbody tr");
  assert.equal(await lines.count(), 2, "only what both changed is asked about");
  const words = await mine.locator("main").innerText();
  for (const part of ["Owain", "Owen James", "2 Second Street", "3 Third Street", "54401"]) assert.ok(words.includes(part), `${part}: ${words}`);
  assert.equal((await report(made.id)).phone ?? null, null, "nothing of the second is saved yet");
  const choose = (field, whose) => mine.locator(`[name="keep[${field}]"][value=${whose}] + label`).click();
  await choose(name, "mine");
  await choose("street", "theirs");
  await save(mine);

  const { street, zip, phone, participants } = await report(made.id);
  assert.deepEqual({ street, zip, phone, name: participants[0].given_name },
    { street: "2 Second Street", zip: "54401", phone: "(715) 555-0123", name: "Owain" });
  for (const page of [theirs, mine]) await page.context().close();
});

// A page of a new contact, with a photograph chosen; what is typed is what other questions hang on.
async function newContact() {
  const jonas = hearth.api("jonas");
  const open = (await jonas.get("/assessment?limit=100")).body.items.find((one) => one.state === "open");
  const page = await signedIn("jonas");
  await page.goto(`${hearth.url}/work/assessment/${open.id}/contacts/new`);
  const photos = page.locator('[data-rows="photographs"]');
  await page.locator("details.fold", { has: photos }).locator("summary").first().click();
  await photos.locator("button[name=add_row]").click();
  await photos.locator("input[type=file]").setInputFiles({ name: "kitchen.png", mimeType: "image/png", buffer: Buffer.from("what the picture shows") });
  return page;
}
const chosen = (page) => page.locator('[data-rows="photographs"] input[type=file]').evaluate((input) => [...input.files].map((file) => file.name));
const isRefresh = (one) => one.method() === "POST" && (one.postData() ?? "").includes("update");
const hangs = (page) => page.locator("select[data-refreshes]").first();

test("a page that asks for more keeps the file that was chosen, and what was folded open", async () => {
  const page = await newContact();
  const fold = page.locator("#form details:not([open])").first();
  const name = await fold.count() > 0 ? await fold.locator(":scope > summary").innerText() : "";
  if (name) await fold.locator(":scope > summary").click();
  for (const index of [1, 2]) {
    const answered = page.waitForResponse((response) => isRefresh(response.request()));
    await hangs(page).selectOption({ index });
    const sent = (await answered).request().postDataBuffer();
    assert.ok(sent.includes("kitchen.png") && !sent.includes("what the picture shows"), "the file does not travel with the question");
    await page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling"));
    assert.deepEqual(await chosen(page), ["kitchen.png"]);
    if (name) assert.ok(await page.locator("#form details", { hasText: name }).first().evaluate((one) => one.open), name);
  }
  await page.context().close();
});

test("what is typed while the page asks for more stays, and is asked about again", async () => {
  const page = await newContact();
  let asked = 0;
  await page.route("**/contacts/new", async (route) => {
    if (isRefresh(route.request())) {
      asked += 1;
      await new Promise((done) => setTimeout(done, 700));
    }
    await route.continue();
  });
  await hangs(page).selectOption({ index: 1 });
  const text = page.locator("#form textarea:visible, #form input[type=text]:visible").first();
  const name = await text.getAttribute("name");
  await text.pressSequentially("They said the stove has been out since Sunday.", { delay: 25 });
  await page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling"));
  await page.waitForTimeout(900);
  assert.equal(await page.inputValue(`[name="${name}"]`), "They said the stove has been out since Sunday.");
  assert.ok(asked >= 2, `asked ${asked} times`);
  assert.deepEqual(await chosen(page), ["kitchen.png"]);
  assert.equal(await hangs(page).evaluate((one) => one.selectedIndex), 1);
  await page.context().close();
});

const isQuiet = (page) => page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling"));

test("a word that is typed into a list is not broken by the form that follows; the form follows when it is over or left", async () => {
  const jonas = hearth.api("jonas");
  const { id } = (await jonas.get("/assessment?limit=100")).body.items.find((one) => one.state === "open");
  const page = await signedIn("jonas");
  await page.goto(`${hearth.url}/work/assessment/${id}/custody/new`);
  let asked = 0;
  page.on("request", (request) => (asked += isRefresh(request)));
  const list = page.locator("[name=authority]");
  const chosen = () => list.evaluate((one) => one.selectedOptions[0].text);
  await list.focus();
  await page.keyboard.type("an order", { delay: 200 }); // "A warrant" and "A capias" begin like it
  assert.match(await chosen(), /^An order/);
  assert.equal(asked, 0, "nothing is asked for within the word");
  await page.waitForResponse((response) => isRefresh(response.request()));
  await isQuiet(page);
  assert.match(await chosen(), /^An order/);
  assert.ok(await list.evaluate((one) => one === document.activeElement), "the list has the focus still");

  await page.keyboard.type("off", { delay: 200 });
  const follows = page.waitForResponse((response) => isRefresh(response.request()));
  await page.keyboard.press("Tab"); // the next control has no id of its own
  const at = await page.evaluate(() => document.activeElement.outerHTML);
  await follows;
  await isQuiet(page);
  assert.match(await chosen(), /^Officer/);
  assert.equal(await page.evaluate(() => document.activeElement.outerHTML), at, "the focus is where it went");
  await page.context().close();
});

test("whom one has found stays found while the form follows another answer", async () => {
  const { id, participants: [{ id: row }] } = await newCall({ participants: [{ given_name: "Owen", role: "CHILD" }] });
  const page = await signedIn();
  await page.goto(`${hearth.url}/work/intake/${id}/call`);
  const search = page.locator(`[name="find:participants[${row}].person"]`);
  await search.evaluate((one) => {
    for (let fold = one.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  });
  const found = page.locator(`input[type=radio][name="participants[${row}].person"]:not([value=""])`);
  const follow = async (index) => {
    const followed = page.waitForResponse((response) => isRefresh(response.request()));
    await page.locator(`[name="participants[${row}].role"]`).selectOption({ index });
    return followed;
  };
  await search.pressSequentially("Ben Olson", { delay: 40 });
  await found.first().waitFor({ state: "attached" });
  const before = await found.count();
  await follow(2);
  await isQuiet(page);
  assert.equal(await found.count(), before);

  // The answer is on its way while one looks for somebody else.
  await page.route("**/call", async (route) => {
    if (isRefresh(route.request())) await new Promise((done) => setTimeout(done, 500));
    await route.continue();
  });
  const late = follow(1);
  await search.fill("");
  await search.pressSequentially("Lena Olson", { delay: 60 });
  await late;
  await page.locator(".picker__found", { hasText: "Lena Olson" }).waitFor();
  await page.waitForResponse((response) => isRefresh(response.request()));
  await isQuiet(page);
  assert.equal(await search.inputValue(), "Lena Olson");
  assert.match(await page.locator(".picker__found", { has: found }).textContent(), /Lena Olson/);
  await page.context().close();
});

test("a call on a phone: what comes next is open, the rest stands in a line each, with and without scripts", async () => {
  const children = ["Felix", "Emil", "Ida"].map((given_name) => ({ given_name, family_name: "Brandl", role: "CHILD" }));
  const { id } = await newCall({ received_how: "PHONE", category: "CPS_REPORT", narrative: "They are alone until seven.",
    street: "12 Birch Street", city: "Rib River", participants: [...children, { family_name: "Brandl", role: "PARENT" }] });
  const heights = [];
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, { width: 375, javaScriptEnabled });
    await signIn(page, hearth.url, "alma");
    await page.goto(`${hearth.url}/work/intake/${id}/call`);
    heights.push(await page.evaluate(() => document.documentElement.scrollHeight));
    const folded = page.locator(".fold:not([open]) > summary");
    const says = (await folded.allInnerTexts()).join("\n");
    assert.match(says, /Where the family lives\s+12 Birch Street; Rib River/);
    assert.match(says, /How it reached us/);
    const rows = page.locator("details.rows__fold");
    assert.equal(await rows.last().evaluate((row) => row.open), false, "nothing more is needed of the parent");
    if (javaScriptEnabled) {
      const isOpen = page.locator(".workspace__main > .fold[open] > summary h2");
      assert.deepEqual(await isOpen.allInnerTexts(), ["Who is named"]);
      assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => row.open)), [true, false, false, false]);
      assert.deepEqual(await axeViolations(page), []);
      await page.locator(".save-bar a").click();
      await page.locator("#still-needed li a").first().waitFor();
    }
    assert.equal(await sidewaysScroll(page), 0);
    await page.context().close();
  }
  assert.ok(heights[0] < 3500 && heights[0] < heights[1], heights.join(" and "));
});

test("what is typed into a step is kept like a form, and closed by the step", async () => {
  const waiting = (await hearth.api("renee").get("/access_report?limit=100")).body.items.find((one) => one.state === "submitted");
  const path = `/record/access_report/${waiting.id}/do/return`;
  const page = await signedIn("renee");
  await page.goto(hearth.url + path);
  await typed(page, "return_note", "Who was in the <car>?");
  await page.locator("[data-saved]", { hasText: /Saved \d/ }).waitFor();
  await page.context().close(); // the browser dies

  const again = await signedIn("renee");
  const unfinished = again.locator("#unfinished .due");
  assert.match(await unfinished.innerText(), new RegExp(waiting.number));
  await Promise.all([again.waitForNavigation(), unfinished.getByRole("link", { name: /^Continue/ }).click()]);
  assert.equal(new URL(again.url()).pathname, path);
  assert.equal(await again.inputValue("[name=return_note]"), "Who was in the <car>?");
  assert.match(await again.locator("main").innerText(), /What you typed at .* is here again/);
  await again.locator("label[for=" + (await again.locator("[name=return_why]:not([type=hidden])").first().getAttribute("id")) + "]").click();
  await Promise.all([again.waitForNavigation(), again.locator(".step__actions button[type=submit]:not([name])").click()]);
  assert.equal((await report(waiting.id)).state, "taking", await again.locator("main").innerText());
  await again.goto(`${hearth.url}/my-day`);
  assert.equal(await again.locator("#unfinished .due").count(), 0, "the step closed it");
  await again.context().close();
});

test("a step that asks nothing and cannot be taken yet says why when it is pressed", async () => {
  const { id } = await newCall();
  const page = await signedIn();
  await page.goto(`${hearth.url}/record/access_report/${id}/do/submit`);
  await Promise.all([page.waitForNavigation(), page.locator(".step__actions button[type=submit]:not([name])").click()]);
  assert.match(await page.locator("#faults").innerText(), /No child is named/);
  assert.equal((await report(id)).state, "taking");
  await page.context().close();
});

test("the session ends while somebody types: warned before, and nothing is lost after", async () => {
  const { id } = await newCall();
  const page = await open(browser);
  await page.clock.install();
  await signIn(page, hearth.url, "renee");
  await page.goto(`${hearth.url}/start/intake`);
  await page.getByRole("button", { name: /take a call/i }).first().click();
  await page.waitForURL(/\/work\/intake\//);
  const own = /\/work\/intake\/([0-9a-f-]{36})/.exec(page.url())[1];
  assert.notEqual(own, id);
  await typed(page, "narrative", "The first half.");
  await page.clock.runFor(5000); // panels that follow the typing have come
  await page.waitForLoadState("networkidle");

  // Nobody touches it for 28 and a half minutes: two minutes before the end one is told.
  const dialog = page.locator("dialog.session");
  assert.equal(await dialog.isVisible(), false);
  await page.clock.fastForward("28:30");
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /1:\d\d/);

  // Nobody answers. The server ends the session; "stay" says what to do, and the form is still there.
  hearth.setClock("2026-11-25T08:31:00-06:00");
  await page.clock.fastForward("02:00");
  await page.locator("[data-stay-button]").click();
  await page.waitForFunction(() => /Sign in again in another tab/.test(document.querySelector(".session__left").textContent));
  assert.equal(await page.inputValue("[name=narrative]"), "The first half.");

  // Somebody else at the same computer does not go on in it.
  const other = await page.context().newPage();
  await signIn(other, hearth.url, "jonas");
  await page.locator("[data-stay-button]").click();
  await page.waitForTimeout(300);
  assert.equal(await dialog.isVisible(), true);

  // The same worker does, without typing anything twice.
  await signIn(other, hearth.url, "renee");
  await page.locator("[data-stay-button]").click();
  await dialog.waitFor({ state: "hidden" });
  await typed(page, "narrative", "The first half. And the second.");
  await save(page);
  assert.equal(await page.locator("#faults").count(), 0);
  assert.equal((await hearth.api("renee").get(`/access_report/${own}`)).body.narrative, "The first half. And the second.");
  await page.context().close();
});

test("five wrong passwords lock the name, and the page says what is right", async () => {
  hearth.setClock("2026-11-25T09:00:00-06:00");
  const page = await open(browser);
  const attempt = async (word) => {
    await page.goto(`${hearth.url}/sign-in`);
    await page.fill("[name=user]", "theo");
    await page.fill("[name=password]", word);
    await Promise.all([page.waitForNavigation(), page.press("[name=password]", "Enter")]);
    return (await page.locator("#faults").count()) > 0 ? page.locator("#faults").innerText() : "";
  };
  for (let i = 0; i < 5; i++) assert.match(await attempt("not the password"), /name or the password is not right/);
  assert.match(await attempt(password), /locked for 15 minutes.*(Wait|administrator)/s);
  assert.equal(await page.inputValue("[name=user]"), "theo", "the name need not be typed again");
  hearth.setClock("2026-11-25T09:16:00-06:00");
  assert.equal(await attempt(password), "");
  assert.match(page.url(), /my-day|\/$/);
  await page.context().close();
});
