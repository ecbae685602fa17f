import { handoffFigures, runFigures } from "./mesh-figures.ts";
import { type GroupReport, MeshGroup } from "./mesh-group.ts";
import { type MeshOrder, PING_PONG_SWINGING } from "./mesh-order.ts";
import { pause } from "./processes.ts";
import { OracleFailed, type Workload } from "./workload.ts";

const ORBITING = 50;
const WARMUP_MS = 4_000;
const MEASURE_MS = 20_000;
const SPEED = 6;
/** Without hysteresis an entity may change its server at most so often: its minimum stay sees to it. */
const MOST_PER_SECOND = 2;

/** Walkers that live on the line. */
export const pingPong: Workload = {
  id: "w4-ping-pong",
  about:
    "200 walkers ±2 m over a border and 50 around a corner of 4 servers at 3 m: handoffs with and without hysteresis",
  async run({ seed }) {
    const calm = figuresOf(await measure(5, seed));
    const bare = figuresOf(await measure(0, seed));
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
};

async function measure(hysteresisMeters: number, seed: number): Promise<GroupReport> {
  console.error(`  hysteresis ${hysteresisMeters} m`);
  const order: MeshOrder = {
    ...{ servers: 4, sideMeters: 400, walkers: PING_PONG_SWINGING + ORBITING, clients: 0, speed: SPEED },
    ...{ kind: "ping-pong", hysteresisMeters, minimumStayMs: 1_000, seed },
  };
  await using group = await MeshGroup.start(order);
  await pause(WARMUP_MS);
  await group.report();
  await pause(MEASURE_MS);
  return await group.report();
}

function figuresOf(report: GroupReport) {
  const { entities, seconds, handoffs, handoffsStayed, realTimeFactor, skippedTicks, cpuShares } = runFigures(report);
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
