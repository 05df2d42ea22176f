// Stopping with requests under way: who is in the middle of one has an answer, and one that never ends does
// not hold the stop for longer than the setting says.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { Hearth, password } from "./hearth.mjs";

let hearth;
before(async () => {
  hearth = await Hearth.start();
  await hearth.end();
});
after(async () => {
  hearth.process.kill("SIGKILL");
  await hearth.serve();
  await hearth.stop();
});

// The beginning of a sign-in; the rest is written when the test says so.
async function begin(body) {
  const socket = connect(hearth.port, "127.0.0.1");
  await once(socket, "connect");
  socket.text = "";
  socket.on("data", (bytes) => (socket.text += bytes));
  socket.on("error", () => {});
  socket.write(`POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`);
  return socket;
}

// Until the server says that it goes.
async function told(what) {
  while (!hearth.log.includes(what)) await once(hearth.process.stderr, "data");
}

// A promise of how it ended, once it has begun to stop.
async function stopping() {
  hearth.process.removeAllListeners("exit");
  const gone = once(hearth.process, "exit");
  hearth.process.kill("SIGTERM");
  await told("draining");
  return { gone };
}

const body = new URLSearchParams({ user: "alma", password }).toString();

test("what is under way is answered before the server goes, and the stop is a clean one", async () => {
  await hearth.serve("--drain", "30");
  const slow = await begin(body);
  await fetch(`${hearth.url}/healthz`); // so that the one before has been begun
  const { gone } = await stopping();
  slow.write(body.slice(10));
  await once(slow, "close");
  assert.match(slow.text, /^HTTP\/1.1 303 /);
  const [code] = await gone;
  assert.equal(code, 0, hearth.log);
});

test("a request that never ends does not hold the stop beyond its limit", async () => {
  await hearth.serve("--drain", "1");
  const endless = await begin(body);
  const slow = await begin(body);
  await fetch(`${hearth.url}/healthz`);
  const { gone } = await stopping();
  slow.write(body.slice(10));
  const [code] = await gone;
  assert.match(slow.text, /^HTTP\/1.1 303 /);
  assert.equal(endless.text, "");
  assert.equal(code, 1);
  assert.match(hearth.log, /requests without an answer: 1/);
  endless.destroy();
});
