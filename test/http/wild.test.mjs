// Whatever is asked, the server answers: as each worker the pages are walked at random, addresses altered, and forms sent
// with values that no form offers. No answer is a fault of the server, nothing of history breaks, and what a
// sanitizer finds ends the program and with it the test. HEARTH_WILD_SEED repeats a walk, HEARTH_WILD_PAGES makes it longer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

const long = process.env.HEARTH_TEST_TIER === "long";
const pages = Number(process.env.HEARTH_WILD_PAGES ?? (long ? 1500 : 60));
const firstSeed = Number(process.env.HEARTH_WILD_SEED ?? (long ? Date.now() % 1e6 : 1));
const odd = [
  "", "x", "0", "-1", "99999999999999999999", "2026-02-31", "2026-11-22T10:00", "true", "null", "'\"><script>", "\u0000", "\u202eabc",
  "a".repeat(5000), "\u{1f600}", "upload:0", "upload:99", "PHYS", "+1", "[]", "%00", "../../etc/passwd", "=1+1",
  "01a2016e-6eee-7001-a7ed-00d23f60f434",
];

let hearth;
before(async () => {
  hearth = await Hearth.start();
});
after(() => hearth.stop());

// Numerical Recipes' linear congruence: the same walk for the same seed.
function dice(seed) {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const plain = (text) => text.replaceAll("&amp;", "&");

// The forms of a page: where each goes, and the names in it with the values offered.
function formsOf(html) {
  return [...html.matchAll(/<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)]
    .filter(([, action]) => !/sign-out|second-factor/.test(action))
    .map(([, action, inside]) => ({
      action: plain(action),
      fields: [...inside.matchAll(/<(?:input|select|textarea|button)[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)")?/g)]
        .map(([, name, value]) => [name, plain(value ?? "")]),
    }));
}

class Walk {
  constructor(session, seed) {
    Object.assign(this, { session, roll: dice(seed), seen: new Set(), ahead: ["/my-day"], forms: [] });
  }

  one(list) {
    return list[this.roll(list.length)];
  }

  async ask(path, options) {
    const response = await this.session.fetch(path, options);
    const text = await response.text();
    assert.ok(response.status < 500, `${response.status}: ${options?.method ?? "GET"} ${path} ${options?.body ?? ""}`);
    return text;
  }

  async page() {
    const [path] = this.ahead.splice(this.roll(this.ahead.length), 1);
    if (!path || this.seen.has(path)) return;
    this.seen.add(path);
    const html = await this.ask(path);
    for (const [, to] of html.matchAll(/href="(\/[^"#]*)"/g)) {
      if (!/sign-out|static/.test(to)) this.ahead.push(plain(to));
    }
    this.forms.push(...formsOf(html));
  }

  async alteredAddress() {
    const parts = (this.one([...this.seen]) ?? "/").split("?")[0].split("/");
    parts[1 + this.roll(parts.length - 1)] = encodeURIComponent(this.one(odd)).slice(0, 1000);
    await this.ask(parts.join("/") + this.one(["", "?as_of=x", "?cursor=zz", "?version=-1", "?version=99", "?as_of=2020-01-01T00:00:00-06:00"]));
  }

  async alteredForm() {
    const { action, fields } = this.one(this.forms);
    const body = new URLSearchParams();
    for (const [name, value] of fields) {
      const fate = this.roll(6);
      if (name === "form_token") body.append(name, this.session.formToken);
      else if (fate < 3) body.append(name, value);
      else if (fate < 5) body.append(name, this.one(odd));
    }
    if (this.roll(8) === 0) body.append(this.one(["state", "version", "id", "no_such_field", "form_token"]), this.one(odd));
    await this.ask(action, { method: "POST", body, headers: this.roll(2) ? { "HX-Request": "true" } : {} });
  }

  async go(count) {
    while (this.ahead.length > 0 && this.seen.size < count) {
      await this.page();
      if (this.roll(3) === 0) await this.alteredAddress();
      for (let i = 0; i < 3 && this.forms.length > 0; i++) await this.alteredForm();
    }
  }
}

for (const [i, login] of ["alma", "renee", "jonas", "theo", "elena", "gordon", "marlene", "carla"].entries()) {
  const seed = firstSeed + i;
  test(`${login} asks for anything, and is answered (seed ${seed})`, async () => {
    await new Walk(await hearth.signIn(login), seed).go(pages);
    assert.equal((await fetch(`${hearth.url}/healthz`)).status, 200);
  });
}

test("afterwards history is whole", async () => {
  await hearth.end();
  assert.match(hearth.run("audit", "verify", "--data", hearth.data), / 0 broken/);
  await hearth.serve();
});
