import { Worker } from "node:worker_threads";
import type { Bug } from "./bugs.ts";
import { Coverage } from "./coverage.ts";
import { type RunResult, runSeed } from "./run-seed.ts";

export type Summary = {
  readonly seeds: number;
  readonly events: number;
  readonly handoffs: number;
  readonly lost: number;
  readonly ghosts: number;
  readonly revived: number;
  /** Every row of the tables that fired, by name. */
  readonly coverage: readonly (readonly [string, number])[];
  readonly failures: readonly { readonly seed: number; readonly message: string; readonly atMs: number }[];
};

export type SeedRange = {
  readonly first: number;
  readonly count: number;
  /** Every how-manieth seed: lets several workers share a range evenly. */
  readonly every?: number;
  readonly bug?: Bug | undefined;
  /** Ends at the first seed that fails. */
  readonly stopsAtFailure?: boolean;
};

/** Failures beyond this are counted by nobody: the first ones say enough. */
const MAX_FAILURES = 20;

/** Runs a range of seeds here. */
export function runRange({ first, count, every = 1, bug, stopsAtFailure = false }: SeedRange): Summary {
  let totals = noRuns;
  for (let seed = first; seed < first + count; seed += every) {
    const result = runSeed(seed, { bug });
    totals = sum([totals, summaryOf(result)]);
    if (totals.failures.length >= (stopsAtFailure ? 1 : MAX_FAILURES)) break;
  }
  return totals;
}

/** Shares a range among worker threads; the outcome is the same for any number of them. */
export async function runShared(range: SeedRange, workers: number): Promise<Summary> {
  const shares = Array.from({ length: workers }, (_, i) => ({
    ...range,
    first: range.first + i,
    count: range.count - i,
    every: workers,
  }));
  return sum(await Promise.all(shares.map(runInWorker)));
}

const noRuns: Summary = {
  seeds: 0,
  events: 0,
  handoffs: 0,
  lost: 0,
  ghosts: 0,
  revived: 0,
  coverage: [],
  failures: [],
};

function summaryOf({ plan, coverage, violation, events, handoffs, lost, ghosts, revived }: RunResult): Summary {
  const failures = violation === undefined ? [] : [{ seed: plan.seed, ...violation }];
  return { seeds: 1, events, handoffs, lost, ghosts, revived, coverage: [...coverage], failures };
}

function sum(parts: readonly Summary[]): Summary {
  const coverage = new Coverage();
  for (const part of parts) coverage.add(part.coverage);
  const total = (of: (part: Summary) => number) => parts.reduce((all, part) => all + of(part), 0);
  return {
    seeds: total((part) => part.seeds),
    events: total((part) => part.events),
    handoffs: total((part) => part.handoffs),
    lost: total((part) => part.lost),
    ghosts: total((part) => part.ghosts),
    revived: total((part) => part.revived),
    coverage: [...coverage.counts],
    failures: parts.flatMap((part) => part.failures).sort((a, b) => a.seed - b.seed),
  };
}

function runInWorker(range: SeedRange): Promise<Summary> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: range });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
