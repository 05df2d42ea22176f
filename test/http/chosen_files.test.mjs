// Photographs handed to the police: chosen from what the contacts have attached already. The same file, never a copy of
// it; whoever has it before them has it through a record that they may read; expunging leaves it where else it is held.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { dataUrl, png } from "../story/picture.mjs";
import { Hearth } from "./hearth.mjs";

const never = "018f0000-0000-7000-8000-000000000000";
const order = { basis: "48.396(2), Marathon County 26JC0042, 3 November 2026", reason: "The court ordered it." };

let hearth, jonas, renee, assessment, contact, notice, pictures;
before(async () => {
  hearth = await Hearth.start();
  jonas = hearth.api("jonas");
  renee = hearth.api("renee");
  const { body: { items } } = await jonas.get("/assessment?limit=200");
  assessment = items.find((one) => one.state === "open" && one.report && one.assignments.some((row) => row.worker === one.worker));
  contact = await withPictures(assessment.id, 120, 140);
  pictures = contact.photographs.map(({ photo }) => photo);
  notice = await exchange("Detective M. Foss");
});
after(() => hearth?.stop());

async function must(call, status = 201) {
  const { status: found, body } = await call;
  assert.equal(found, status, JSON.stringify(body));
  return body;
}

const withPictures = (of, ...sizes) =>
  must(jonas.call("POST", "/contact", { body: {
    assessment: of, began_at: "2026-11-25T07:10", kind: "TELEPHONE", made: true, summary: "What nobody of the police reads.",
    photographs: sizes.map((size) => ({
      photo: dataUrl(png(size)), taken_by: "Detective M. Foss", taken_at: "2026-11-25T07:12", shows: `Left cheek ${size}`,
    })),
  } }));

async function exchange(name) {
  const police = (await jonas.get("/agency?limit=200")).body.items.find(({ kind, name: called }) => kind === "POLICE" || /police/i.test(called));
  return must(jonas.call("POST", "/notification", { body: {
    report: assessment.report, recipient: "POLICE", recipient_name: name, told_at: "2026-11-25T08:00", told_how: "REFERRAL_PAGE",
    shared_with: police.id,
  } }));
}

const hand = (api, photos, to = notice) =>
  api.call("POST", "/photo_handover", { body: { notification: to.id, asked_by: "Detective M. Foss", photographs: photos.map((photo) => ({ photo })) } });
const fileOf = (entity, record, row) => `/record/${entity}/${record.id}/attachment/photographs[${row.id}].photo`;
const bytes = async (session, path) => {
  const response = await session.fetch(path);
  return { status: response.status, etag: response.headers.get("etag"), bytes: Buffer.from(await response.arrayBuffer()) };
};

test("the same file: its digest, and what was said of it, come along; the officer reads it in the exchange alone", async () => {
  const handed = await must(hand(jonas, [pictures[0]]));
  const [row] = handed.photographs;
  assert.equal(row.photo, pictures[0], "no copy");
  assert.deepEqual([row.shows, row.taken_by, row.taken_at], [contact.photographs[0].shows, "Detective M. Foss", contact.photographs[0].taken_at]);
  const marlene = await hearth.signIn("marlene");
  const worker = await hearth.signIn("jonas");
  const here = await bytes(marlene, fileOf("photo_handover", handed, row));
  const there = await bytes(worker, fileOf("contact", contact, contact.photographs[0]));
  assert.equal(here.status, 200);
  assert.ok(here.bytes.equals(png(120)), "as it was taken");
  assert.equal(here.etag, there.etag, "with the digest it has at the contact");
  const page = await (await marlene.fetch(`/record/photo_handover/${handed.id}`)).text();
  assert.match(page, /Left cheek 120/);
  assert.doesNotMatch(page, new RegExp(`${contact.id}|What nobody of the police reads`));
  assert.ok([403, 404].includes((await marlene.fetch(`/record/contact/${contact.id}`)).status));
  assert.ok([403, 404].includes((await bytes(marlene, fileOf("contact", contact, contact.photographs[0]))).status));
});

test("what is no such file is refused in one way, whether it is there or not", async () => {
  const elsewhere = (await jonas.get("/assessment?limit=200")).body.items.find(
    ({ report, state, assignments }) => state === "open" && report !== assessment.report && assignments.some((row) => row.worker === assessment.worker));
  const other = elsewhere ? (await withPictures(elsewhere.id, 99)).photographs[0].photo : contact.id;
  const answers = [];
  for (const photo of [never, other, contact.id, dataUrl(png(3))]) {
    const { status, body } = await hand(jonas, [photo]);
    assert.equal(status, 422, JSON.stringify(body));
    answers.push(body.problems[0].message);
  }
  assert.equal(new Set(answers).size, 1, answers.join("\n"));
  assert.match(answers[0], /none of the files that can be chosen here/);
});

test("knowing an identifier attaches nothing where files are brought", async () => {
  const { status, body } = await jonas.call("POST", "/contact", { body: {
    assessment: assessment.id, began_at: "2026-11-25T07:30", kind: "TELEPHONE", made: true, summary: "A call.",
    photographs: [{ photo: pictures[0], taken_by: "A worker", taken_at: "2026-11-25T07:31", shows: "A door" }],
  } });
  assert.equal(status, 422, JSON.stringify(body));
  assert.match(JSON.stringify(body.problems), /not a file that came with this/);
});

test("who may not read the contact is offered nothing of it; the officer hands nothing over", async () => {
  const marlene = hearth.api("marlene");
  assert.ok([403, 404].includes((await hand(marlene, [pictures[0]])).status));
  const handed = (await jonas.get(`/photo_handover?notification=${notice.id}`)).body.items[0];
  const tried = await marlene.call("PATCH", `/photo_handover/${handed.id}`, { body: { photographs: [{ photo: pictures[1] }] }, version: handed.version });
  assert.ok([403, 404, 409].includes(tried.status), JSON.stringify(tried.body));
});

test("what comes with a photograph is typed nowhere", async () => {
  const { status, body } = await jonas.call("POST", "/photo_handover", { body: {
    notification: notice.id, asked_by: "Detective M. Foss", photographs: [{ photo: pictures[0], shows: "Something else" }],
  } });
  assert.equal(status, 422, JSON.stringify(body));
  assert.equal(body.problems[0].code, "brought");
});

test("without scripts: the photographs are ticked, with who took them, when, and their digest", async () => {
  const session = await hearth.signIn("jonas");
  const path = `/work/exchange/${notice.id}/photographs/new`;
  const page = await (await session.fetch(path)).text();
  for (const [i, photo] of pictures.entries()) {
    const name = `photographs[+${photo}].photo`;
    assert.ok(page.includes(`name="${name}"`), name);
    assert.ok(page.includes(fileOf("contact", contact, contact.photographs[i])) || page.includes(encodeURI(fileOf("contact", contact, contact.photographs[i]))), "a way to look at it");
  }
  assert.match(page, /Left cheek 120; Detective M\. Foss; Wed 25 Nov 2026/);
  assert.match(page, /BLAKE2b [0-9a-f]{16}/);
  assert.doesNotMatch(page, /type="file"/);
  const made = await session.post(path, { version: "0", record_id: "", asked_by: "Sergeant A. Lund", [`photographs[+${pictures[1]}].photo`]: pictures[1] });
  assert.equal(made.status, 303, await made.text());
  const handed = (await jonas.get(`/photo_handover?notification=${notice.id}`)).body.items.find((one) => one.asked_by === "Sergeant A. Lund");
  assert.deepEqual(handed.photographs.map(({ photo }) => photo), [pictures[1]]);
  const none = await session.post(path, { version: "0", record_id: "", asked_by: "Nobody" });
  assert.equal(none.status, 422);
});

test("OpenAPI says that the file is chosen", async () => {
  const text = JSON.stringify((await jonas.get("/openapi.json")).body);
  assert.match(text, /The id of a file that a record you may read has in contact\.photographs\.photo/);
});

// ---- expunging ----

const verb = async (api, entity, record, name, body) => {
  const { version } = (await api.get(`/${entity}/${record.id}`)).body;
  return must(api.call("POST", `/${entity}/${record.id}/${name}`, { body, version }), 200);
};
async function expunge(entity, record, more = {}) {
  await verb(renee, entity, record, "seal", order);
  const theo = hearth.api("theo");
  const { version } = (await theo.get(`/${entity}/${record.id}`)).body;
  const { status, body } = await theo.call("POST", `/${entity}/${record.id}/expunge`, { body: { ...order, ...more }, version });
  assert.ok(status < 300, JSON.stringify(body));
}
async function both(size) {
  const from = await withPictures(assessment.id, size);
  const handed = await must(hand(jonas, [from.photographs[0].photo]));
  return { from, handed, there: fileOf("contact", from, from.photographs[0]), here: fileOf("photo_handover", handed, handed.photographs[0]) };
}

test("expunging the contact leaves what was handed over; expunging that, too, destroys it", async () => {
  const { from, handed, here } = await both(60);
  const marlene = await hearth.signIn("marlene");
  await expunge("contact", from);
  const left = await bytes(marlene, here);
  assert.equal(left.status, 200);
  assert.ok(left.bytes.equals(png(60)));
  await expunge("photo_handover", handed);
  assert.equal((await bytes(marlene, here)).status, 404);
});

test("expunging what was handed over leaves the contact its photograph", async () => {
  const { handed, there, here } = await both(70);
  await expunge("photo_handover", handed);
  assert.ok((await bytes(await hearth.signIn("jonas"), there)).bytes.equals(png(70)));
  assert.equal((await bytes(await hearth.signIn("marlene"), here)).status, 404);
});

test("the photograph itself is expunged when it is said, by a page without scripts", async () => {
  const { from, here } = await both(80);
  const marlene = await hearth.signIn("marlene");
  await verb(renee, "contact", from, "seal", order);
  const theo = await hearth.signIn("theo");
  const path = `/record/contact/${from.id}/verb/expunge`;
  assert.match(await (await theo.fetch(path)).text(), /name="files_everywhere"/);
  const { version } = (await hearth.api("theo").get(`/contact/${from.id}`)).body;
  const done = await theo.post(path, { version, files_everywhere: "yes", ...order });
  assert.equal(done.status, 303, await done.text());
  assert.equal((await bytes(marlene, here)).status, 404, "the key is gone for whoever else held it");
});

test("the register says whether the files went everywhere, and OpenAPI that it can be asked for", async () => {
  const officer = hearth.api("theo");
  const last = async () => (await officer.get("/legal-acts")).body.items[0];
  const shown = async () => /<tbody>[^]*?<\/tr>/.exec(await (await (await hearth.signIn("theo")).fetch("/legal-acts")).text())[0];
  const [kept, gone] = [await both(84), await both(85)];
  await expunge("contact", kept.from);
  assert.equal((await last()).files_everywhere, false);
  assert.doesNotMatch(await shown(), /everywhere/);
  await expunge("contact", gone.from, { files_everywhere: true });
  assert.equal((await last()).files_everywhere, true);
  assert.match(await shown(), /rows of history, its files everywhere/);
  const { paths, components: { schemas } } = (await jonas.get("/openapi.json")).body;
  const body = (name) => paths[`/api/v1/contact/{id}/${name}`].post.requestBody.content["application/json"].schema.$ref.split("/").at(-1);
  assert.equal(schemas[body("expunge")].properties.files_everywhere.type, "boolean");
  assert.deepEqual(schemas[body("seal")].required, ["reason", "basis"]);
  assert.equal(schemas[body("seal")].properties.files_everywhere, undefined);
  assert.equal(body("correct"), "contact");
});

test("the chain verifies, keys change, and a backup brings back what both hold", async () => {
  const { there, here } = await both(90);
  assert.match(hearth.run("audit", "verify", "--data", hearth.data), /expunged/);
  hearth.run("keys", "rotate", "--data", hearth.data);
  const copy = join(hearth.folder, "backup");
  hearth.run("backup", hearth.data, copy, "--with-keys");
  await hearth.end();
  hearth.data = join(hearth.folder, "restored");
  hearth.run("restore", copy, hearth.data);
  await hearth.serve();
  const worker = await hearth.signIn("jonas");
  const officer = await hearth.signIn("marlene");
  assert.ok((await bytes(worker, there)).bytes.equals(png(90)));
  assert.ok((await bytes(officer, here)).bytes.equals(png(90)));
  assert.match(hearth.run("audit", "verify", "--data", hearth.data), /valid|expunged/);
});
