import { TICK_HZ } from "./mesh-game.ts";
import type { GroupReport } from "./mesh-group.ts";
import type { Coming } from "./mesh-meter.ts";
import { quantiles } from "./workload.ts";

/** Later than this a unit that left must have been simulated where it went. */
const LOST_AFTER_MS = 3_000;

export type HandoffFigures = {
  /** From the source's decision, at the end of a tick, to the begin of the target's first tick with it. */
  readonly latencyMs: ReturnType<typeof quantiles>;
  /** From the decision until the target has it. */
  readonly transferMs: ReturnType<typeof quantiles>;
  /** Ticks that nobody simulated. */
  readonly gapTicks: ReturnType<typeof quantiles> & { readonly p999: number };
  /** How many entities had a gap of so many ticks; below 0, ticks that both servers simulated, one after the other. */
  readonly gapCounts: Readonly<Record<string, number>>;
  /** Left and came nowhere. */
  readonly lost: number;
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
  let lost = 0;
  for (const [i, { leaving }] of servers.entries()) {
    for (const { entity, to, tick, atMs } of leaving) {
      const came = comings.get(`${entity}/${i + 1}/${to}`)?.find(({ arrivedMs }) => arrivedMs >= atMs);
      if (came === undefined) {
        if (endMs - atMs > LOST_AFTER_MS) lost++;
        continue;
      }
      latencies.push(came.atMs - atMs);
      transfers.push(came.arrivedMs - atMs);
      gaps.push(came.tick - tick - 1);
    }
  }
  const gapCounts: Record<string, number> = {};
  for (const gap of gaps) gapCounts[gap] = (gapCounts[gap] ?? 0) + 1;
  const p999 = [...gaps].sort((a, b) => a - b)[Math.min(gaps.length - 1, Math.floor(0.999 * gaps.length))];
  return {
    latencyMs: quantiles(latencies),
    transferMs: quantiles(transfers),
    gapTicks: { ...quantiles(gaps), p999: p999 ?? Number.NaN },
    gapCounts,
    lost,
    repeated: gaps.filter((gap) => gap < 0).length,
  };
}

/** How old what a tick sees of its neighbours is: the tick's begin minus the begin of the tick that the ghosts tell of. */
export function ghostAges({ servers }: GroupReport) {
  const begins = servers.map(({ ticks }) => new Map(ticks));
  const ages = servers.flatMap(({ seen }) =>
    seen.flatMap(({ peer, tick, atMs }) => {
      const beganMs = begins[peer - 1]?.get(tick);
      return beganMs === undefined ? [] : [atMs - beganMs];
    }),
  );
  return quantiles(ages);
}

/** Sums and means of a run. */
export function runFigures({ servers, clients }: GroupReport) {
  const sum = (of: (server: (typeof servers)[number]) => number) => servers.reduce((total, one) => total + of(one), 0);
  const ghostTicks = sum(({ ghostTicks }) => ghostTicks);
  const ownedTicks = sum(({ ownedTicks }) => ownedTicks);
  const seconds = sum(({ seconds }) => seconds) / servers.length;
  return {
    seconds,
    entities: sum(({ owned }) => owned),
    cpuS: sum(({ cpuS }) => cpuS),
    cpuShares: servers.map((server) => server.cpuS / server.seconds),
    ticksRun: sum(({ ticksRun }) => ticksRun),
    skippedTicks: sum(({ skippedTicks }) => skippedTicks),
    /** Simulated time over wall time, of the slowest server. */
    realTimeFactor: Math.min(...servers.map((server) => server.ticksRun / server.seconds / TICK_HZ)),
    tickP99Ms: servers.map(({ tickP99Ms }) => tickP99Ms),
    handoffs: sum(({ leaving }) => leaving.length),
    handoffsStayed: sum(({ handoffsStayed }) => handoffsStayed),
    ghostsPerEntity: ghostTicks / ownedTicks,
    meanGhosts: (ghostTicks * servers.length) / sum(({ ticksRun }) => ticksRun),
    bytesPerGhostSecond: (sum(({ bulkBytesOut }) => bulkBytesOut) * TICK_HZ) / ghostTicks,
    doubts: sum(({ doubts }) => doubts),
    faults: sum(({ faults }) => faults),
    ...(clients !== undefined && { clients: { ...clients, isSaturated: clients.cpuShare > 0.85 } }),
  };
}
