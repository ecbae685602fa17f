import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Bug, bugs, isBug } from "./bugs.ts";
import { describePlan, planOf } from "./plan.ts";
import { failureText, totalsText } from "./report.ts";
import { runShared } from "./run-many.ts";
import { runSeed } from "./run-seed.ts";

const HELP = `npm run sim -- [--seeds N] [--seed S] [--trace] [--bug NAME]

Plays N seeds from S on: the mesh's own handoff and ownership code on a virtual clock and a hostile network, first with
faults, then without. Ends with 1 when an invariant did not hold, and prints the command that repeats it.
--trace plays the one seed S and prints its faults and every event.
--bare leaves out what ends, regroups and is seen across borders.
--bug plants a mistake that must be found:
${Object.entries(bugs)
  .map(([name, what]) => `  ${name.padEnd(18)} ${what}`)
  .join("\n")}`;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    bug: { type: "string" },
    bare: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const first = Number(values.seed);
const count = Number(values.seeds);
const mistakes = [
  ...(Number.isSafeInteger(first) ? [] : [`--seed ${values.seed}: expected a whole number`]),
  ...(Number.isSafeInteger(count) && count > 0 ? [] : [`--seeds ${values.seeds}: expected a whole number above 0`]),
  ...(values.bug === undefined || isBug(values.bug) ? [] : [`there is no bug ${values.bug}`]),
];
if (values.help || mistakes.length > 0) {
  for (const mistake of mistakes) console.error(mistake);
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
const bug = values.bug as Bug | undefined;

if (values.trace) traceOne();
else await runAll();

function traceOne(): void {
  console.log(describePlan(planOf(first, !values.bare)));
  const { violation, hash, events } = runSeed(first, {
    bug,
    hasLife: !values.bare,
    onLine: (line) => console.log(line),
  });
  console.log(`${events} events, hash ${hash.toString(16)}: ${violation?.message ?? "every invariant held"}`);
  process.exitCode = violation === undefined ? 0 : 1;
}

async function runAll(): Promise<void> {
  const startedMs = performance.now();
  const workers = Math.min(availableParallelism(), count);
  const summary = await runShared({ first, count, bug, stopsAtFailure: bug !== undefined }, workers);
  console.log(totalsText(summary, performance.now() - startedMs));
  const failed = summary.failures[0];
  if (failed === undefined) return;
  console.log(`\n${failureText(failed.seed, bug)}`);
  for (const { seed, message } of summary.failures.slice(1)) console.log(`also seed ${seed}: ${message}`);
  process.exitCode = 1;
}
