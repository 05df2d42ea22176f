// The configuration file: what is wrong is said at once, with its place; what is right is in force.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth, program, root } from "./hearth.mjs";

let folder, file;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "hearth-config-"));
  file = join(folder, "hearth.yaml");
});
after(() => rmSync(folder, { recursive: true, force: true }));

function check(text) {
  writeFileSync(file, text);
  const { status, stdout } = spawnSync(program, ["config", "check", file], { encoding: "utf8", timeout: 20000 });
  return { status, lines: stdout.trim().split("\n").map((line) => line.replace(`${file}:`, "")) };
}

test("all that is wrong is said at once, each with its place and what would be right", () => {
  const { status, lines } = check(
    ["data: relative/path", "prot: 80", "port: 65536", "address: localhost", "secure: true", "second_factor: always",
      "checkpoints: /nowhere/at/all", "drain: soon", "log: ''", "log_level: [all]", "config: /etc/x", ""].join("\n"));
  assert.equal(status, 1);
  assert.deepEqual(lines, [
    "1:7: 'data' takes a whole path: it begins with '/'",
    "2:1: unknown setting 'prot'; did you mean 'port'?",
    "3:7: 'port' takes a number from 1 to 65535",
    "4:10: 'address' takes an IPv4 address such as 127.0.0.1",
    "5:9: 'secure' is 'yes' or 'no'",
    "6:16: 'second_factor' takes required or offered",
    "7:14: 'checkpoints' takes a folder that can be written; /nowhere/at/all: No such file or directory",
    "8:8: 'drain' takes a number from 1 to 600",
    "9:6: 'log' is empty; write it or take the key out",
    "10:12: 'log_level' is one text, not a list or mapping",
    "11:1: unknown setting 'config'",
  ]);
});

test("what is no configuration at all is refused with its place", () => {
  assert.match(check("- a\n").lines[0], /^1:1: a configuration is 'setting: value'/);
  assert.match(check("port: 1\nport: 2\n").lines[0], /^2:1: /);
  assert.match(check("port: &a 1\n").lines[0], /^1:7: /);
  assert.equal(spawnSync(program, ["config", "check", join(folder, "none")], { encoding: "utf8" }).status, 1);
});

test("a secret that others can read is refused, and is in no list of processes", () => {
  const token = join(folder, "token");
  writeFileSync(token, "0123456789abcdef0123456789abcdef\n");
  chmodSync(token, 0o644);
  assert.match(check(`metrics_token: ${token}\n`).lines[0], /nobody else may read: chmod 600/);
  chmodSync(token, 0o600);
  assert.equal(check(`metrics_token: ${token}\n`).status, 0);
});

test("the page of settings is that of the program", () => {
  const written = readFileSync(join(root, "docs/generated/settings.md"), "utf8");
  assert.equal(execFileSync(program, ["config", "docs"], { encoding: "utf8" }), written);
});

test("the command line takes the same values, and wins over the file", async () => {
  const bad = spawnSync(program, ["serve", "--port", "0"], { encoding: "utf8" });
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /--port takes a number from 1 to 65535/);
  writeFileSync(file, "port: 1\naddress: 127.0.0.1\ndrain: 5\n");
  const hearth = await Hearth.start();
  await hearth.end();
  await hearth.serve("--config", file); // with --port on the command line: port 1 would be refused
  assert.equal((await fetch(`${hearth.url}/healthz`)).status, 200);
  await hearth.stop();
});

test("a faulty file keeps the server from starting, and says all", () => {
  writeFileSync(file, "port: no\ndrain: no\n");
  const { status, stderr } = spawnSync(program, ["serve", "--config", file], { encoding: "utf8", timeout: 20000 });
  assert.equal(status, 2);
  assert.equal(stderr.trim().split("\n").length, 2);
});

const wait = (fits, ms = 10000) =>
  new Promise((done, failed) => {
    const until = Date.now() + ms;
    const look = () => (fits() ? done() : Date.now() > until ? failed(new Error("it did not come")) : setTimeout(look, 20));
    look();
  });

test("SIGHUP takes up what may change, says what needs a restart, and opens the log anew", async () => {
  const log = join(folder, "hearth.log");
  writeFileSync(file, `log: ${log}\nlog_level: all\n`);
  const hearth = await Hearth.start();
  await hearth.end();
  await hearth.serve("--config", file);
  const read = (path = log) => readFileSync(path, "utf8");
  await fetch(`${hearth.url}/healthz`);
  await wait(() => /event=request .*route="\/healthz" status=200/.test(read()));
  renameSync(log, `${log}.1`);
  writeFileSync(file, `log: ${log}\nlog_level: warnings\nsecond_factor: required\nsecure: yes\n`);
  hearth.process.kill("SIGHUP");
  await wait(() => /event=needs_restart detail="secure"/.test(read(`${log}.1`)));
  await wait(() => spawnSync("test", ["-e", log]).status === 0);
  assert.match(read(`${log}.1`), /event=reloaded detail="second_factor"/);
  await fetch(`${hearth.url}/healthz`);
  const form = new URLSearchParams({ user: "alma", password: "hearth sample county" });
  const answer = await fetch(`${hearth.url}/sign-in`, { method: "POST", body: form, redirect: "manual" });
  assert.equal(answer.headers.get("location"), "/second-factor");
  assert.doesNotMatch(read(), /healthz/);
  writeFileSync(file, "drain: never\n");
  hearth.process.kill("SIGHUP");
  await wait(() => /event=not_reloaded/.test(read()));
  assert.match(read(), /hearth\.yaml:1:8: 'drain' takes a number/);
  assert.equal((await fetch(`${hearth.url}/healthz`)).status, 200);
  await hearth.stop();
});
