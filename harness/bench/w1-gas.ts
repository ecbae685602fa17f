import { FINEST_CELL_METERS, GHOST_KEEP_METERS, ghostRadiusMeters } from "@ows/mesh";
import { crossingsPerSecond, type GhostReach, ghostsPerEntity, judge } from "./gas-oracle.ts";
import { ghostAges, handoffFigures, runFigures } from "./mesh-figures.ts";
import { VIEW_RADIUS_METERS } from "./mesh-game.ts";
import { type GroupReport, MeshGroup } from "./mesh-group.ts";
import { type MeshOrder, regionsOf } from "./mesh-order.ts";
import { pause } from "./processes.ts";
import { OracleFailed, type Workload } from "./workload.ts";

const SIDE_METERS = 500;
const WALKERS = 2_000;
const CLIENTS = 24;
const WARMUP_MS = 5_000;
const MEASURE_MS = 24_000;
const SPEEDS = [6, 12, 30];
const SERVERS = [2, 4];
/** The speed at which a mesh is held against servers that know of no other. */
const TAX_SPEED = 12;

/** A gas of walkers, some of them real clients, on a zone that several servers share. */
export const gas: Workload = {
  id: "w1-gas",
  about:
    "walkers with random headings over 2 and 4 servers at 6, 12, 30 m/s: handoffs, ghosts, their cost, both oracles",
  async run({ seed }) {
    const results: Record<string, unknown> = {};
    const wrong: string[] = [];
    for (const servers of SERVERS) {
      for (const speed of SPEEDS) {
        const name = `servers-${servers}-speed-${speed}`;
        const order = orderOf(servers, speed, "gas", seed);
        const report = await measure(order);
        const figures = gasFigures(order, report);
        results[name] = figures;
        wrong.push(...mistakesOf(figures).map((mistake) => `${name}: ${mistake}`));
        if (speed === TAX_SPEED) results[`tax-${servers}`] = await tax(order, report);
      }
    }
    if (wrong.length > 0) throw new OracleFailed(wrong, results);
    return results;
  },
};

function orderOf(servers: number, speed: number, kind: MeshOrder["kind"], seed: number): MeshOrder {
  const ground = { sideMeters: SIDE_METERS, walkers: WALKERS, clients: CLIENTS };
  return { servers, ...ground, speed, kind, hysteresisMeters: 5, minimumStayMs: 200, seed };
}

async function measure(order: MeshOrder): Promise<GroupReport> {
  console.error(`  ${order.servers} servers, ${order.speed} m/s, ${order.kind}`);
  await using group = await MeshGroup.start(order);
  await pause(WARMUP_MS);
  await group.report();
  await pause(MEASURE_MS);
  return await group.report();
}

function gasFigures(order: MeshOrder, report: GroupReport) {
  const run = runFigures(report);
  const regions = regionsOf(order);
  const crossings = run.entities * crossingsPerSecond(regions, order.speed) * run.simulatedSeconds;
  const madeMeters = ghostRadiusMeters(VIEW_RADIUS_METERS, [order.speed * 1.25]);
  const reach: GhostReach = {
    madeMeters,
    keptMeters: madeMeters + GHOST_KEEP_METERS,
    cellMeters: FINEST_CELL_METERS,
  };
  const ghosts = ghostsPerEntity(regions, reach);
  return {
    ...run,
    crossings: judge(crossings, run.handoffs, Math.sqrt(crossings)),
    ghosts: judge(ghosts, run.ghostsPerEntity, ghostDeviation(order, run.entities, ghosts, run.seconds)),
    /** With ground of no cells and no band: what cells cost. */
    ghostsOverCircles:
      run.ghostsPerEntity / ghostsPerEntity(regions, { madeMeters, keptMeters: madeMeters, cellMeters: 1 }),
    handoff: handoffFigures(report),
    ghostAgeMs: ghostAges(report),
  };
}

/** Of a mean over entities that each see as many places as they have crossed halves of the zone. */
function ghostDeviation(order: MeshOrder, entities: number, mean: number, seconds: number): number {
  const places = entities * (1 + (order.speed * seconds) / order.sideMeters);
  return Math.sqrt(mean / places);
}

function mistakesOf({ valid, crossings, ghosts, handoff, faults, clients }: ReturnType<typeof gasFigures>): string[] {
  const mistakes: string[] = [];
  // A machine without time for the run can't disprove an oracle; what was lost is lost on any machine.
  if (valid && !crossings.holds) mistakes.push(`${crossings.measured} crossings, expected ${crossings.expected}`);
  if (valid && !ghosts.holds) mistakes.push(`${ghosts.measured} ghosts per entity, expected ${ghosts.expected}`);
  if (handoff.lost > 0) mistakes.push(`${handoff.lost} entities left and came nowhere`);
  if (faults > 0) mistakes.push(`${faults} faults of the game`);
  if (clients !== undefined && clients.lost.length > 0)
    mistakes.push(`${clients.lost.length} clients were disconnected`);
  return mistakes;
}

/** CPU against the same entities behind walls, with and without neighbours. */
async function tax(order: MeshOrder, crossing: GroupReport) {
  const perTick = (report: GroupReport) => {
    const { cpuS, ticksRun } = runFigures(report);
    return (cpuS * 1e3) / ticksRun;
  };
  const walled = await measure({ ...order, kind: "walled" });
  const alone = await measure({ ...order, kind: "alone" });
  const { handoffs, ticksRun } = runFigures(crossing);
  const [gasMs, walledMs, aloneMs] = [crossing, walled, alone].map(perTick) as [number, number, number];
  return {
    cpuMsPerServerTick: { gas: gasMs, walled: walledMs, alone: aloneMs },
    /** Both sides together; the difference of two runs: trust it as far as those. */
    cpuMicrosPerHandoff: ((gasMs - walledMs) * 1e3 * ticksRun) / handoffs,
    ghostsAndLinks: walledMs / aloneMs,
    mesh: gasMs / aloneMs,
    walledHandoffs: runFigures(walled).handoffs,
    entities: [crossing, walled, alone].map((report) => runFigures(report).entities),
  };
}
