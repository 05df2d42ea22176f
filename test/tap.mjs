// A reporter for node's test runner: one flat TAP line for each test, which every reader of TAP knows.
// (The built-in one nests its subtests, and meson takes those for noise.)
import { inspect } from "node:util";

const comment = (text) => String(text).trimEnd().split("\n").map((line) => `# ${line}\n`).join("");

export default async function* tap(events) {
  let count = 0;
  const parents = [];
  for await (const { type, data } of events) {
    if (type === "test:start") {
      parents.length = data.nesting;
      parents.push(data.name);
    } else if (type === "test:stdout" || type === "test:stderr" || type === "test:diagnostic") {
      yield comment(data.message);
    } else if (type === "test:pass" || type === "test:fail") {
      const failed = type === "test:fail";
      if (data.details?.type === "suite" && !failed) continue;
      const name = [...parents.slice(0, data.nesting), data.name].join(": ").replaceAll("#", "");
      const skipped = data.skip !== undefined ? ` # SKIP ${data.skip}` : "";
      yield `${failed ? "not ok" : "ok"} ${++count} - ${name}${skipped}\n`;
      if (!failed) continue;
      const why = comment(inspect(data.details?.error?.cause ?? data.details?.error));
      yield why;
      process.stderr.write(`# ${name}\n${why}`); // meson shows what TAP comments on only in its log
    }
  }
  yield `1..${count}\n`;
}
