// The second step of signing in: set up, asked for, lost and reset.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { Hearth, Session, password } from "./hearth.mjs";

let hearth;
before(async () => {
  hearth = await Hearth.start();
});
after(() => hearth.stop());

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
function bytesOf(base32) {
  let bits = "";
  for (const letter of base32) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
// RFC 6238, by itself: what a phone would show.
function codeAt(secret, ms) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30000)));
  const digest = createHmac("sha1", bytesOf(secret)).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}
function later(seconds) {
  hearth.setClock(new Date(hearth.now + seconds * 1000).toISOString());
}

async function askPassword(login) {
  const session = new Session(hearth.url);
  const form = new URLSearchParams({ user: login, password });
  const answer = await session.fetch("/sign-in", { method: "POST", body: form });
  assert.equal(answer.status, 303);
  session.to = answer.headers.get("location");
  return session;
}
async function look(session, path) {
  const text = await (await session.fetch(path)).text();
  session.formToken = /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? session.formToken;
  return text;
}
const isIn = async (session) => (await session.fetch("/my-day")).status === 200;
const secretOf = (page) => /<code class="secret">([A-Z2-7]+)</.exec(page)[1];
const codesOf = (page) => [...page.matchAll(/<code>([A-Z2-7-]{19})</g)].map((found) => found[1]);

// Sets it up for somebody; gives back what the phone and the paper hold.
async function setUp(login) {
  const session = await askPassword(login);
  const page = await look(session, "/second-factor");
  const secret = secretOf(page);
  const answer = await session.post("/second-factor", { code: codeAt(secret, hearth.now) });
  assert.equal(answer.status, 200);
  const codes = codesOf(await answer.text());
  later(30);
  return { session, secret, codes };
}

test("the codes are those of RFC 6238", () => {
  assert.equal(codeAt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59000), "287082");
});

test("a password is enough where nobody asks for more, and the page says so", async () => {
  const session = await askPassword("alma");
  assert.equal(session.to, "/");
  assert.ok(await isIn(session));
  const page = await look(session, "/second-factor");
  assert.match(page, /Here a password is enough/);
  assert.match(page, /<svg class="qr"/);
  assert.equal(secretOf(page), secretOf(await look(session, "/second-factor")), "the same until it is set up");
});

test("once it is set up, the password alone opens nothing", async () => {
  const { secret, codes } = await setUp("alma");
  assert.equal(codes.length, 10);
  const session = await askPassword("alma");
  assert.match(session.to, /^\/sign-in\/code/);
  assert.ok(!(await isIn(session)));
  const elsewhere = await session.fetch("/second-factor");
  assert.doesNotMatch(await elsewhere.text(), new RegExp(secret));
  await look(session, "/sign-in/code");
  const right = codeAt(secret, hearth.now);
  const wrong = await session.post("/sign-in/code", { code: right === "000000" ? "000001" : "000000" });
  assert.equal(wrong.status, 422);
  assert.ok(!(await isIn(session)));
  const answer = await session.post("/sign-in/code", { code: right });
  assert.equal(answer.status, 303);
  assert.ok(await isIn(session));

  const again = await askPassword("alma");
  await look(again, "/sign-in/code");
  const replayed = await again.post("/sign-in/code", { code: right });
  assert.equal(replayed.status, 422, "a code is taken once");
  assert.match(await replayed.text(), /used already/);
  assert.ok(!(await isIn(again)));
  const recovered = await again.post("/sign-in/code", { code: codes[0].toLowerCase() });
  assert.equal(recovered.status, 303);
  assert.match(await look(again, "/second-factor"), /Recovery codes left: 9/);

  const third = await askPassword("alma");
  await look(third, "/sign-in/code");
  assert.equal((await third.post("/sign-in/code", { code: codes[0] })).status, 422, "so is a recovery code");
  later(30);
});

test("five wrong codes lock, also for the right one, and it is written down", async () => {
  const { secret } = await setUp("jonas");
  const session = await askPassword("jonas");
  await look(session, "/sign-in/code");
  const right = codeAt(secret, hearth.now);
  const wrong = String((Number(right) + 1) % 1000000).padStart(6, "0");
  for (let i = 0; i < 5; i++) await session.post("/sign-in/code", { code: wrong });
  assert.equal((await session.post("/sign-in/code", { code: right })).status, 429);
  later(16 * 60);
  const open = await session.post("/sign-in/code", { code: codeAt(secret, hearth.now) });
  assert.equal(open.status, 303);
  assert.match(await look(session, "/second-factor"), /locked after five wrong codes/);
  later(30);
});

test("an administrator resets it, with a reason that is kept; programs go on", async () => {
  const api = hearth.api("alma");
  const before = await askPassword("alma");
  hearth.run("user", "reset-second-factor", "alma", "lost the phone in the lake", "--data", hearth.data);
  const again = await askPassword("alma");
  assert.equal(again.to, "/");
  assert.ok(!(await isIn(before)), "sessions from before have ended");
  const page = await look(again, "/second-factor");
  assert.match(page, /lost the phone in the lake/);
  assert.equal((await api.get("/access_report")).status, 200);
});

test("where it is required, everybody sets it up before anything else", async () => {
  await hearth.end();
  await hearth.serve("--second-factor", "required");
  const session = await askPassword("alma");
  assert.equal(session.to, "/second-factor");
  assert.ok(!(await isIn(session)));
  const page = await look(session, "/second-factor");
  assert.match(page, /Everybody here signs in with a password and a code/);
  const answer = await session.post("/second-factor", { code: codeAt(secretOf(page), hearth.now) });
  assert.equal(answer.status, 200);
  assert.equal(codesOf(await answer.text()).length, 10);
  assert.ok(await isIn(session));
});
