// Malformed HTTP over a raw socket: each is refused with a clear answer, and the server goes on.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth;
before(async () => (hearth = await Hearth.start()));
after(() => hearth.stop());

// Sends bytes, answers with all that came back until the end of the connection or one second of silence.
function raw(bytes, { wait = 1000 } = {}) {
  return new Promise((done, failed) => {
    const socket = connect(hearth.port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setTimeout(wait, () => socket.destroy());
    socket.on("data", (part) => (text += part.toString("latin1")));
    socket.on("error", (error) => (error.code === "ECONNRESET" ? done(text) : failed(error)));
    socket.on("close", () => done(text));
  });
}
const status = (answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const get = (headers) => `GET /healthz HTTP/1.1\r\n${headers}\r\n`;

test("a plain request is answered", async () => {
  assert.equal(status(await raw(get("Host: a\r\nConnection: close\r\n"))), 200);
});

const refused = {
  "Content-Length with Transfer-Encoding":
    "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "two lengths": "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
  "the same length twice":
    "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
  "a length that is no number": "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 5x\r\n\r\nabcde",
  "bare line feeds": "GET /healthz HTTP/1.1\nHost: a\n\n",
  "a bare line feed after one header": "GET /healthz HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
  "NUL in a header": "GET /healthz HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
  "no host": "GET /healthz HTTP/1.1\r\n\r\n",
  "two hosts": "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
  "NUL in the address": "GET /healthz%00 HTTP/1.1\r\nHost: a\r\n\r\n",
  "a broken escape in the address": "GET /health%zz HTTP/1.1\r\nHost: a\r\n\r\n",
  "bytes that are no text in the address": "GET /list/%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n",
  "headers of 100 kB": get(`Host: a\r\nX: ${"y".repeat(100000)}\r\n`),
  "an address of 10 kB": `GET /${"y".repeat(10000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  "an unknown method": "BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
  "a length of 100 GB":
    "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 107374182400\r\n\r\n",
  "a body where none is taken": "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
};
for (const [name, bytes] of Object.entries(refused)) {
  test(`refused: ${name}`, async () => {
    const code = status(await raw(bytes));
    assert.ok(code >= 400 && code < 500, `answered ${code}`);
  });
}

// RFC 9112 5.2: refused, or read as one line. Never as a header of its own.
test("a folded header is no second header", async () => {
  const folded = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: b\r\n Content-Length: 5\r\nConnection: close\r\n\r\n";
  assert.ok([200, 400].includes(status(await raw(folded))));
});

test("what follows a refused request on the connection is not answered", async () => {
  const smuggled =
    "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
    get("Host: a\r\n");
  const answer = await raw(smuggled);
  assert.equal(answer.match(/HTTP\/1\.1 \d+/g).length, 1);
});

test("nothing of a stranger's request comes back unescaped", async () => {
  const answer = await raw(`GET /%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  assert.equal(status(answer), 404);
  assert.ok(!answer.includes("<script>alert"));
});

test("every answer carries the strict policy", async () => {
  for (const path of ["/sign-in", "/healthz", "/nowhere"]) {
    const response = await fetch(hearth.url + path);
    const policy = response.headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("cache-control"), "no-store");
  }
});

test("a sender who stops is not waited for by others", async () => {
  const slow = Array.from({ length: 50 }, () => {
    const socket = connect(hearth.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\nX: ");
    return socket;
  });
  assert.equal(status(await raw(get("Host: a\r\nConnection: close\r\n"))), 200);
  slow.forEach((socket) => socket.destroy());
});

test("pages need a session, the API a token; neither takes the other's", async () => {
  const session = await hearth.signIn("alma");
  const token = session.cookie.split("=")[1];
  const asBearer = await fetch(`${hearth.url}/api/v1/person`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(asBearer.status, 401);
  const api = hearth.api("alma");
  const asCookie = await fetch(`${hearth.url}/my-day`, { redirect: "manual", headers: { Cookie: `hearth=${api.token}` } });
  assert.equal(asCookie.status, 303);
  assert.equal((await fetch(`${hearth.url}/api/v1/person`)).status, 401);
});

test("a form of another session is refused", async () => {
  const mine = await hearth.signIn("alma");
  const theirs = await hearth.signIn("renee");
  mine.formToken = theirs.formToken;
  assert.equal((await mine.post("/sign-out", {})).status, 403);
});

test("five wrong passwords lock the name; the answer never says whether it exists", async () => {
  const answer = async (login) => {
    const body = new URLSearchParams({ user: login, password: "not the right words" });
    const response = await fetch(`${hearth.url}/sign-in`, { method: "POST", body, redirect: "manual" });
    return { status: response.status, text: (await response.text()).replaceAll(login, "NAME") };
  };
  const known = await answer("theo");
  const unknown = await answer("nobody_here");
  assert.deepEqual(known.status, unknown.status);
  assert.deepEqual(known.text, unknown.text);
  for (let i = 0; i < 4; i++) await answer("theo");
  const locked = await answer("theo");
  assert.equal(locked.status, 429);
});
