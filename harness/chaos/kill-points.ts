import { parseArgs } from "node:util";
import { FAULTS, type Fault, KILL_POINTS, type KillPoint, killAt } from "./kill-scene.ts";

/** Breaks something at every point of a handoff and prints what came of it: `node harness/chaos/kill-points.ts --rounds 20`. */
const { values } = parseArgs({ options: { rounds: { type: "string", default: "20" } } });
const rounds = Number(values.rounds);
/** Tenths of a metre per tick of 20 ms: from a stroll to the fastest that the game allows. */
const SLOWEST = 2;
const FASTEST = 11;

console.log(`| point | fault | ${rounds} rounds |\n|---|---|---|`);
for (const point of KILL_POINTS) {
  for (const fault of FAULTS) console.log(`| ${point} | ${fault} | ${await tally(point, fault)} |`);
}

async function tally(point: KillPoint, fault: Fault): Promise<string> {
  const results = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const result = await killAt(point, fault, SLOWEST + (round % (FASTEST - SLOWEST + 1))).catch((error: unknown) => {
      process.exitCode = 1;
      return `FAILED: ${error instanceof Error ? error.message.split("\n")[0] : error}`;
    });
    results.set(result, (results.get(result) ?? 0) + 1);
  }
  return [...results].map(([result, count]) => `${count} × ${result}`).join("; ");
}
