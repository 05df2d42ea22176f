// The acceptance story in a browser without scripts: what the server alone can do is what every other browser
// rests on.
import { stage, theStory } from "./stage.mjs";

stage("the story in a browser without scripts", { javaScriptEnabled: false }, theStory);
