// What pages do with input that cannot be: each is refused with its status and face, nothing is half-saved,
// and what was typed comes back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataUrl, png } from "../story/picture.mjs";
import { Hearth } from "./hearth.mjs";

let hearth, alma, api;
before(async () => {
  hearth = await Hearth.start();
  alma = await hearth.signIn("alma");
  api = hearth.api("alma");
});
after(() => hearth.stop());

const call = async (body = {}) => (await api.call("POST", "/access_report", { body })).body;
const path = ({ id }) => `/work/intake/${id}/call`;
const read = async ({ id }) => (await api.get(`/access_report/${id}`)).body;

test("a form that is right is saved", async () => {
  const report = await call();
  const response = await alma.post(path(report), { version: report.version, street: "12 Elm Street" });
  assert.equal(response.status, 303);
  assert.equal((await read(report)).street, "12 Elm Street");
});

test("a field that the form does not have is refused by name", async () => {
  const report = await call();
  const response = await alma.post(path(report), { version: report.version, street: "12 Elm Street", screened_at: "2026-11-25T10:00" });
  assert.ok([403, 409, 422].includes(response.status), String(response.status));
  assert.equal((await read(report)).street, null, "nothing is half-saved");
});

test("a field set by one step only cannot be typed into a save", async () => {
  const report = await call();
  await alma.post(path(report), { version: report.version, screened_in_as: "PRIMARY" });
  assert.equal((await read(report)).screened_in_as, null);
});

test("a date that cannot be is shown again as it was typed, with what is wrong", async () => {
  const report = await call();
  const response = await alma.post(path(report), { version: report.version, received_at: "2026-02-30T10:00", street: "12 Elm Street" });
  const page = await response.text();
  assert.equal(response.status, 422);
  assert.ok(page.includes("12 Elm Street"), "what was typed is kept");
  assert.ok(page.includes('id="faults"'));
  assert.equal((await read(report)).street, null);
});

test("a narrative of 1 MB is refused and stays on the page", async () => {
  const report = await call();
  const text = "What the caller said. ".repeat(50000);
  const response = await alma.post(path(report), { version: report.version, narrative: text });
  const page = await response.text();
  assert.equal(response.status, 422);
  assert.ok(page.includes(text.slice(0, 200000)), "the text is kept");
  assert.equal((await read(report)).narrative, null);
});

test("a form of 3 MB is too large", async () => {
  const report = await call();
  const response = await alma.post(path(report), { version: report.version, narrative: "x".repeat(3000000) }).catch(() => null);
  assert.ok(response === null || response.status === 413);
});

test("markup and odd text come back as text", async () => {
  const report = await call();
  const text = `<script>alert(1)</script>"'&\u202e\u0007`.replace("\u0007", "");
  const response = await alma.post(path(report), { version: report.version, street: text });
  assert.equal(response.status, 303);
  const page = await (await alma.fetch(path(report))).text();
  assert.ok(!page.includes("<script>alert"));
  assert.equal((await read(report)).street, text);
});

test("NUL in a form is refused", async () => {
  const report = await call();
  const response = await alma.post(path(report), { version: report.version, street: "a\0b" });
  assert.ok(response.status >= 400 && response.status < 500);
  assert.equal((await read(report)).street, null);
});

test("an old version is a clash, and nothing of the other's is lost", async () => {
  const report = await call();
  await api.call("PATCH", `/access_report/${report.id}`, { version: report.version, body: { street: "theirs 1" } });
  const response = await alma.post(path(report), { version: report.version, street: "mine 2" });
  const page = await response.text();
  assert.equal(response.status, 409);
  assert.ok(page.includes("mine 2"), "what was typed is kept");
  assert.equal((await read(report)).street, "theirs 1");
});

test("a step from the wrong state is refused, and says what would be right", async () => {
  const report = await call();
  const response = await alma.post(`/record/access_report/${report.id}/do/return`, { version: report.version, return_note: "x" });
  assert.ok([403, 409, 422].includes(response.status), String(response.status));
  assert.equal((await read(report)).state, "taking");
});

test("a form without its token, or with another's, is refused", async () => {
  const report = await call();
  const body = new URLSearchParams({ version: String(report.version), street: "x" });
  const response = await alma.fetch(path(report), { method: "POST", body });
  assert.equal(response.status, 403);
  assert.equal((await read(report)).street, null);
});

test("a second row may be asked for with the first one filled in", async () => {
  const report = await call();
  const response = await alma.post(path(report), {
    version: report.version, "participants[+1].given_name": "Mila", "participants[+1].role": "CHILD", add_row: "participants",
  });
  assert.equal(response.status, 200);
  assert.ok((await response.text()).includes('value="Mila"'));
  const renee = await hearth.signIn("renee");
  const [assessment] = (await hearth.api("renee").get("/assessment?limit=1")).body.items;
  const rows = { version: assessment.version, "assignments[+1].role": "PRIMARY", add_row: "assignments" };
  assert.equal((await renee.post(`/record/assessment/${assessment.id}/do/assign`, rows)).status, 200);
});

test("rows without end, deep names and broken names are refused", async () => {
  const report = await call();
  for (const name of ["participants[", "participants[+1", "participants[][]", "participants[+1].role.x", "[", "]"]) {
    const response = await alma.post(path(report), { version: report.version, [name]: "x" });
    assert.ok(response.status >= 400 && response.status < 500, `${name}: ${response.status}`);
  }
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`participants[+${i}].given_name`, "A"]));
  const response = await alma.post(path(report), { version: report.version, ...many });
  assert.ok(response.status >= 400 && response.status < 500);
  assert.equal((await read(report)).participants.length, 0);
});

// ---- pictures ----

async function photograph(bytes, type, name = "photo.png", texts = {}) {
  const jonas = await hearth.signIn("jonas");
  const mine = hearth.api("jonas");
  const { items } = await mine.get("/assessment?limit=200").then(({ body }) => body);
  const worker = items.find((one) => one.state === "open" && one.worker)?.worker;
  const assessment = items.find((one) => one.state === "open" && one.assignments.some((row) => row.worker === worker));
  const form = new FormData();
  for (const [key, value] of Object.entries({
    form_token: jonas.formToken, version: "0", record_id: "", began_at: "2026-11-25T07:30", kind: "TELEPHONE", made: "yes", summary: "A call.",
    "photographs[+1].taken_by": "A worker", "photographs[+1].taken_at": "2026-11-25T07:31", "photographs[+1].shows": "A door",
    ...texts,
  })) form.set(key, value);
  form.set("photographs[+1].photo", new Blob([bytes], { type }), name);
  return jonas.fetch(`/work/assessment/${assessment.id}/contacts/new`, { method: "POST", body: form });
}

test("files that are no pictures are refused, whatever they call themselves", async () => {
  const wrong = {
    "text that says it is a picture": [Buffer.from("not a picture"), "image/png"],
    "a script": [Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), "image/svg+xml"],
    "a program": [Buffer.from("\x7fELF\x02\x01\x01"), "image/jpeg"],
  };
  for (const [name, [bytes, type]] of Object.entries(wrong)) {
    const response = await photograph(bytes, type);
    assert.ok([403, 413, 415, 422].includes(response.status), `${name}: ${response.status}`);
  }
});

test("a file of 27 MB is too large", async () => {
  const response = await photograph(Buffer.concat([png(1), Buffer.alloc(27 * 1024 * 1024)]), "image/png").catch(() => null);
  assert.ok(response === null || response.status === 413, String(response?.status));
});

// A value stands for a file only where the model asks for a file.
test("text that looks like a picture or an upload stays text, in a form and through the API", async () => {
  const picture = dataUrl(png(7));
  for (const text of ["upload:0", "upload:99999", "upload:-1", picture, picture.slice(0, 60)]) {
    const report = await call({ narrative: text });
    assert.equal((await read(report)).narrative, text, "through the API");
    const response = await alma.post(path(report), { version: report.version, narrative: `${text} ` });
    assert.equal(response.status, 303);
    assert.equal((await read(report)).narrative, `${text} `, "in a form");
  }
});

test("beside a file that arrives, text that names it stays text", async () => {
  const notes = async () => (await hearth.api("jonas").get("/contact?limit=200")).body.items;
  const before = new Set((await notes()).map(({ id }) => id));
  const response = await photograph(png(8), "image/png", "door.png", { summary: "upload:0", "photographs[+1].shows": "upload:0" });
  assert.equal(response.status, 303);
  const [made] = (await notes()).filter(({ id }) => !before.has(id));
  assert.equal(made.summary, "upload:0");
  assert.equal(made.photographs[0].shows, "upload:0");
  assert.match(JSON.stringify(made.photographs[0].photo), /[0-9a-f-]{36}/);
});
