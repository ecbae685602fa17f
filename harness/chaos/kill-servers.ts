import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { meshOf } from "./border.ts";
import type { Commuter } from "./commuter.ts";
import { type DoomedStack, startDoomedStack } from "./doomed-stack.ts";
import { histogramOf } from "./histogram.ts";
import { enterPlayer, type KillResult, killRound } from "./kill-round.ts";
import { FAULTS, type Fault, KILL_POINTS, type KillPoint } from "./kill-scene.ts";

/**
 * Breaks a zone server, or its links, at every point of a handoff – processes, launcher and coordinator as they are –
 * and prints what came of it: `node harness/chaos/kill-servers.ts --rounds 20 --out kills.json`.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    servers: { type: "string", default: "12" },
    "port-base": { type: "string", default: "7370" },
    only: { type: "string", default: "" },
    out: { type: "string" },
  },
});
const rounds = Number(values.rounds);
/** A kill needs two servers and leaves one; with fewer than this the stack is started anew. */
const FEWEST_SERVERS = 2;

type Cell = {
  readonly point: KillPoint;
  readonly fault: Fault;
  readonly results: KillResult[];
  readonly failed: string[];
};

const cells: Cell[] = KILL_POINTS.flatMap((point) =>
  FAULTS.map((fault) => ({ point, fault, results: [], failed: [] })),
).filter(({ point, fault }) => `${point}/${fault}`.includes(values.only));
let stage: DoomedStack | undefined;
let player: Commuter | undefined;
let players = 0;
const startMs = performance.now();

for (let round = 0; round < rounds; round++) {
  for (const cell of cells) await play(cell, round);
  console.log(`round ${round + 1} of ${rounds} after ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
}
await endStage();

console.log(
  "| point | fault | rounds | outcome | plays on after ms, p50 / max | inputs lost |\n|---|---|---|---|---|---|",
);
for (const cell of cells) console.log(formatCell(cell));
const wrong = cells.flatMap(({ point, fault, failed, results }) =>
  [...failed, ...results.flatMap((result) => result.wrong)].map((what) => `${point}, ${fault}: ${what}`),
);
for (const line of wrong) console.log(line);
const anew = cells
  .flatMap(({ results }) => results)
  .filter(({ outcome }) => outcome.startsWith("comes in anew")).length;
console.log(
  wrong.length === 0
    ? `held: after every fault one server had the player; ${anew} times it came in anew, else it played on`
    : `failed: ${wrong.length} promises broken`,
);
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(cells, undefined, 2)}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function play(cell: Cell, round: number): Promise<void> {
  try {
    const { dev, directory } = await readyStage();
    player ??= await enterPlayer(dev, `Victim${++players}`);
    const { point, fault } = cell;
    const result = await killRound({ dev, directory, player }, { point, fault, lastWords: round % 2 === 0 });
    cell.results.push(result);
    if (result.lostInputs > 0 || result.outcome.includes("anew")) await leave();
  } catch (error) {
    cell.failed.push(error instanceof Error ? error.message : String(error));
    // Whatever state it is in, the next round is not to suffer for it.
    await endStage();
  }
}

/** A stack with enough servers left for a kill. */
async function readyStage(): Promise<DoomedStack> {
  if (stage !== undefined && ((await meshOf(stage.dev))?.servers.length ?? 0) >= FEWEST_SERVERS) return stage;
  await endStage();
  stage = await startDoomedStack(Number(values["port-base"]), Number(values.servers));
  return stage;
}

async function leave(): Promise<void> {
  await player?.[Symbol.asyncDispose]();
  player = undefined;
}

async function endStage(): Promise<void> {
  await leave();
  await stage?.[Symbol.asyncDispose]();
  stage = undefined;
}

function formatCell({ point, fault, results, failed }: Cell): string {
  const outcomes = new Map<string, number>();
  for (const { outcome } of results) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (failed.length > 0) outcomes.set("FAILED", failed.length);
  const { p50, max } = histogramOf(results.map(({ playsOnAfterMs }) => playsOnAfterMs));
  const lost = results.reduce((total, { lostInputs }) => total + lostInputs, 0);
  const told = [...outcomes].map(([outcome, count]) => `${count} × ${outcome}`).join("; ");
  return `| ${point} | ${fault} | ${results.length + failed.length} | ${told} | ${p50.toFixed(0)} / ${max.toFixed(0)} | ${lost} |`;
}
