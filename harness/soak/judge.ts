import type { ProcessFigures, Sample } from "./sample.ts";
import { fitTrend } from "./trend.ts";

/** The first minute of a process fills caches and opens what stays open. */
const WARM_UP_S = 60;
/** Two minutes: in less, a few collections of garbage look like a trend. */
const MIN_SAMPLES = 13;
/** What may be gained in the whole run: a share of the mean, or this much at least. */
const LIMITS = {
  rssMiB: { share: 0.15, atLeast: 16 },
  descriptors: { share: 0.15, atLeast: 10 },
} as const;

export type Growth = {
  readonly pid: number;
  readonly role: ProcessFigures["role"];
  readonly what: keyof typeof LIMITS;
  readonly samples: number;
  readonly mean: number;
  /** Of the line through all samples. */
  readonly perMinute: number;
  /** What is judged: see `gainOf`. */
  readonly gain: number;
  readonly isFlat: boolean;
};

/**
 * Descriptors of every process that lived long enough, with everybody in the world; memory of those that went through
 * the crowds before the first sample: a younger one's heap still takes what it is given before it collects.
 */
export function growthOf(samples: readonly Sample[], expectedPlayers: number): readonly Growth[] {
  const full = samples.filter(({ connected }) => connected >= expectedPlayers);
  const processes = new Map(full.flatMap((sample) => sample.processes).map(({ pid, role }) => [pid, role]));
  const seasoned = new Set(samples[0]?.processes.map(({ pid }) => pid));
  return [...processes].flatMap(([pid, role]) =>
    (seasoned.has(pid) ? (["rssMiB", "descriptors"] as const) : (["descriptors"] as const)).flatMap((what) => {
      const bornS = samples.find((sample) => sample.processes.some((process) => process.pid === pid))?.atS ?? 0;
      const warm = full.filter(({ atS }) => atS >= bornS + WARM_UP_S);
      const points = warm.flatMap(({ atS, processes: seen }) =>
        seen.filter((process) => process.pid === pid).map((process) => ({ x: atS, y: process[what] })),
      );
      const trend = points.length < MIN_SAMPLES ? undefined : fitTrend(points);
      if (trend === undefined) return [];
      const { mean, slope } = trend;
      const { share, atLeast } = LIMITS[what];
      const gain = what === "rssMiB" ? trend.rise : gainOf(points.map(({ y }) => y));
      const isFlat = gain <= Math.max(atLeast, share * mean);
      return [{ pid, role, what, samples: points.length, mean, perMinute: slope * 60, gain, isFlat }];
    }),
  );
}

/**
 * How far the last value is above the lowest. For descriptors: every crowd that comes at once leaves kept-alive
 * connections for a minute or so, which a line would take for a trend; a leak is what is still there after the calm.
 */
function gainOf(values: readonly number[]): number {
  return (values.at(-1) ?? 0) - Math.min(...values);
}

export type Ending = {
  readonly expectedPlayers: number;
  readonly last: Sample;
  /** Command lines of what still ran after the stop. */
  readonly left: readonly string[];
  readonly exitCode: number | null;
};

/** What was wrong, one sentence each; empty when the stack stood the soak. */
export function judge(samples: readonly Sample[], { expectedPlayers, last, left, exitCode }: Ending): string[] {
  const wrong: string[] = [];
  for (const { atS, silent, doubled } of samples) {
    if (silent.length > 0) wrong.push(`at ${atS.toFixed(0)} s not every service answered: ${silent.join("; ")}`);
    if (doubled.length > 0) wrong.push(`at ${atS.toFixed(0)} s more than one living entity of ${doubled.join(", ")}`);
  }
  if (last.connected < expectedPlayers) {
    wrong.push(`${last.connected} of ${expectedPlayers} players are in the world at the end`);
  }
  for (const { isFlat, what, role, pid, gain, mean } of growthOf(samples, expectedPlayers)) {
    if (!isFlat) wrong.push(`${what} of ${role} ${pid} gained ${gain.toFixed(1)} over a mean of ${mean.toFixed(1)}`);
  }
  for (const command of left) wrong.push(`still runs after the stop: ${command}`);
  if (exitCode !== 0) wrong.push(`ows dev ended with ${exitCode}, expected 0`);
  return wrong;
}
