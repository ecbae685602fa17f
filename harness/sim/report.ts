import type { Bug } from "./bugs.ts";
import { Coverage, whyNever } from "./coverage.ts";
import { describePlan, planOf } from "./plan.ts";
import type { Summary } from "./run-many.ts";
import { runSeed } from "./run-seed.ts";

const LAST_EVENTS = 40;

/** The totals, and which rows of the tables fired how often. */
export function totalsText(summary: Summary, wallMs: number): string {
  const { seeds, events, handoffs, lost, ghosts, revived, coverage, failures } = summary;
  const counted = new Coverage();
  counted.add(coverage);
  const rows = counted.rows();
  const never = rows.filter(({ count }) => count === 0);
  return [
    `${seeds} seeds, ${events} events, ${handoffs} commits in ${(wallMs / 1_000).toFixed(1)} s: ${failures.length} violations`,
    `${lost} entities vanished with their owner while nobody else had a copy; ${ghosts} players came back from a ghost`,
    `${revived} entities that had ended came back, because nobody alive knew of it`,
    ...rows.filter(({ count }) => count > 0).map(({ name, count }) => `${String(count).padStart(10)}  ${name}`),
    ...never.map(({ name }) => `     NEVER  ${name}: ${whyNever(name) ?? "NO REASON KNOWN"}`),
  ].join("\n");
}

/** Plays a failing seed again with its events: seed and faults first, the command that repeats it last. */
export function failureText(seed: number, bug: Bug | undefined): string {
  const lines: string[] = [];
  const { violation, hash } = runSeed(seed, {
    bug,
    onLine: (line) => {
      lines.push(line);
      if (lines.length > LAST_EVENTS) lines.shift();
    },
  });
  return [
    describePlan(planOf(seed)),
    ...lines.map((line) => `  ${line.slice(0, 300)}`),
    `VIOLATION of ${violation?.message ?? "nothing: the run is not repeatable"} at ${violation?.atMs.toFixed(1)} ms, hash ${hash.toString(16)}`,
    `repeat with: ${replayCommand(seed, bug)}`,
  ].join("\n");
}

/** The one command that plays a seed again, bit for bit. */
export function replayCommand(seed: number, bug: Bug | undefined): string {
  return `npm run sim -- --seed ${seed} --seeds 1 --trace${bug === undefined ? "" : ` --bug ${bug}`}`;
}
