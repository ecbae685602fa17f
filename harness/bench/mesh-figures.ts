import { type Distribution, distributionOf, Histogram } from "./histogram.ts";
import type { GroupReport } from "./mesh-group.ts";
import type { Coming } from "./mesh-meter.ts";
import type { MeshOrder } from "./mesh-order.ts";

/** Later than this a unit that left must have been simulated where it went. */
const LOST_AFTER_MS = 3_000;
/** Ticks that ran, of those that were due, in the slowest server of a run that counts. */
const MIN_REAL_TIME = 0.99;

export type HandoffFigures = {
  /** From the source's decision, at the end of a tick, to the begin of the target's first tick with it. */
  readonly latencyMs: Distribution;
  /** From the decision until the target has it. */
  readonly transferMs: Distribution;
  /** Ticks that nobody simulated. */
  readonly gapTicks: Distribution;
  /** How many entities had a gap of so many ticks; below 0, ticks that both servers simulated, one after the other. */
  readonly gapCounts: Readonly<Record<string, number>>;
  /** Left and came nowhere. */
  readonly lost: number;
  /** Given away, not taken, and owned again where it was. */
  readonly returned: number;
  /** Given away at the end of a tick that the target, being later, had still to run: it ran that tick again with them. */
  readonly repeated: number;
};

/** Joins what sources and targets noted. */
export function handoffFigures({ servers }: GroupReport): HandoffFigures {
  const comings = new Map<string, Coming[]>();
  for (const [i, { coming }] of servers.entries()) {
    for (const one of coming) {
      const key = `${one.entity}/${one.from}/${i + 1}`;
      comings.set(key, [...(comings.get(key) ?? []), one]);
    }
  }
  const endMs = Math.max(...servers.map(({ ticks }) => ticks.at(-1)?.[1] ?? 0));
  const [latencies, transfers, gaps] = [[] as number[], [] as number[], [] as number[]];
  let [lost, returned] = [0, 0];
  for (const [i, { leaving, returned: back }] of servers.entries()) {
    for (const { entity, to, tick, atMs } of leaving) {
      const came = comings.get(`${entity}/${i + 1}/${to}`)?.find(({ arrivedMs }) => arrivedMs >= atMs);
      if (came === undefined) {
        if (back.some((one) => one.entity === entity && one.atMs >= atMs)) returned++;
        else if (endMs - atMs > LOST_AFTER_MS) lost++;
        continue;
      }
      latencies.push(came.atMs - atMs);
      transfers.push(came.arrivedMs - atMs);
      gaps.push(came.tick - tick - 1);
    }
  }
  const gapCounts: Record<string, number> = {};
  for (const gap of gaps) gapCounts[gap] = (gapCounts[gap] ?? 0) + 1;
  return {
    latencyMs: distributionOf(latencies),
    transferMs: distributionOf(transfers),
    gapTicks: distributionOf(gaps),
    gapCounts,
    lost,
    returned,
    repeated: gaps.filter((gap) => gap < 0).length,
  };
}

/** How old what a tick sees of its neighbours is: the tick's begin minus the begin of the tick that the ghosts tell of. */
export function ghostAges({ servers }: GroupReport): Distribution {
  const begins = servers.map(({ ticks }) => new Map(ticks));
  const ages = servers.flatMap(({ seen }) =>
    seen.flatMap(({ peer, tick, atMs }) => {
      const beganMs = begins[peer - 1]?.get(tick);
      return beganMs === undefined ? [] : [atMs - beganMs];
    }),
  );
  return distributionOf(ages);
}

export type GhostErrors = {
  /** A ghost against its entity in the tick that its owner told of last: what the wire and the sending lose. */
  readonly toldMeters: Distribution;
  /** A ghost against its entity in the tick in which it was looked at: what being late adds. */
  readonly shownMeters: Distribution;
};

/** Joins where owners had some of their entities with where neighbours had their ghosts. */
export function ghostErrors({ servers }: GroupReport): GhostErrors {
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  for (const { owned } of servers)
    for (const { entity, tick, x, y } of owned) places.set(`${entity}/${tick}`, { x, y });
  const [told, shown] = [new Histogram(), new Histogram()];
  for (const { entity, tick, toldTick, x, y } of servers.flatMap(({ ghosts }) => ghosts)) {
    const then = places.get(`${entity}/${toldTick}`);
    if (then !== undefined) told.record(Math.hypot(x - then.x, y - then.y));
    const now = places.get(`${entity}/${tick}`);
    if (now !== undefined) shown.record(Math.hypot(x - now.x, y - now.y));
  }
  return { toldMeters: told.distribution(), shownMeters: shown.distribution() };
}

/** Sums and means of a run. */
export function runFigures({ tickHz }: MeshOrder, { servers, clients, crowds }: GroupReport) {
  const sum = (of: (server: (typeof servers)[number]) => number) => servers.reduce((total, one) => total + of(one), 0);
  const ghostTicks = sum(({ ghostTicks }) => ghostTicks);
  const ownedTicks = sum(({ ownedTicks }) => ownedTicks);
  const seconds = sum(({ seconds }) => seconds) / servers.length;
  const realTimeFactor = Math.min(...servers.map((server) => server.ticksRun / server.seconds / tickHz));
  const clientCpuShares = [...(clients === undefined ? [] : [clients]), ...crowds].map(({ cpuShare }) => cpuShare);
  const isSaturated = clientCpuShares.some((share) => share > 0.85);
  return {
    /** The machine had time for all of it: otherwise it was the machine that was measured. */
    valid: realTimeFactor >= MIN_REAL_TIME && !isSaturated,
    seconds,
    simulatedSeconds: sum(({ ticksRun }) => ticksRun) / servers.length / tickHz,
    entities: sum(({ entities }) => entities),
    cpuS: sum(({ cpuS }) => cpuS),
    cpuShares: servers.map((server) => server.cpuS / server.seconds),
    ticksRun: sum(({ ticksRun }) => ticksRun),
    skippedTicks: sum(({ skippedTicks }) => skippedTicks),
    /** Simulated time over wall time, of the slowest server. */
    realTimeFactor,
    tickP99Ms: servers.map(({ tickP99Ms }) => tickP99Ms),
    handoffs: sum(({ leaving }) => leaving.length),
    handoffsStayed: sum(({ handoffsStayed }) => handoffsStayed),
    ghostsPerEntity: ghostTicks / ownedTicks,
    meanGhosts: (ghostTicks * servers.length) / sum(({ ticksRun }) => ticksRun),
    bytesPerGhostSecond: (sum(({ bulkBytesOut }) => bulkBytesOut) * tickHz) / ghostTicks,
    doubts: sum(({ doubts }) => doubts),
    faults: sum(({ faults }) => faults),
    clientCpuShares,
    isSaturated,
    lostClients: [...(clients?.lost ?? []), ...crowds.flatMap(({ lost }) => lost)],
    ...(clients !== undefined && { clients }),
  };
}
