// What each worker carries, and what the one who is chosen would carry, before it is decided.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hearth } from "./hearth.mjs";

let hearth, renee, desk, workers, assessments;
const words = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
const primary = (one) => one.assignments.find((row) => row.role === "PRIMARY" && !row.until_at)?.worker;
const carriedBy = (worker) => assessments.filter((one) => one.state !== "closed" && primary(one) === worker).length;
const wouldCarry = (html) => Number(/Open initial assessments (\d+)/.exec(words(html))?.[1]);

before(async () => {
  hearth = await Hearth.start();
  renee = hearth.api("renee");
  desk = await hearth.signIn("renee");
  workers = (await renee.get("/worker?limit=200")).body.items;
  assessments = (await renee.get("/assessment?limit=200")).body.items;
});
after(() => hearth.stop());

test("the list of loads counts what each worker of the agency carries", async () => {
  const html = await (await desk.fetch("/list/worker_load")).text();
  const home = workers.find((one) => one.login === "renee").home_agency;
  for (const worker of workers) {
    const line = new RegExp(`<tr[^>]*>(?:(?!</tr>).)*${worker.display_name}(?:(?!</tr>).)*</tr>`, "s").exec(html)?.[0];
    if (worker.home_agency === home) {
      assert.match(words(line), new RegExp(`${worker.display_name} ${carriedBy(worker.id)} `), worker.login);
    } else {
      assert.equal(line, undefined, `${worker.login} works for another agency`);
    }
  }
});

test("who is chosen, and not saved, is shown with what they would carry", async () => {
  const elena = workers.find((one) => one.login === "elena").id, jonas = workers.find((one) => one.login === "jonas").id;
  const one = assessments.find((each) => each.state === "open" && primary(each) === elena);
  const path = `/record/assessment/${one.id}/do/assign`;
  assert.equal(wouldCarry(await (await desk.fetch(path)).text()), carriedBy(elena), "it is hers already");
  const row = `assignments[${one.assignments.find((each) => each.worker === elena).id}]`;
  const shown = await desk.post(path, { version: one.version, update: "yes", [`${row}.worker`]: jonas });
  assert.equal(shown.status, 200);
  assert.equal(wouldCarry(await shown.text()), carriedBy(jonas) + 1);
  assert.equal(primary((await renee.get(`/assessment/${one.id}`)).body), elena, "nothing was saved");
});

test("only who works with families can carry one", async () => {
  const one = assessments.find((each) => each.state === "open");
  const html = await (await desk.fetch(`/record/assessment/${one.id}/do/assign`)).text();
  const choices = [...html.matchAll(/<option[^>]*>([^<]*)<\/option>/g)].map((each) => each[1]);
  const named = (login) => choices.includes(workers.find((each) => each.login === login).display_name);
  assert.ok(named("jonas") && named("pia"));
  assert.ok(!named("marlene"), "a police officer carries no assessment");
});
