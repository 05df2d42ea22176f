// The acceptance story in a browser with scripts: rows and parts of the page come by themselves, drafts are kept,
// signatures are drawn. And the other way at step 7.
import * as acts from "../story/acts.mjs";
import * as later from "../story/acts_later.mjs";
import { stage, theStory } from "./stage.mjs";

stage("the story in a browser with scripts", { javaScriptEnabled: true, driven: ["1.", "5.", "7."] }, theStory);


const untilThePlan = [acts.theCall, acts.theScreening, acts.theSchool, acts.theHome, acts.theHeritage, acts.thePlan, acts.jadeComesHome];
stage("the other way at step 7", { javaScriptEnabled: false, told: untilThePlan }, (step) => {
  step("Dana declines a plan; custody, and then the worker may leave", [later.theOtherWay], "inCustody");
});
