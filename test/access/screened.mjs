// What most tests of access begin with: the story up to the screening, with all who are there.
import { Hearth } from "../http/hearth.mjs";
import * as acts from "../story/acts.mjs";
import { Story } from "../story/desk.mjs";

export async function screened() {
  const hearth = await Hearth.start();
  const story = new Story(hearth);
  await acts.before(story);
  await acts.theCall(story);
  await acts.theScreening(story);
  return { hearth, story, known: story.known };
}
