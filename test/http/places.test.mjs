// What is theirs stands before who works for a partner, and before those who look after records and workers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth;
before(async () => {
  hearth = await Hearth.start();
});
after(() => hearth?.stop());

const text = async (session, path) => (await session.fetch(path)).text();
const row = (page) => /<nav[^>]*class="[^"]*places[\s\S]*?<\/nav>/.exec(page)[0];

test("the officer's day begins with what is not confirmed, and keeps what was", async () => {
  const marlene = await hearth.signIn("marlene");
  const day = await text(marlene, "/my-day");
  const [, exchange] = /href="(\/work\/exchange\/[^"]+)"[^>]*>Rib River Police Department/.exec(day);
  assert.match(row(day), /Notices to us/);
  assert.doesNotMatch(day, /Blank forms/);
  const notice = await text(marlene, `${exchange}/notice`);
  for (const nothing of ["Notice to a tribe", "Referral to law enforcement", "Blank forms"]) assert.ok(!notice.includes(nothing), nothing);
  assert.match(notice, /Confirm that we received this/);
  const step = `/record/notification/${exchange.split("/").at(-1)}/do/confirm_receipt`;
  assert.ok((await marlene.post(step, { acknowledgement_code: "26-100" })).status < 400);
  assert.doesNotMatch(await text(marlene, "/my-day"), /To decide/);
  assert.match(await text(marlene, "/list/notices_to_us"), /An officer comes along[\s\S]*confirmed/);
});

test("each role has the places of its work, and none that are another's alone", async () => {
  for (const [login, has, lacks] of [
    ["ines", ["Workers", "Teams", "Agencies"], ["Approvals", "Blank forms"]],
    ["theo", ["Emergency access", "Sealed and expunged"], ["My assessments", "Load", "Blank forms"]],
    ["carla", ["Our children", "Notices to us"], ["My assessments", "Load", "Approvals", "Blank forms"]],
    ["jonas", ["My assessments", "Approvals", "Blank forms"], ["Notices to us", "Workers", "Sealed and expunged"]],
  ]) {
    const day = await text(await hearth.signIn(login), "/my-day");
    for (const place of has) assert.ok(day.includes(`>${place}</a>`), `${login}: ${place}`);
    for (const place of lacks) assert.ok(!day.includes(`>${place}</a>`), `${login} has ${place}`);
  }
});

test("who looked again and again stands there once, and a list by the name people know", async () => {
  const renee = await hearth.signIn("renee");
  const { body: { items: [one] } } = await hearth.api("renee").get("/assessment?limit=1");
  for (let i = 0; i < 3; i++) await text(renee, `/work/assessment/${one.id}/overview`);
  await text(renee, "/list/open_assessments");
  const path = `/record/assessment/${one.id}/who-looked`;
  let page = "";
  for (let tries = 0; tries < 50 && !/times\)/.test(page); tries++) {
    await new Promise((go) => setTimeout(go, 200));
    page = await text(renee, path);
  }
  assert.match(page, /Initial assessment \(\d+ times\)/);
  assert.doesNotMatch(page, /List open_assessments/);
});
