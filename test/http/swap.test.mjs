// Another model while the server runs: under load nothing is lost, nothing saved twice, and each act and page
// goes by one model; what cannot be put in force changes nothing.
import assert from "node:assert/strict";
import { writeFileSync, cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

const savers = 12;
const swaps = 4;
const report = "access/report.yaml";
const intake = "access/intake.yaml";
const street = "      street: { kind: text, label: 'Where the family lives: street and number' }\n";
const gate = "      gate_code: { kind: text, label: Gate code }\n";
const item = "      - { field: street, width: half }\n";
let hearth, api, alma, model, told;

// Another text in a file of the model that is served. Rewritten in place: the server reads it when it is told.
function edit(file, change) {
  const path = join(model, file);
  const text = readFileSync(path, "utf8");
  const changed = change(text);
  assert.notEqual(changed, text, `nothing to change in ${file}`);
  writeFileSync(path, changed);
}

// Asks for the model as it stands and waits for the word about it.
async function takeUp() {
  hearth.process.kill("SIGUSR1");
  for (let i = 0; i < 600; i++) {
    const line = hearth.log.slice(told).split("\n").find((one) => /event=model_\w+/.test(one));
    if (line) {
      told = hearth.log.length;
      return line;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no word about the model: ${hearth.log}`);
}

before(async () => {
  hearth = await Hearth.start();
  model = hearth.modelWith("model", {});
  await hearth.serveWith(model);
  api = hearth.api("alma");
  alma = await hearth.signIn("alma");
  told = hearth.log.length;
});
after(() => hearth.stop());

test("a model that is in force already is left alone", async () => {
  assert.match(await takeUp(), /event=model_unchanged/);
});

test("one that is faulty is refused with the place, and nothing changes", async () => {
  const kept = join(hearth.folder, "kept");
  cpSync(model, kept, { recursive: true });
  edit(report, (text) => text.replace(street, street.replace("label:", "lable:")));
  const line = await takeUp();
  assert.match(line, /event=model_refused/);
  assert.match(line, /access\/report\.yaml:\d+/);
  cpSync(kept, model, { recursive: true });
  assert.match(await takeUp(), /event=model_unchanged/);
});

test("an open form and a draft of the model before are taken as after a restart", async () => {
  const call = (await api.call("POST", "/access_report",
    { body: { received_at: "2026-11-25T07:30:00-06:00", narrative: "Loud voices." } })).body;
  const place = `work/intake/${call.id}/call`;
  edit(report, (text) => text.replace(street, street + gate));
  edit(intake, (text) => text.replace(item, `${item}      - { field: gate_code }\n`));
  assert.match(await takeUp(), /event=model_activated/);
  assert.match(await (await alma.fetch(`/${place}`)).text(), /Gate code/);
  const kept = await alma.post("/draft", { draft_place: place, draft_title: "The call", street: "7 Quiet Lane", gate_code: "4711" });
  assert.equal(kept.status, 200);
  cpSync(join(hearth.folder, "kept"), model, { recursive: true });
  hearth.setClock("2026-11-25T08:10:00-06:00");
  assert.match(await takeUp(), /event=model_activated/);
  const html = await (await alma.fetch(`/${place}`)).text();
  const note = html.slice(html.indexOf("has changed since you typed"));
  assert.match(note, /Gate code[^]*?4711[^]*?no longer asked/);
  assert.match(html, /7 Quiet Lane/);
});

test("one that would read what is stored as something else is refused, and nothing of it stays", async () => {
  edit(report, (text) => text.replace(street, `${street}${gate.replace("kind: text", "kind: date")}      steps: { kind: text, label: Steps to the door }\n`));
  const line = await takeUp();
  assert.match(line, /event=model_refused/);
  assert.match(line, /stored as “text”/);
  for (const field of ["gate_code", "steps"]) {
    assert.equal((await api.call("POST", "/access_report", { body: { [field]: "x" } })).status, 422, field);
  }
  cpSync(join(hearth.folder, "kept"), model, { recursive: true });
  assert.equal(hearth.run("model", "migrate", hearth.data, model, "--dry-run"), "", "a column was left");
  assert.match(await takeUp(), /event=model_unchanged/);
});

test(`${savers} save and others read without a pause while the model is swapped ${swaps} times`, async () => {
  const existing = new Set(await api.ids("access_report"));
  const made = [];
  const answers = { with: 0, without: 0 };
  let going = true;
  const save = async (number) => {
    for (let i = 0; going; i++) {
      const body = i % 2 ? {} : { street: `${number} Elm Street` };
      const answer = await api.call("POST", "/access_report", { body, key: `swap-${number}-${i}` });
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      made.push(answer.body.id);
    }
  };
  const look = async () => {
    while (going) {
      const id = made.at(-1);
      const answer = await alma.fetch(id ? `/record/access_report/${id}` : "/my-day");
      assert.ok(answer.status === 200 || answer.status === 303, String(answer.status));
      await answer.text();
    }
  };
  // Whether the field is there changes with the model and with nothing else.
  const probe = async () => {
    for (let i = 0; going; i++) {
      const answer = await api.call("POST", "/access_report", { body: { gate_code: "1" }, key: `probe-${i}` });
      if (answer.status === 201) {
        answers.with++;
        made.push(answer.body.id);
      } else {
        assert.equal(answer.status, 422, JSON.stringify(answer.body));
        answers.without++;
      }
    }
  };
  const work = [probe(), look(), look(), ...Array.from({ length: savers }, (_, number) => save(number))];
  for (let i = 0; i < swaps; i++) {
    await new Promise((done) => setTimeout(done, 500));
    const before = made.length;
    edit(report, (text) => (text.includes(gate) ? text.replace(gate, "") : text.replace(street, street + gate)));
    assert.match(await takeUp(), /event=model_activated/);
    assert.ok(made.length > before, "nothing was saved around the swap");
  }
  await new Promise((done) => setTimeout(done, 500));
  going = false;
  await Promise.all(work);
  assert.ok(answers.with > 0 && answers.without > 0, JSON.stringify(answers));
  const found = (await api.ids("access_report")).filter((id) => !existing.has(id)).sort();
  assert.deepEqual(found, [...new Set(made)].sort(), "what was answered is what is there");
  assert.equal(new Set(made).size, made.length);
  assert.match(hearth.run("audit", "verify", "--data", hearth.data), / 0 broken/);
});
