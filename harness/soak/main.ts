import { parseArgs } from "node:util";
import { type FaultName, faults } from "./faults.ts";
import { runSoak } from "./run-soak.ts";

const NAMES = Object.keys(faults) as FaultName[];
const HELP = `npm run soak -- [--minutes N] [--seed N] [--faults ${NAMES.join(",")}] [--port-base N]

Runs ows dev with 40 bots and 10 players whose connections can be cut, does one fault every 20 seconds, prints the
figures of every process every 10 seconds, and judges at the end, after 100 seconds without faults. Without the kills (--faults cut,burst,garbage) one
zone server lives through the whole run. Exits with 1 when something was wrong.`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    faults: { type: "string", default: NAMES.join(",") },
    "port-base": { type: "string", default: "6900" },
    help: { type: "boolean" },
  },
});
const chosen = values.faults.split(",");
const minutes = Number(values.minutes);
const mistakes = [
  ...chosen.filter((name) => !NAMES.some((known) => known === name)).map((name) => `there is no fault ${name}`),
  ...(minutes > 0 ? [] : [`--minutes ${values.minutes}: expected a number above 0`]),
];
if (values.help || mistakes.length > 0) {
  for (const mistake of mistakes) console.error(mistake);
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

const seed = Number(values.seed);
console.log(`seed ${seed}, ${minutes} minutes, faults ${chosen.join(", ")}`);
const { growth, wrong } = await runSoak({
  minutes,
  seed,
  portBase: Number(values["port-base"]),
  faults: NAMES.filter((name) => chosen.includes(name)),
  say: (line) => console.log(line),
});
for (const { role, pid, what, samples, mean, perMinute, gain } of growth) {
  console.log(
    `${role} ${pid}, ${what}: mean ${mean.toFixed(1)}, ${perMinute.toFixed(2)} per minute, ` +
      `${gain.toFixed(1)} gained in ${samples} samples`,
  );
}
for (const sentence of wrong) console.error(`WRONG: ${sentence}`);
console.log(wrong.length === 0 ? "The stack stood it." : `${wrong.length} things were wrong.`);
process.exitCode = wrong.length === 0 ? 0 : 1;
