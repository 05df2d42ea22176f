// Who guesses at passwords is kept waiting, and who is guessed at is not: a stranger who knows a
// worker's name cannot keep that worker out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth, password } from "./hearth.mjs";

let hearth;
before(async () => (hearth = await Hearth.start()));
after(() => hearth?.stop());

const minutes = (count) => hearth.setClock(new Date(hearth.now + count * 60000).toISOString());

// One form sent from somewhere: what it answered, and the cookie by which the browser is known.
async function attempt(login, word, { from, browser = "" } = {}) {
  const response = await fetch(`${hearth.url}/sign-in`, {
    method: "POST", redirect: "manual", body: new URLSearchParams({ user: login, password: word }),
    headers: { Cookie: browser, ...(from ? { "X-Forwarded-For": from } : {}) },
  });
  const made = response.headers.getSetCookie().map((one) => one.split(";")[0]);
  return { status: response.status, text: (await response.text()).replaceAll(login, "NAME"),
    browser: made.find((one) => /^(__Host-)?hearth_browser=/.test(one)) };
}
async function wrong(login, times, where) {
  let last;
  for (let i = 0; i < times; i++) last = await attempt(login, "not the right words", where);
  return last;
}

test("five wrong passwords lock a name for who offered them, known or not, each time for longer", async () => {
  for (const login of ["theo", "nobody_here"]) {
    assert.equal((await wrong(login, 5)).status, 401);
    const locked = await attempt(login, password);
    assert.equal(locked.status, 429);
    assert.match(locked.text, /locked for 15 minutes here/);
  }
  assert.equal((await attempt("theo", password)).text, (await attempt("nobody_here", password)).text);
  minutes(16);
  assert.equal((await wrong("theo", 5)).status, 401);
  assert.match((await attempt("theo", password)).text, /locked for 30 minutes here/);
  minutes(16);
  assert.equal((await attempt("theo", password)).status, 429);
  minutes(16);
  assert.equal((await attempt("theo", password)).status, 303);
});

test("in a browser that is known the worker gets in while a stranger is locked out", async () => {
  const { browser } = await attempt("renee", password);
  assert.ok(browser, "the browser is given a cookie of its own");
  assert.equal((await wrong("renee", 6)).status, 429);
  assert.equal((await attempt("renee", password)).status, 429);
  const known = await attempt("renee", password, { browser });
  assert.equal(known.status, 303);
  assert.equal(known.browser, browser, "it keeps its cookie");
  // It is known for her alone, and counted too.
  assert.equal((await wrong("pia", 6, { browser })).status, 429);
  assert.equal((await wrong("renee", 6, { browser })).status, 429);
  // Another password means: whoever had the old one is not known any more.
  hearth.setPassword("renee");
  assert.equal((await attempt("renee", password, { browser })).status, 303);
});

test("behind a proxy it is the address that the proxy names; a hundred for one name are enough", async () => {
  await hearth.end();
  await hearth.serve("--secure");
  assert.equal((await wrong("omar", 6, { from: "203.0.113.7" })).status, 429);
  assert.equal((await attempt("omar", password, { from: "198.51.100.1, 203.0.113.7" })).status, 429);
  assert.equal((await attempt("omar", password, { from: "203.0.113.8" })).status, 303);
  assert.equal((await wrong("omar", 5, { from: "2001:db8:1:2::5" })).status, 401);
  assert.equal((await attempt("omar", password, { from: "2001:db8:1:2:ffff::9" })).status, 429);
  const { browser } = await attempt("ines", password, { from: "203.0.113.9" });
  for (let i = 0; i < 25; i++) await wrong("ines", 4, { from: `192.0.2.${i}` });
  assert.equal((await attempt("ines", password, { from: "192.0.2.200" })).status, 429);
  assert.equal((await attempt("ines", password, { from: "192.0.2.200", browser })).status, 303);
});

test("who is signed in and must prove it anew locks nobody out", async () => {
  await hearth.end();
  await hearth.serve();
  const session = await hearth.signIn("jonas");
  for (let i = 0; i < 5; i++) assert.equal((await session.post("/confirm", { code: "not this", then: "/" })).status, 401);
  assert.equal((await session.post("/confirm", { code: password, then: "/" })).status, 429);
  assert.equal((await attempt("jonas", password)).status, 303);
});
