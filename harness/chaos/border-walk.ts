import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDev } from "../dev-stack/start-dev.ts";
import { thrashOf, walkLines } from "./walk-lines.ts";

/** Lets players walk on the lines between four servers, and counts who changed hands: `node harness/chaos/border-walk.ts`. */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    walkers: { type: "string", default: "8" },
    "port-base": { type: "string", default: "7360" },
  },
});
await using dev = await startDev({
  portBase: Number(values["port-base"]),
  servers: 4,
  game: join(import.meta.dirname, "crossing-game.ts"),
});
const walked = await walkLines(dev, Number(values.seconds), Number(values.walkers));
for (const { name, walkers, legs, handoffs, mostPerSecond } of walked.lines) {
  console.log(
    `${name}: ${walkers} walkers, ${legs} legs in ${walked.seconds.toFixed(0)} s, ${handoffs} handoffs, ` +
      `at most ${mostPerSecond} of one walker within a second`,
  );
}
const wrong = thrashOf(walked);
console.log(wrong.length === 0 ? "held: nobody changed hands without leaving" : wrong.join("\n"));
process.exitCode = wrong.length === 0 ? 0 : 1;
