// The command line: what its help names can be run, and a wrong word is told what would be right.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { program, root } from "./hearth.mjs";

function run(...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", cwd: root });
  return { status, out: stdout, error: stderr };
}
// The names of the overview: words in small letters before an argument or the gap to the text.
const names = run("help").out.split("\n").map((line) => /^  ([a-z]+( [a-z-]+)*)/.exec(line)?.[1]).filter(Boolean);

test("every command of the help is found by its words, and says what it takes", () => {
  assert.ok(names.includes("keys") && names.includes("keys rotate") && names.includes("serve"), names.join(", "));
  for (const name of names) {
    for (const words of [["help", ...name.split(" ")], [...name.split(" "), "--help"]]) {
      const { status, out } = run(...words);
      assert.equal(status, 0, words.join(" "));
      assert.ok(new RegExp(`^hearth ${name}( [A-Z[]|\\n)`).test(out), `${words.join(" ")}: ${out}`);
    }
  }
});

test("keys are changed from the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "hearth-keys-"));
  try {
    const data = join(folder, "data");
    assert.equal(run("sample", "--data", data).status, 0);
    assert.equal(run("keys", "rotate", "--data", data).status, 0);
    assert.match(run("keys", "--data", data).out, /key 2/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a folder that is not there is said to be none, and is not made", () => {
  const folder = mkdtempSync(join(tmpdir(), "hearth-none-"));
  try {
    const data = join(folder, "data");
    for (const words of [
      ["audit", "verify", "--data", data],
      ["keys", "--data", data],
      ["keys", "rotate", "--data", data],
      ["user", "token", "elena", "--data", data],
      ["access", "explain", "alma", "person", "1", "--data", data],
      ["backup", data, join(folder, "backup")],
      ["import", join(folder, "mapping.yaml"), folder, "--data", data],
      ["model", "check", folder],
    ]) {
      const { status, error } = run(...words);
      assert.notEqual(status, 0, words.join(" "));
      assert.ok(error.includes(folder), `${words.join(" ")}: ${error}`);
      assert.deepEqual(readdirSync(folder), [], words.join(" "));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a wrong word is told what would be right", () => {
  for (const [words, expected] of [
    [["frobnicate"], /no command 'frobnicate'; hearth help lists them/],
    [["help", "frobnicate"], /no command 'frobnicate'; hearth help lists them/],
    [["serve", "--prot", "3"], /unknown option --prot; hearth help serve lists what it takes/],
    [["serve", "--port"], /--port needs a value: --port N/],
    [["keys", "turn"], /keys does not take 'turn'; hearth help keys/],
    [["restore", "one"], /usage: hearth restore BACKUP DATA/],
  ]) {
    const { status, error } = run(...words);
    assert.equal(status, 2, words.join(" "));
    assert.match(error, expected);
  }
  assert.equal(run().status, 2);
});
