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

// The photographs of a note that is made with this file.
async function kept(bytes, type, name) {
  const notes = async () => (await hearth.api("jonas").get("/contact?limit=200")).body.items;
  const before = new Set((await notes()).map(({ id }) => id));
  const response = await photograph(bytes, type, name);
  assert.equal(response.status, 303, await response.text());
  const [made] = (await notes()).filter(({ id }) => !before.has(id));
  return { made, path: `/record/contact/${made.id}/attachment/photographs[${made.photographs[0].id}].photo` };
}
// A picture of so many bytes: what is behind its data is left alone.
function pngOf(size) {
  const small = png(9);
  const end = small.subarray(small.length - 12);
  return Buffer.concat([small.subarray(0, small.length - 12), Buffer.alloc(size - small.length, 7), end]);
}

test("a field takes the kinds of files that it says, and says so when it does not", async () => {
  const wrong = {
    "a PDF file": [Buffer.from("%PDF-1.7\n1 0 obj\n%%EOF\n"), /Here go pictures \(PNG, JPEG, HEIC\)\. This is one of the PDF files/],
    "a text": [Buffer.from("a note"), /This is one of the plain text/],
    "an archive": [Buffer.from("PK\x03\x04\x14\x00\x08\x00bomb"), /This is something else/],
    "nothing": [Buffer.alloc(0), /This file is empty/],
    "a picture of 60,000 by 60,000": [Buffer.concat([png(9).subarray(0, 16), Buffer.from([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]), png(9).subarray(24)]), /more than 100 million pixels/],
    "a picture cut off": [png(9).subarray(0, 60), /damaged or did not arrive whole/],
    "25 MB and a byte": [pngOf(25 * 1024 * 1024 + 1), /larger than 25 MB/],
  };
  for (const [name, [bytes, says]] of Object.entries(wrong)) {
    const response = await photograph(bytes, "image/png");
    assert.ok([413, 415, 422].includes(response.status), `${name}: ${response.status}`);
    assert.match(await response.text(), says, name);
  }
});

test("a file is handed out whole or in the part that is asked for", async () => {
  const bytes = pngOf(300000);
  const { path: file } = await kept(bytes, "image/png", "door.png");
  const jonas = await hearth.signIn("jonas");
  const get = async (headers) => {
    const response = await jonas.fetch(file, { headers });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const whole = await get({});
  assert.equal(whole.status, 200);
  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  assert.match(whole.headers.get("content-disposition"), /^inline; filename\*=UTF-8''door\.png/);
  assert.ok(whole.bytes.equals(bytes));
  const etag = whole.headers.get("etag");
  for (const [range, from, to] of [["bytes=0-99", 0, 100], ["bytes=65530-65545", 65530, 65546], ["bytes=299990-", 299990, 300000], ["bytes=-5", 299995, 300000], ["bytes=200000-999999", 200000, 300000]]) {
    const part = await get({ Range: range });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers.get("content-range"), `bytes ${from}-${to - 1}/300000`);
    assert.ok(part.bytes.equals(bytes.subarray(from, to)), range);
  }
  assert.equal((await get({ Range: "bytes=0-9", "If-Range": etag })).status, 206);
  assert.equal((await get({ Range: "bytes=0-9", "If-Range": '"another"' })).bytes.length, 300000);
  for (const range of ["bytes=9-0", "bytes=", "lines=1-2", "bytes=a-b", "bytes=0-1,5-6"]) assert.equal((await get({ Range: range })).status, 200, range);
  const behind = await get({ Range: "bytes=300000-" });
  assert.equal(behind.status, 416);
  assert.equal(behind.headers.get("content-range"), "bytes */300000");
});

test("a file stands with its name, who took it and its digest", async () => {
  const { made } = await kept(pngOf(5000), "image/png", "hallway.png");
  const jonas = await hearth.signIn("jonas");
  const page = await (await jonas.fetch(`/record/contact/${made.id}`)).text();
  assert.match(page, /hallway\.png, 5 KB; Jonas [^;]+; BLAKE2b [0-9a-f]{16}</);
});

test("a part of a form is folded while nothing is in it or needed, opens to what is wrong, and folds to a line when finished", async () => {
  const fold = (html, title) => {
    const [, attributes, rest] = new RegExp(`<details class="card fold"([^>]*)><summary class="fold__head"><h2[^>]*>${title}</h2>(.*?)</summary>`, "s").exec(html);
    return { open: / open/.test(attributes), says: rest.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim() };
  };
  const report = await call();
  const page = async () => (await alma.fetch(path(report))).text();
  assert.deepEqual(fold(await page(), "Where the family lives"), { open: false, says: "0 of 6 filled" });
  assert.deepEqual(fold(await page(), "Danger"), { open: true, says: "0 of 3 filled 2 needed" });
  const refused = await alma.post(path(report), { version: report.version, zip: "5".repeat(30) });
  const again = fold(await refused.text(), "Where the family lives");
  assert.equal(refused.status, 422);
  assert.ok(again.open, "what is wrong is in sight");
  await alma.post(path(report), { version: report.version, street: "12 Elm Street", present_danger: "no", narrative: "He was alone." });
  assert.deepEqual(fold(await page(), "Where the family lives"), { open: false, says: "1 of 6 filled 12 Elm Street" });
  const pointing = "What is told points to present danger now: No";
  assert.deepEqual(fold(await page(), "Danger"), { open: true, says: `1 of 3 filled 1 needed ${pointing}` });
  assert.ok(fold(await page(), "What happened").open, "no line says a whole account");
  const { version } = (await hearth.api("alma").get(`/access_report/${report.id}`)).body;
  await alma.post(path(report), { version, impending_danger: "no" });
  assert.deepEqual(fold(await page(), "Danger"), { open: false, says: `2 of 3 filled ${pointing}; Impending danger is likely: No` });
});
