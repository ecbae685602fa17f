import { FINEST_CELL_METERS, GHOST_KEEP_METERS, ghostRadiusMeters } from "@ows/mesh";
import { crossingsPerSecond, type GhostReach, ghostsPerEntity, judge } from "./gas-oracle.ts";
import type { Distribution } from "./histogram.ts";
import type { ClientsReport } from "./mesh-clients.ts";
import { ghostAges, ghostErrors, handoffFigures, runFigures } from "./mesh-figures.ts";
import { VIEW_RADIUS_METERS } from "./mesh-game.ts";
import { type GroupReport, MeshGroup } from "./mesh-group.ts";
import { type MeshOrder, regionsOf } from "./mesh-order.ts";
import { pause } from "./processes.ts";
import { decimals } from "./table.ts";
import { OracleFailed, type Row, type RunOptions, type Workload } from "./workload.ts";

const SIDE_METERS = 500;
const WALKERS = 2_000;
const CLIENTS = 24;
/** Coordinates on the wire. */
const WIRE_STEP_METERS = 1 / 256;
const WARMUP_MS = 4_000;
/** Of all ways together. */
const SECONDS = 60;
/** Servers, and metres per second. */
const WAYS = [
  { servers: 2, speed: 12 },
  { servers: 4, speed: 6 },
  { servers: 4, speed: 30 },
] as const;

/** A gas of walkers, some of them real clients, on a zone that several servers share. */
export const gas: Workload = {
  id: "w1-gas",
  about: "walkers with random headings over 2 and 4 servers at 6, 12, 30 m/s: handoffs, ghosts, both oracles",
  async run(options) {
    const results: Record<string, unknown> = {};
    const wrong: string[] = [];
    const measuredMs = ((options.seconds ?? SECONDS) * 1_000) / WAYS.length;
    for (const way of WAYS) {
      const name = `servers-${way.servers}-speed-${way.speed}`;
      const order = orderOf(way, options);
      const figures = gasFigures(order, await measure(order, measuredMs));
      results[name] = figures;
      wrong.push(...mistakesOf(figures).map((mistake) => `${name}: ${mistake}`));
    }
    if (wrong.length > 0) throw new OracleFailed(wrong, results);
    return results;
  },
  rows: (figures) =>
    Object.entries(figures as Record<string, Partial<ReturnType<typeof gasFigures>>>).flatMap(([name, way]) =>
      rowsOf(name, way),
    ),
};

function orderOf({ servers, speed }: (typeof WAYS)[number], options: RunOptions): MeshOrder {
  const { seed, clients = CLIENTS, entities: walkers = WALKERS, tickHz = 20 } = options;
  const ground = { sideMeters: SIDE_METERS, walkers, clients, crowd: 0 };
  return { servers, ...ground, speed, tickHz, kind: "gas", hysteresisMeters: 5, minimumStayMs: 200, seed };
}

async function measure(order: MeshOrder, ms: number): Promise<GroupReport> {
  console.error(`  ${order.servers} servers, ${order.speed} m/s, ${order.tickHz} Hz`);
  await using group = await MeshGroup.start(order);
  await pause(WARMUP_MS);
  await group.report();
  await pause(ms);
  return await group.report();
}

function gasFigures(order: MeshOrder, report: GroupReport) {
  const run = runFigures(order, report);
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
    tickHz: order.tickHz,
    crossings: judge(crossings, run.handoffs, Math.sqrt(crossings)),
    ghosts: judge(ghosts, run.ghostsPerEntity, ghostDeviation(order, run.entities, ghosts, run.seconds)),
    /** With ground of no cells and no band: what cells cost. */
    ghostsOverCircles:
      run.ghostsPerEntity / ghostsPerEntity(regions, { madeMeters, keptMeters: madeMeters, cellMeters: 1 }),
    handoff: handoffFigures(report),
    ghostAgeMs: ghostAges(report),
    ghostErrors: ghostErrors(report),
  };
}

/** Of a mean over entities that each see as many places as they have crossed halves of the zone. */
function ghostDeviation(order: MeshOrder, entities: number, mean: number, seconds: number): number {
  const places = entities * (1 + (order.speed * seconds) / order.sideMeters);
  return Math.sqrt(mean / places);
}

function mistakesOf({
  valid,
  crossings,
  ghosts,
  ghostErrors,
  handoff,
  faults,
  lostClients,
}: ReturnType<typeof gasFigures>): string[] {
  const mistakes: string[] = [];
  // A machine without time for the run can't disprove an oracle; what was lost is lost on any machine.
  if (valid && !crossings.holds) mistakes.push(`${crossings.measured} crossings, expected ${crossings.expected}`);
  if (valid && !ghosts.holds) mistakes.push(`${ghosts.measured} ghosts per entity, expected ${ghosts.expected}`);
  if (handoff.lost > 0) mistakes.push(`${handoff.lost} entities left and came nowhere`);
  if (valid && ghostErrors.toldMeters.p50 > WIRE_STEP_METERS) {
    mistakes.push(`ghosts stand ${ghostErrors.toldMeters.p50} m beside what their owners told, expected a wire step`);
  }
  if (faults > 0) mistakes.push(`${faults} faults of the game`);
  if (lostClients.length > 0) mistakes.push(`${lostClients.length} clients were disconnected: ${lostClients[0]}`);
  return mistakes;
}

function rowsOf(name: string, figures: Partial<ReturnType<typeof gasFigures>>): Row[] {
  const { handoff, ghostAgeMs, ghostErrors, crossings, ghosts, clients, bytesPerGhostSecond, tickHz } = figures;
  if (handoff === undefined || ghostAgeMs === undefined || ghostErrors === undefined) return [];
  if (crossings === undefined || ghosts === undefined) return [];
  const row = (metric: string, measured: string, target?: string, n?: number): Row => ({
    ...{ metric: `  ${metric}`, measured, target, n },
  });
  const ms = ({ p50, p99 }: Distribution) => `${decimals(p50, 1)} / ${decimals(p99, 1)} ms`;
  const { latencyMs, gapTicks, lost, returned, repeated } = handoff;
  const ghostTicks = ghostErrors.toldMeters.n;
  return [
    { metric: `${name}, ${tickHz} Hz${figures.valid ? "" : " (INVALID)"}`, measured: "" },
    row("real-time factor", decimals(figures.realTimeFactor, 3), "1.00"),
    row("handoff p50 / p99", ms(latencyMs), "17 / 38 ms at 30 Hz", latencyMs.n),
    row("authority gap p50 / p99.9", `${gapTicks.p50} / ${gapTicks.p999} ticks`, "0 / ≤ 1", gapTicks.n),
    row("lost entities", `${lost}`, "0", latencyMs.n),
    row("not taken and owned again, ticks run twice", `${returned}, ${repeated}`, undefined, latencyMs.n),
    row("crossings over the oracle", decimals(crossings.ratio, 3), "0.95 to 1.05", crossings.measured),
    row("ghosts per owned over the oracle", decimals(ghosts.ratio, 3), "0.95 to 1.05"),
    row("ghost age p50 / p99", ms(ghostAgeMs), "– / 38 ms at 30 Hz", ghostAgeMs.n),
    row("bytes per ghost-second", decimals(bytesPerGhostSecond, 0), "80 to 200"),
    row("ghost error, as told, p99", `${decimals(ghostErrors.toldMeters.p99, 4)} m`, "≤ 0.1 m", ghostTicks),
    row(
      "ghost error, as shown, p99",
      `${decimals(ghostErrors.shownMeters.p99, 2)} m`,
      undefined,
      ghostErrors.shownMeters.n,
    ),
    ...(clients === undefined
      ? []
      : [
          row("client interruption p50 / p99.9", interruption(clients), "– / ≤ 1 interval", clients.interruptionMs.n),
          row("jump of the avatar p99", `${decimals(clients.jumpMeters.p99, 3)} m`, "< 0.1 m", clients.jumpMeters.n),
        ]),
  ];
}

function interruption({ interruptionMs: { p50, p999 } }: ClientsReport): string {
  return `${decimals(p50, 1)} / ${decimals(p999, 1)} ms`;
}
