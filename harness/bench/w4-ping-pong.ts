import { handoffFigures, runFigures } from "./mesh-figures.ts";
import { type GroupReport, MeshGroup } from "./mesh-group.ts";
import { type MeshOrder, PING_PONG_SWINGING } from "./mesh-order.ts";
import { pause } from "./processes.ts";
import { OracleFailed, type Row, type RunOptions, type Workload } from "./workload.ts";

const ORBITING = 50;
const WARMUP_MS = 4_000;
/** Of both ways together. */
const SECONDS = 40;
const SPEED = 6;
/** Without hysteresis an entity may change its server at most so often: its minimum stay sees to it. */
const MOST_PER_SECOND = 2;

/** Walkers that live on the line. */
export const pingPong: Workload = {
  id: "w4-ping-pong",
  about:
    "200 walkers ±2 m over a border and 50 around a corner of 4 servers at 3 m: handoffs with and without hysteresis",
  async run(options) {
    const calm = await measure(5, options);
    const bare = await measure(0, options);
    const wrong: string[] = [];
    if (calm.handoffs > 0) wrong.push(`${calm.handoffs} handoffs with 5 m hysteresis, expected none`);
    if (calm.entities !== PING_PONG_SWINGING + ORBITING) wrong.push(`${calm.entities} walkers, expected 250`);
    if (bare.handoffs === 0) wrong.push("no handoffs without hysteresis: the walkers do not reach the border");
    if (bare.mostPerSecond > MOST_PER_SECOND) {
      wrong.push(`${bare.mostPerSecond} handoffs of one entity within a second, expected at most ${MOST_PER_SECOND}`);
    }
    if (bare.lost > 0) wrong.push(`${bare.lost} entities left and came nowhere`);
    const results = { "hysteresis-5": calm, "hysteresis-0": bare };
    if (wrong.length > 0) throw new OracleFailed(wrong, results);
    return results;
  },
  rows: (figures) =>
    Object.entries(figures as Record<string, Partial<ReturnType<typeof figuresOf>>>).flatMap(([name, way]) =>
      rowsOf(name, way),
    ),
};

async function measure(hysteresisMeters: number, { seed, seconds = SECONDS, tickHz = 20 }: RunOptions) {
  console.error(`  hysteresis ${hysteresisMeters} m`);
  const order: MeshOrder = {
    ...{
      servers: 4,
      sideMeters: 400,
      walkers: PING_PONG_SWINGING + ORBITING,
      clients: 0,
      crowd: 0,
      speed: SPEED,
      tickHz,
    },
    ...{ kind: "ping-pong", hysteresisMeters, minimumStayMs: 1_000, seed },
  };
  await using group = await MeshGroup.start(order);
  await pause(WARMUP_MS);
  await group.report();
  await pause((seconds * 1_000) / 2);
  return figuresOf(order, await group.report());
}

function figuresOf(order: MeshOrder, report: GroupReport) {
  const { entities, seconds, handoffs, handoffsStayed, realTimeFactor, skippedTicks, cpuShares } = runFigures(
    order,
    report,
  );
  const { lost, latencyMs, gapCounts } = handoffFigures(report);
  return {
    ...{
      entities,
      seconds,
      handoffs,
      handoffsStayed,
      realTimeFactor,
      skippedTicks,
      cpuShares,
      lost,
      latencyMs,
      gapCounts,
    },
    perEntitySecond: handoffs / entities / seconds,
    mostPerSecond: mostPerSecond(report),
  };
}

/** The most handoffs that one entity had within any second. */
function mostPerSecond({ servers }: GroupReport): number {
  const times = new Map<number, number[]>();
  for (const { entity, atMs } of servers.flatMap(({ leaving }) => leaving)) {
    times.set(entity, [...(times.get(entity) ?? []), atMs]);
  }
  let most = 0;
  for (const all of times.values()) {
    all.sort((a, b) => a - b);
    for (const [i, atMs] of all.entries()) {
      const within = all.slice(i).filter((other) => other < atMs + 1_000).length;
      most = Math.max(most, within);
    }
  }
  return most;
}

function rowsOf(
  name: string,
  { entities, handoffs, mostPerSecond, lost }: Partial<ReturnType<typeof figuresOf>>,
): Row[] {
  if (entities === undefined) return [];
  const isBare = name === "hysteresis-0";
  const target = isBare ? { most: `≤ ${MOST_PER_SECOND}` } : { most: "0", handoffs: "0" };
  return [
    { metric: `${name}: handoffs of ${entities} on the line`, measured: `${handoffs}`, target: target.handoffs },
    { metric: `${name}: most of one within a second`, measured: `${mostPerSecond}`, target: target.most, n: handoffs },
    { metric: `${name}: lost`, measured: `${lost}`, target: "0", n: handoffs },
  ];
}
