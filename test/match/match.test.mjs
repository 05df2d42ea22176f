// "hearth match" on files of invented persons whose truth is known, on the files of others where they are there
// (../shared/data), and on files that are no use.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { invent } from "./invent.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const shared = process.env.HEARTH_SHARED ?? join(root, "../shared");
const program = process.env.HEARTH_PROGRAM ?? join(root, "build/hearth");
const folder = mkdtempSync(join(tmpdir(), "hearth-match-"));
after(() => rmSync(folder, { recursive: true }));

function run(...parts) {
  const done = spawnSync(program, ["match", ...parts], { encoding: "utf8", maxBuffer: 1 << 28 });
  return { status: done.status, out: done.stdout, told: done.stderr };
}

function file(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const mapping = (name) => join(here, `${name}.yaml`);

// The table of --truth: { blocking, rows: [{ at, alone: [p, r, f1], groups: [p, r, f1] }] }.
function truth(map, ...files) {
  const done = run(...files, "--map", map, "--truth", "--wrong", "0");
  assert.equal(done.status, 0, done.told);
  const rows = done.out.split("\n").map((line) => line.trim().split(/\s+/).map(Number))
    .filter((cells) => cells.length === 7 && cells.every(Number.isFinite))
    .map(([at, ...figures]) => ({ at, alone: figures.slice(0, 3), groups: figures.slice(3) }));
  return { blocking: Number(/blocking recall ([0-9.]+)/.exec(done.out)[1]), rows, all: [...rows.map((row) => row.alone), ...rows.map((row) => row.groups)] };
}

const bestF1 = (found) => Math.max(...found.all.map(([, , f1]) => f1));
const recallAt = (found, precision) => Math.max(0, ...found.all.filter(([p]) => p >= precision).map(([, recall]) => recall));

for (const seed of [11, 12, 13]) {
  test(`a register with few errors, seed ${seed}`, () => {
    const found = truth(mapping("register"), file("register.csv", invent("register", 1200, seed)));
    assert.ok(bestF1(found) >= 0.98, `F1 ${bestF1(found)}`);
    assert.ok(recallAt(found, 0.99) >= 0.96, `recall ${recallAt(found, 0.99)}`);
  });
}

test("many damaged records of each person", () => {
  const found = truth(mapping("historical"), file("historical.csv", invent("historical", 500, 21)));
  assert.ok(bestF1(found) >= 0.9, `F1 ${bestF1(found)}`);
  assert.ok(found.blocking >= 0.9, `blocking ${found.blocking}`);
});

test("brothers, sisters, twins, fathers and sons of one name are not one person", () => {
  const found = truth(mapping("register"), file("families.csv", invent("families", 700, 31)));
  const half = found.rows.find((row) => row.at === 0.5);
  assert.ok(half.groups[0] >= 0.93, `precision ${half.groups[0]}`);
  assert.ok(half.groups[1] >= 0.85, `recall ${half.groups[1]}`);
});

test("two files: only pairs between them", () => {
  const lines = invent("register", 800, 41).trim().split("\n");
  const [heading, ...rows] = lines;
  const first = rows.filter((row) => /^r-\d+-0,/.test(row)), second = rows.filter((row) => /^r-\d+-1,/.test(row));
  const a = file("a.csv", [heading, ...first].join("\n")), b = file("b.csv", [heading, ...second].join("\n"));
  const found = truth(mapping("register"), a, b);
  assert.ok(bestF1(found) >= 0.97, `F1 ${bestF1(found)}`);
  const done = run(a, b, "--map", mapping("register"));
  for (const line of done.out.trim().split("\n").slice(1)) {
    const [, left, right] = line.split(",");
    assert.match(`${left} ${right}`, /^r-\d+-0 r-\d+-1$/);
  }
});

test("pairs come with probability and reasons, the same in every run", () => {
  const csv = file("small.csv", invent("register", 300, 51));
  const out = join(folder, "pairs.csv");
  assert.equal(run(csv, "--map", mapping("register"), "--out", out).status, 0);
  const pairs = readFileSync(out, "utf8");
  assert.match(pairs, /^probability,a,b,together,why\n(0\.\d{4}|1\.0000),r-\d+-\d,r-\d+-\d,(yes|no),/);
  assert.match(pairs, /given name: the same \(\d+ times as probable\)/);
  assert.equal(run(csv, "--map", mapping("register")).out, pairs);
});

for (const [name, csv, map] of [["Febrl's", "linkage-febrl/dataset1.csv", "linkage-febrl"], ["Splink's", "linkage-splink-fake1000/fake_1000.csv", "linkage-splink-fake1000"]]) {
  const path = join(shared, "data", csv);
  test(`${name} file`, { skip: existsSync(path) ? false : `${csv} is not there` }, () => {
    const found = truth(join(root, `mapping/${map}.yaml`), path);
    assert.ok(bestF1(found) >= (map === "linkage-febrl" ? 0.98 : 0.95), `F1 ${bestF1(found)}`);
  });
}

test("what is no use is answered with what is wrong, or with nothing", () => {
  const map = mapping("register");
  const heading = "record,person,given,family,birth,number,street,unit,town,code,state\n";
  assert.match(run(file("empty.csv", ""), "--map", map).told, /begins with no row of column names/);
  assert.match(run(file("other.csv", "a,b\n1,2\n"), "--map", map).told, /no column 'given'/);
  assert.equal(run(file("none.csv", heading), "--map", map).out, "probability,a,b,together,why\n");
  assert.equal(run(file("one.csv", `${heading}1,1,Ann,Lee,,,,,,,\n`), "--map", map).status, 0);
  assert.match(run(file("one.csv", `${heading}1,1,Ann,Lee,,,,,,,\n`), "--map", file("bad.yaml", "mapping: x\nfields:\n  - { column: a, is: gven }\n")).told,
    /did you mean 'given'/);
  assert.match(run(file("one.csv", heading), "--map", file("nobody.yaml", "mapping: x\nfields:\n  - { column: given, is: given }\n"), "--truth").told, /'person'/);
  const odd = ["👶", "a", "x".repeat(10000), "שלום", "'; DROP TABLE", "%", "_", "\u0001\u0002", "\u202e"];
  const rows = odd.flatMap((name, i) => [`${i},${i},"${name}","${name}",2024-13-99,,,,,,`, `${i}b,${i},"${name}","${name}",0000-00-00,,,,,,`]);
  assert.equal(run(file("odd.csv", `${heading}${rows.join("\n")}\n`), "--map", map, "--truth").status, 0);
});

test("a hundred thousand babies called Unknown are no pairs, in bounded time", () => {
  const rows = Array.from({ length: 100000 }, (_, i) => `${i},${i},Baby,Unknown,2024-01-0${1 + (i % 9)},,,,,,wi`);
  const began = Date.now();
  const done = run(file("babies.csv", `record,person,given,family,birth,number,street,unit,town,code,state\n${rows.join("\n")}\n`), "--map", mapping("register"));
  assert.equal(done.status, 0, done.told);
  assert.equal(done.out, "probability,a,b,together,why\n");
  assert.ok(Date.now() - began < 300000);
});
