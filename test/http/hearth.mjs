// A Hearth of its own for a test: the sample county in a temporary folder, a free port, and a clock
// that the test sets. Used by the http, access, story and browser suites.
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const program = process.env.HEARTH_PROGRAM ?? join(root, "build/hearth");
export const password = "hearth sample county";
// Real data beside the project; tests that need it say that they skip where it is not.
export const shared = process.env.HEARTH_SHARED ?? join(root, "../shared");

// Where HEARTH_TEST_POSTGRES is set, records are in a database of their own on the server that PGHOST
// leads to (test/postgres/with-postgres), else in the data folder.
export const onServer = process.env.HEARTH_TEST_POSTGRES !== undefined;
export const postgresBin = process.env.POSTGRES_BIN ?? "/usr/lib/postgresql/15/bin";

export function createDatabase(name = `t${randomBytes(8).toString("hex")}`, template = "template1") {
  execFileSync(join(postgresBin, "createdb"), ["--template", template, name], { stdio: ["ignore", "ignore", "inherit"] });
  return name;
}

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export class Hearth {
  // clock: ISO time with offset. The sample county is made as of then. model: a folder, to serve with
  // another model than the one of the build,
  // or with overlays: "model:agency/marathon". db: the address of a database that is there and empty.
  static async start({ clock = "2026-11-25T08:00:00-06:00", model, db } = {}) {
    const hearth = new Hearth();
    hearth.modelOption = model ? ["--model", model] : [];
    hearth.folder = mkdtempSync(join(tmpdir(), "hearth-test-"));
    hearth.data = join(hearth.folder, "data");
    hearth.clockFile = join(hearth.folder, "clock");
    hearth.setClock(clock);
    hearth.db = db;
    if (onServer && !db) {
      hearth.database = createDatabase();
      hearth.db = `postgresql:///${hearth.database}`;
    }
    hearth.makeSample();
    await hearth.serve();
    return hearth;
  }

  setClock(iso) {
    this.now = Date.parse(iso);
    writeFileSync(this.clockFile, String(this.now));
  }

  run(...words) {
    return execFileSync(program, words, { encoding: "utf8", cwd: root });
  }

  // The sample is the same for the same time and program: made once a run, then copied; it is there whole or not
  // at all, for tests run side by side.
  makeSample() {
    const kept = process.env.HEARTH_SAMPLE_CACHE;
    const copy = kept && join(kept, String(this.now));
    if (copy && !this.db && existsSync(join(copy, "hearth.db"))) {
      cpSync(copy, this.data, { recursive: true });
      return;
    }
    this.run("sample", "--data", this.data, "--clock-file", this.clockFile, ...(this.db ? ["--db", this.db] : []));
    if (!copy || this.db) return;
    cpSync(this.data, `${copy}.${process.pid}`, { recursive: true });
    try {
      renameSync(`${copy}.${process.pid}`, copy);
    } catch {
      rmSync(`${copy}.${process.pid}`, { recursive: true }); // another test was first
    }
  }

  async serve(...options) {
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    this.log = "";
    this.process = spawn(
      program,
      ["serve", "--port", String(this.port), "--data", this.data, ...(this.clockFile ? ["--clock-file", this.clockFile] : []),
        ...this.modelOption, ...options],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    );
    this.process.stderr.on("data", (bytes) => (this.log += bytes));
    await new Promise((done, failed) => {
      const tooLate = setTimeout(() => failed(new Error(`no answer: ${this.log}`)), 60000);
      this.process.once("exit", (code) => failed(new Error(`stopped (${code}): ${this.log}`)));
      this.process.stdout.on("data", (bytes) => {
        if (String(bytes).includes("is serving on")) {
          clearTimeout(tooLate);
          done();
        }
      });
    });
  }

  // The practice model in a folder of its own, with files changed: { file: change }.
  modelWith(name, changes) {
    const folder = join(this.folder, name);
    cpSync(join(root, "model"), folder, { recursive: true });
    for (const [file, change] of Object.entries(changes)) {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      const changed = change(text);
      if (changed === text) throw new Error(`nothing to change in ${file} of ${name}`);
      writeFileSync(path, changed);
    }
    return folder;
  }

  // Stops and serves the same records with another model.
  async serveWith(model) {
    await this.end();
    this.modelOption = ["--model", model];
    await this.serve();
  }

  // Ends the server and says how it ended: 0 is a clean stop (under sanitizers: nothing found).
  async end() {
    const code = await new Promise((done) => {
      this.process.removeAllListeners("exit");
      this.process.once("exit", (status, signal) => done(status ?? signal));
      this.process.kill("SIGTERM");
    });
    return code;
  }

  async stop() {
    const code = await this.end();
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`hearth ended with ${code}:\n${this.log.slice(-4000)}`);
  }

  // Lets a worker sign in who was entered after the sample was made.
  setPassword(login) {
    execFileSync(program, ["user", "add", login, "--data", this.data], { cwd: root, input: `${password}\n` });
  }

  // A program's way in.
  api(login) {
    const token = this.run("user", "token", login, "--data", this.data, ...this.modelOption).trim();
    return new Api(this.url, token);
  }

  // A person's way in, without a browser: cookie and form token.
  async signIn(login) {
    const session = new Session(this.url);
    await session.signIn(login);
    return session;
  }
}

export class Api {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  // The identifiers of all records of an entity, page after page.
  async ids(entity) {
    const ids = [];
    let cursor = "";
    do {
      const { body } = await this.get(`/${entity}?limit=200${cursor && `&cursor=${cursor}`}`);
      ids.push(...body.items.map((one) => one.id));
      cursor = body.next_cursor ?? "";
    } while (cursor);
    return ids;
  }

  async call(method, path, { body, version, key, headers = {} } = {}) {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(version ? { "If-Match": `"${version}"` } : {}),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
  }

  get(path) {
    return this.call("GET", path);
  }

  // Proves anew who is behind the token, for ten minutes. Who has no password cannot.
  confirm() {
    return this.call("POST", "/confirm", { body: { code: password } });
  }
}

export class Session {
  constructor(url) {
    this.url = url;
    this.cookie = "";
  }

  async fetch(path, options = {}) {
    const response = await fetch(this.url + path, {
      redirect: "manual",
      ...options,
      headers: { Cookie: this.cookie, ...(options.headers ?? {}) },
    });
    const made = response.headers.get("set-cookie");
    if (made) this.cookie = made.split(";")[0];
    return response;
  }

  async signIn(login, word = password) {
    const form = new URLSearchParams({ user: login, password: word });
    const response = await this.fetch("/sign-in", { method: "POST", body: form });
    if (response.status !== 303) throw new Error(`sign-in of ${login}: ${response.status}`);
    const page = await (await this.fetch("/my-day")).text();
    this.formToken = /name="form_token" value="([^"]+)"/.exec(page)?.[1];
  }

  async post(path, pairs) {
    const form = new URLSearchParams(pairs);
    form.set("form_token", this.formToken);
    return this.fetch(path, { method: "POST", body: form });
  }
}
