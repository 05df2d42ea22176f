// Stopping and starting: nobody who asks is left without an answer, nothing is saved twice.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { Hearth, program, root } from "./hearth.mjs";

const restarts = 3;
const savers = 12;
let hearth, api, manager, lines, told, ended;

// Waits until one of the manager's lines passes.
async function until(fits) {
  for (;;) {
    const found = lines.findIndex(fits);
    if (found >= 0) return lines.splice(0, found + 1).pop();
    await once(told, "line");
  }
}

before(async () => {
  hearth = await Hearth.start();
  api = hearth.api("alma");
  await hearth.end();
  manager = spawn("python3", [join(root, "test/http/supervise.py"), program, "serve", "--data", hearth.data,
    "--clock-file", hearth.clockFile], { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
  ended = once(manager, "exit");
  manager.log = "";
  manager.stderr.on("data", (bytes) => (manager.log += bytes));
  lines = [];
  told = createInterface({ input: manager.stdout });
  told.on("line", (line) => lines.push(line));
  api.url = `http://127.0.0.1:${(await until((line) => line.startsWith("port "))).split(" ")[1]}`;
  await until((line) => line === "told READY=1");
});
after(async () => {
  manager?.stdin.end();
  await ended;
  hearth.process = null;
});

// A connection that nobody uses may be closed at any time, also in the moment in which a client begins to
// use it (RFC 9112, 9.3.1). The client asks again, with the same key: what was saved is not saved twice.
async function again(ask) {
  try {
    return await ask();
  } catch (error) {
    if (error.cause?.code !== "UND_ERR_SOCKET" && error.cause?.code !== "ECONNRESET") throw error;
    return ask();
  }
}

test(`${savers} save without a pause while the server restarts ${restarts} times`, async () => {
  const existing = new Set(await api.ids("access_report"));
  const made = [];
  let going = true;
  const save = async (number) => {
    for (let i = 0; going; i++) {
      const answer = await again(() => api.call("POST", "/access_report", { body: {}, key: `restart-${number}-${i}` }));
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      made.push(answer.body.id);
    }
  };
  const signIn = async () => {
    for (; going; ) {
      const form = new URLSearchParams({ user: "alma", password: "hearth sample county" });
      const answer = await fetch(`${api.url}/sign-in`, { method: "POST", body: form, redirect: "manual" });
      assert.equal(answer.status, 303);
      await answer.arrayBuffer();
    }
  };
  const work = [signIn(), ...Array.from({ length: savers }, (_, number) => save(number))];
  for (let i = 0; i < restarts; i++) {
    await new Promise((done) => setTimeout(done, 700));
    const before = made.length;
    manager.stdin.write("restart\n");
    assert.equal(await until((line) => line.startsWith("ended ")), "ended 0", manager.log);
    await until((line) => line === "told READY=1");
    assert.ok(made.length > before, "nothing was saved around the restart");
  }
  await new Promise((done) => setTimeout(done, 300));
  going = false;
  await Promise.all(work);
  const found = (await api.ids("access_report")).filter((id) => !existing.has(id)).sort();
  assert.deepEqual(found, [...new Set(made)].sort(), "what was answered is what is there");
  assert.equal(new Set(made).size, made.length);
});

// One connection that stays open, as a proxy keeps it.
function onOne(agent, path) {
  return new Promise((done, failed) => {
    const asked = request(`${api.url}${path}`, { agent }, (answer) => {
      let text = "";
      answer.on("data", (bytes) => (text += bytes));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, text }));
    });
    asked.on("error", failed);
    asked.end();
  });
}

test("a stop is told to the manager, and on an open connection it answers, says so, and closes", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const first = await onOne(agent, "/healthz");
  assert.equal(first.status, 200);
  assert.notEqual(first.headers.connection, "close");
  manager.stdin.write("restart\n");
  await new Promise((done) => setTimeout(done, 200));
  const second = await onOne(agent, "/healthz");
  assert.equal(second.status, 503);
  assert.deepEqual(JSON.parse(second.text).status, "draining");
  assert.equal(second.headers.connection, "close");
  await until((line) => line.startsWith("ended "));
  await until((line) => line === "told READY=1");
  assert.equal((await onOne(agent, "/healthz")).status, 200);
  agent.destroy();
});
