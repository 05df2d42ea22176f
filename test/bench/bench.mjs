// The bench: a state of invented families, the named routes under a load that does not wait, the same
// rows from a raw server in the same run, memory, start. Called by script/bench; docs/bench.md says what
// the figures mean.
import { execFile, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Hearth, Session, program, root } from "../http/hearth.mjs";

const options = { people: 25000, rate: 300, seconds: 20, workers: 20, names: "", shares: "", looks: 0, count: 0 };
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options)) throw new Error(`unknown option ${process.argv[i]}; known: --${Object.keys(options).join(" --")}`);
  options[name] = typeof options[name] === "string" ? process.argv[i + 1] : Number(process.argv[i + 1]);
}
const tools = join(root, "build/test/bench");
const folder = process.env.HEARTH_BENCH_DATA ?? join(root, "build/bench");
const data = join(folder, String(options.people));
const say = (text) => console.log(text);

// The routes and their shares: nine reads to one write.
const shares = {
  "my day": 20, assessment: 20, "case list": 12, person: 10, history: 8, "person search": 8,
  "intake search": 8, approvals: 4, "save a contact": 10,
};

// ---- the state ----

function python(code, ...words) {
  return execFileSync("python3", ["-c", code, ...words], { encoding: "utf8" });
}

const countRows = `
import sqlite3, sys, json
d = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
names = [r[0] for r in d.execute("select name from sqlite_master where type = 'table'")]
rows = {n: d.execute('select count(*) from "%s"' % n).fetchone()[0] for n in names}
rows = {n: c for n, c in rows.items() if c > 0}
surnames = d.execute("select count(distinct family_name) from person").fetchone()[0]
print(json.dumps({"rows": rows, "surnames": surnames}))`;

// People in the state there is; one that was ended early is gone on with.
function peopleThere() {
  if (!existsSync(join(data, "hearth.db"))) return 0;
  const made = join(data, "generated");
  return existsSync(made) ? Number(/^people (\d+)$/m.exec(readFileSync(made, "utf8"))[1]) : Infinity;
}

function generate() {
  if (peopleThere() >= 0.95 * options.people) return;
  mkdirSync(folder, { recursive: true });
  const words = ["generate", "--data", data, "--people", String(options.people)];
  if (options.names) words.push("--names", options.names);
  if (options.shares) words.push("--shares", options.shares);
  const told = execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const seconds = Number(/after (\d+) ms/.exec(told)[1]) / 1000;
  const { rows, surnames } = JSON.parse(python(countRows, join(data, "hearth.db")));
  const lines = Object.entries(rows).sort((a, b) => b[1] - a[1]).slice(0, 16);
  writeFileSync(join(folder, `${options.people}.txt`),
    [`Generated: ${told.trim()}`,
     `From nothing to a usable database: ${seconds.toFixed(1)} s; ${surnames} distinct surnames`, "",
     "| table | rows | rows a second |", "|---|--:|--:|",
     ...lines.map(([name, count]) => `| ${name} | ${count} | ${Math.round(count / seconds)} |`)].join("\n") + "\n");
}

// What a year of looking at people leaves: a file a month, and the table of who looked, which the server
// would make of them in the background. Nobody signs in for it: it is there to be in the way.
const looksOfAYear = `
import sqlite3, sys, os, glob, random, datetime
os.umask(0o077)
folder, total = sys.argv[1], int(sys.argv[2])
present = sorted(glob.glob(folder + "/access-*.db"))[-1]
year, month = int(present[-10:-6]), int(present[-5:-3])
main = sqlite3.connect(folder + "/hearth.db")
people = [r[0] for r in main.execute("select id from person")]
workers = [r[0] for r in main.execute("select id from worker")]
for back in range(1, 13):
    first = datetime.datetime(year + (month - 1 - back) // 12, (month - 1 - back) % 12 + 1, 1, 12)
    file = folder + first.strftime("/access-%Y-%m.db")
    log = sqlite3.connect(file)
    sqlite3.connect(present).backup(log)
    log.execute("pragma synchronous = off")
    begin = int(first.timestamp() * 1000)
    at = sorted(random.randrange(begin, begin + 27 * 86400000) for i in range(total // 12))
    log.executemany("insert into look (at, worker, record, entity, route, reason) values (?, ?, ?, 'person', 'person page', '')",
        ((when, random.choice(workers), random.choice(people)) for when in at))
    log.commit()
    last = log.execute("select max(sequence) from look").fetchone()[0]
    log.close()
    main.execute("attach ? as log", (file,))
    main.execute("insert into who_looked select record, at, worker, route, reason from log.look order by record, at")
    main.execute("insert or replace into who_looked_progress values (?, ?)", (file.split("/")[-1], last))
    main.commit()
    main.execute("detach log")
main.close()
print(total // 12 * 12)`;

function addLooks() {
  const marker = join(folder, `${options.people}.looks`);
  if (options.looks === 0 || existsSync(marker)) return;
  const began = process.hrtime.bigint();
  const made = Number(python(looksOfAYear, data, String(options.looks)));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  writeFileSync(marker, `${made} looks of the year before, ${seconds.toFixed(0)} s\n`);
}

// ---- the disk and the machine ----

function fsyncMicroseconds() {
  const file = openSync(join(folder, "fsync"), "w");
  const page = Buffer.alloc(4096, 1);
  const times = [];
  for (let i = 0; i < 200; i++) {
    const began = process.hrtime.bigint();
    writeSync(file, page, 0, page.length, i * page.length);
    fdatasyncSync(file);
    times.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  closeSync(file);
  times.sort((a, b) => a - b);
  return { median: times[100], p99: times[197] };
}

// Kilobytes that are the process's own, and its share of what it has in common with others.
function memory(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)[1]);
  return { anonymous: field("Pss_Anon"), all: field("Pss") };
}

// Milliseconds of processor that the process has used: what does not depend on who else works here.
function processor(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

// ---- servers ----

async function serve() {
  const hearth = new Hearth();
  hearth.data = data;
  hearth.clockFile = "";
  hearth.modelOption = [];
  const began = process.hrtime.bigint();
  await hearth.serve();
  await (await fetch(`${hearth.url}/healthz`)).text();
  hearth.startMs = Number(process.hrtime.bigint() - began) / 1e6;
  return hearth;
}

// The same with the library that tells each statement (count.c).
async function serveCounted() {
  process.env.LD_PRELOAD = join(tools, "count.so");
  const hearth = await serve();
  delete process.env.LD_PRELOAD;
  return hearth;
}

async function serveRaw(port, statements, page) {
  const server = spawn(join(tools, "raw"), [String(port), join(data, "hearth.db"), statements, page],
    { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((done, failed) => {
    server.stdout.once("data", done);
    server.once("exit", (code) => failed(new Error(`raw ended with ${code}`)));
  });
  return server;
}

// ---- what is asked ----

const ids = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((match) => match[1]))];
const id = "([0-9a-f]{8}-[0-9a-f-]{27})";

async function page(session, path) {
  const response = await session.fetch(path);
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

// Requests of one worker, as lines for the load program.
async function requestsOf(session, person) {
  const lines = [];
  const add = (route, method, path, body = "") =>
    lines.push([shares[route], route, method, path, session.cookie, body].join("\t"));
  const post = (pairs) => new URLSearchParams({ form_token: session.formToken, ...pairs }).toString();
  add("my day", "GET", "/my-day");
  add("case list", "GET", "/list/my_assessments");
  const assessments = ids(await page(session, "/list/my_assessments"), new RegExp(`/work/assessment/${id}"`, "g"));
  for (const one of assessments.slice(0, 20)) {
    add("assessment", "GET", `/work/assessment/${one}/overview`);
    add("history", "GET", `/record/assessment/${one}/history`);
    add("save a contact", "POST", `/work/assessment/${one}/contacts/new`, post({
      version: "0", record_id: "", began_at: person.day + "T13:10", ended_at: person.day + "T13:25",
      kind: "TELEPHONE", made: "yes", allegations_told: "yes", sheet_given: "no", summary: "We talked about the week.",
    }));
    const children = JSON.parse(python(childrenOf, join(data, "hearth.db"), one.replaceAll("-", "")));
    for (const child of children.slice(0, 1)) add("person", "GET", `/work/person/${child}`);
  }
  for (const name of person.names.splice(0, 25)) {
    add("person search", "POST", "/search", post({ words: `${name.given} ${name.family}` }));
    add("intake search", "POST", "/earlier-contact", post({
      panel_entity: "access_report",
      "participants[+1].given_name": name.given, "participants[+1].family_name": name.family,
      "participants[+2].family_name": name.family,
    }));
  }
  return { lines, assessments };
}

const childrenOf = `
import sqlite3, sys, json, uuid
d = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print(json.dumps([str(uuid.UUID(bytes=p)) for p, in d.execute(
    "select person from assessment_child where assessment = ?", (bytes.fromhex(sys.argv[2]),))]))`;

const someNames = `
import sqlite3, sys, json
d = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
n = d.execute("select max(rowid) from person").fetchone()[0]
step = max(1, n // 2000)
print(json.dumps([{"given": g, "family": f} for g, f in d.execute(
    "select given_name, family_name from person where rowid % ? = 0", (step,)) if g and f]))`;

async function plan(hearth) {
  const person = {
    day: new Date(Date.now() - 36e5 * 24).toISOString().slice(0, 10),
    names: JSON.parse(python(someNames, join(data, "hearth.db"))),
  };
  const lines = [];
  const assessments = [];
  const units = Math.floor(options.people / 8000) + 1;
  for (let i = 0; i < options.workers; i++) {
    const session = new Session(hearth.url);
    const unit = Math.floor(i / 9) % units;
    const supervisor = i % 9 === 8;
    await session.signIn(supervisor ? `supervisor${unit}` : `worker${unit}-${(i % 9) + 1}`);
    if (supervisor) {
      lines.push([shares.approvals, "approvals", "GET", "/approvals", session.cookie, ""].join("\t"));
      lines.push([shares["my day"], "my day", "GET", "/my-day", session.cookie, ""].join("\t"));
    } else {
      const own = await requestsOf(session, person);
      lines.push(...own.lines);
      assessments.push(...own.assessments);
    }
  }
  return { lines, assessments };
}

// The rows of the assessment page, bare.
const statements = [
  "SELECT * FROM assessment WHERE id = ?1",
  "SELECT * FROM assessment__assignments WHERE record = ?1 ORDER BY position",
  "SELECT r.* FROM access_report r JOIN assessment a ON a.report = r.id WHERE a.id = ?1",
  "SELECT * FROM assessment_child WHERE assessment = ?1",
  "SELECT * FROM assessment_adult WHERE assessment = ?1",
  "SELECT p.* FROM person p JOIN assessment_child c ON c.person = p.id WHERE c.assessment = ?1",
  "SELECT p.* FROM person p JOIN assessment_adult c ON c.person = p.id WHERE c.assessment = ?1",
  "SELECT * FROM contact WHERE assessment = ?1",
  "SELECT x.* FROM contact__children x JOIN contact c ON c.id = x.record WHERE c.assessment = ?1",
  "SELECT x.* FROM contact__adults x JOIN contact c ON c.id = x.record WHERE c.assessment = ?1",
  "SELECT * FROM present_danger_assessment WHERE assessment = ?1",
  "SELECT * FROM safety_decision WHERE assessment = ?1",
  "SELECT * FROM clock WHERE root = ?1",
  "SELECT audience FROM record_audience WHERE record = ?1",
];

// ---- counting ----

const rest = (ms) => new Promise((done) => setTimeout(done, ms));

// What a page asks of the database when it was asked for before, and the statements it asks oftenest.
async function countOne(hearth, session, path) {
  for (let i = 0; i < 12; i++) await page(session, path); // each connection has a cache of its own
  await rest(500);
  const from = hearth.log.length;
  await page(session, path);
  await rest(500);
  const told = [...hearth.log.slice(from).matchAll(/^counted (\d+) (\d+) (.*)$/gm)];
  const sum = (part) => told.reduce((all, one) => all + Number(one[part]), 0);
  return [path.replace(/[0-9a-f-]{36}/, "..."), told.length, sum(1), sum(2)];
}

async function count() {
  const hearth = await serveCounted();
  const worker = new Session(hearth.url), supervisor = new Session(hearth.url);
  await worker.signIn("worker0-1");
  await supervisor.signIn("supervisor0");
  const [assessment] = ids(await page(worker, "/list/my_assessments"), new RegExp(`/work/assessment/${id}"`, "g"));
  const pages = [[supervisor, "/approvals"], [supervisor, "/my-day"], [worker, "/my-day"], [worker, "/list/my_assessments"],
    [worker, `/work/assessment/${assessment}/overview`]];
  say("| page | statements | pages of the file not in the connection's cache | steps |\n|---|--:|--:|--:|");
  for (const [session, path] of pages) say(`| ${(await countOne(hearth, session, path)).join(" | ")} |`);
  await hearth.end();
}

// ---- measuring ----

// Not waited for in place: what the server writes to its log must be read meanwhile.
async function load(server, port, rate, seconds, connections, file) {
  const before = processor(server.pid);
  const words = [port, rate, seconds, connections, file].map(String);
  const { stdout: text } = await promisify(execFile)(join(tools, "load"), words);
  const routes = [];
  let throughput = 0;
  for (const line of text.trim().split("\n")) {
    const [name, count, p50, p95, p99, most, errors] = line.split("\t");
    if (name === "throughput") throughput = Number(count);
    else routes.push({ name, count: Number(count), p50: p50 / 1000, p95: p95 / 1000, p99: p99 / 1000, most: most / 1000, errors: Number(errors) });
  }
  const count = routes.find((route) => route.name === "all").count;
  return { routes, throughput, processor: (processor(server.pid) - before) / count };
}

// ---- paper ----

// One letter, and the pack of a visit in each language; beside each its own words, drawn by bare Pango and Cairo.
async function paper(hearth, line) {
  const [, , , path, cookie] = line.split("\t");
  const record = `/record/assessment/${/assessment\/([0-9a-f-]{36})/.exec(path)[1]}`;
  const wanted = {
    "a letter": `${record}/document/process_sheet.pdf`,
    "visit pack, English": `${record}/paper.pdf?language=`,
    "visit pack, Spanish": `${record}/paper.pdf?language=es`,
    "visit pack, Hmong": `${record}/paper.pdf?language=hmn`,
  };
  const found = [];
  for (const [name, address] of Object.entries(wanted)) {
    const response = await fetch(hearth.url + address, { headers: { Cookie: cookie } });
    if (response.status !== 200) throw new Error(`${address}: ${response.status}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    writeFileSync(join(folder, "paper.pdf"), bytes);
    execFileSync("pdftotext", ["-layout", join(folder, "paper.pdf"), join(folder, "paper.txt")]);
    const run = await load(hearth.process, hearth.port, 0, 4, 2, write("alone", [`1\tpaper\tGET\t${address}\t${cookie}\t`]));
    const [us, pages, size] = execFileSync(join(tools, "raw_paper"), [join(folder, "paper.txt"), "20"], { encoding: "utf8" }).trim().split("\t").map(Number);
    found.push({ name, run, pages, bytes: bytes.length, raw: us / 1000, rawBytes: size });
  }
  return found;
}

function paperTable(found) {
  say("\nPaper, 2 connections that always ask; raw: the same words drawn by bare Pango and Cairo, without tags:\n");
  say("| what | pages | KB | processor ms | a page | raw KB | raw processor ms | ratio |\n|---|--:|--:|--:|--:|--:|--:|--:|");
  for (const { name, run, pages, bytes, raw, rawBytes } of found) {
    const ms = run.processor;
    say(`| ${name} | ${pages} | ${(bytes / 1024).toFixed(0)} | ${ms.toFixed(1)} | ${(ms / pages).toFixed(1)} | ${(rawBytes / 1024).toFixed(0)} | ${raw.toFixed(1)} | ${(raw / ms).toFixed(2)} |`);
  }
}

function table(routes) {
  say("| route | requests | p50 ms | p95 ms | p99 ms | max ms | errors |\n|---|--:|--:|--:|--:|--:|--:|");
  for (const route of routes) {
    say(`| ${route.name} | ${route.count} | ${route.p50.toFixed(2)} | ${route.p95.toFixed(2)} | ${route.p99.toFixed(2)} | ${route.most.toFixed(2)} | ${route.errors} |`);
  }
}

const only = (lines, route) => lines.filter((line) => line.split("\t")[1] === route);

function write(name, lines) {
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n") + "\n");
  return path;
}

async function main() {
  generate();
  addLooks();
  for (const kind of ["txt", "looks"]) {
    const told = join(folder, `${options.people}.${kind}`);
    if (existsSync(told)) say(readFileSync(told, "utf8"));
  }
  if (options.rate === 0) return; // the state alone was asked for
  if (options.count) return count();
  const fsync = fsyncMicroseconds();
  const hearth = await serve();
  const { lines, assessments } = await plan(hearth);
  const all = write("requests", lines);
  const [, , , path, cookie] = only(lines, "assessment")[0].split("\t");
  const shown = await (await fetch(hearth.url + path, { headers: { Cookie: cookie } })).text();
  const before = memory(hearth.process.pid);
  await load(hearth.process, hearth.port, options.rate / 3, 5, 64, all); // warm
  const open = await load(hearth.process, hearth.port, options.rate, options.seconds, 64, all);
  const reads = write("reads", only(lines, "assessment"));
  const statics = write("static", ["1\tstatic\tGET\t/static/none\t\t"]);
  const alone = [];
  for (const route of Object.keys(shares)) {
    const file = write("alone", only(lines, route));
    alone.push([route, await load(hearth.process, hearth.port, 0, 2, 4, file)]);
  }
  const full = await load(hearth.process, hearth.port, 0, 5, 32, reads);
  const mixed = await load(hearth.process, hearth.port, 0, 5, 32, all);
  const after = memory(hearth.process.pid);
  const papers = await paper(hearth, only(lines, "assessment")[0]);
  await hearth.end();

  const port = hearth.port;
  const raw = await serveRaw(port, write("statements.sql", statements), write("page.html", [shown]));
  const rows = write("rows", assessments.map((one) => `1\trows\tGET\t/rows/${one.replaceAll("-", "")}\t\t`));
  await load(raw, port, 0, 1, 32, rows);
  const rawRows = await load(raw, port, 0, 5, 32, rows);
  const rawPage = await load(raw, port, 0, 5, 32, statics);
  raw.kill("SIGTERM");

  say(`Cores ${availableParallelism()}; database ${(statSync(join(data, "hearth.db")).size / 1e6).toFixed(0)} MB; fsync of a page ${(fsync.median / 1000).toFixed(2)} ms (p99 ${(fsync.p99 / 1000).toFixed(2)} ms)`);
  say(`Start to first answer ${hearth.startMs.toFixed(0)} ms; memory ${(before.anonymous / 1024).toFixed(0)} MB before, ${(after.anonymous / 1024).toFixed(0)} MB after (anonymous, PSS; ${(after.all / 1024).toFixed(0)} MB with files)\n`);
  say(`Open loop, ${options.rate} requests a second for ${options.seconds} s, latency from when each was due:\n`);
  table(open.routes);
  say("\nEach route alone, 4 connections that always ask:\n\n| route | processor ms a request | requests a second | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|");
  for (const [route, run] of alone) {
    const all = run.routes.find((one) => one.name === "all");
    say(`| ${route} | ${run.processor.toFixed(2)} | ${run.throughput.toFixed(0)} | ${all.p50.toFixed(2)} | ${all.p99.toFixed(2)} |`);
  }
  const mean = alone.reduce((sum, [route, run]) => sum + shares[route] * run.processor, 0) / 100;
  say(`| by their shares | ${mean.toFixed(2)} | | | |`);
  say("\nSaturation, 32 connections that always ask:\n\n| what | requests a second | processor ms a request | ratio by processor |\n|---|--:|--:|--:|");
  const last = [["all routes mixed", mixed], ["assessment page", full], ["the same rows, raw", rawRows], ["a static page, raw", rawPage]];
  for (const [name, run] of last) {
    say(`| ${name} | ${run.throughput.toFixed(0)} | ${run.processor.toFixed(3)} | ${(rawRows.processor / run.processor).toFixed(3)} |`);
  }
  paperTable(papers);
}

await main();
