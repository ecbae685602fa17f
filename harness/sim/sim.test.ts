import { expect, test } from "vitest";
import { type Bug, bugs } from "./bugs.ts";
import { Coverage, whyNever } from "./coverage.ts";
import { failureText, replayCommand } from "./report.ts";
import { runRange } from "./run-many.ts";
import { runSeed } from "./run-seed.ts";

test("200 seeds of faults break no promise of the mesh", () => {
  const { failures, handoffs, seeds } = runRange({ first: 1, count: 200 });
  expect(failures.map(({ seed, message }) => `${message} – ${replayCommand(seed, undefined)}`)).toEqual([]);
  expect(seeds).toBe(200);
  expect(handoffs).toBeGreaterThan(500);
});

test("players come back from their ghosts, what has ended stays away, and every kind of row but the rare ones fires", () => {
  const { coverage, ghosts, revived } = runRange({ first: 1, count: 1_000 });
  const counted = new Coverage();
  counted.add(coverage);
  const silent = counted.rows().filter(({ name, count }) => count === 0 && whyNever(name) === undefined);
  expect(silent).toEqual([]);
  expect(ghosts).toBeGreaterThan(100);
  // Those that ended on a server that died before anybody could hear of it.
  expect(revived).toBeLessThan(20);
});

test("two runs of one seed are the same to the last event, and other seeds are not", () => {
  const [one, again, other] = [runSeed(7), runSeed(7), runSeed(8)];
  expect({ hash: again.hash, events: again.events }).toEqual({ hash: one.hash, events: one.events });
  expect(other.hash).not.toBe(one.hash);
});

test("watching a run does not change it", () => {
  const lines: string[] = [];
  expect(runSeed(11, { onLine: (line) => lines.push(line) }).hash).toBe(runSeed(11).hash);
  expect(lines.length).toBeGreaterThan(100);
});

const regressions: readonly (readonly [seed: number, what: string])[] = [
  [588, "a welcome that is repeated after a reconnect does not turn its client back"],
  [7768, "a question whose answer was lost is asked again when a round begins again"],
  [17096, "a question is asked again after two cuts of the control link"],
  [119111, "a client says what was acknowledged to it until its inputs go on"],
  [19303, "an old route between two that live is no copy"],
];

for (const [seed, what] of regressions) {
  test(`${what} (seed ${seed})`, () => {
    expect(runSeed(seed, { hasLife: false }).violation).toBeUndefined();
  });
}

for (const [bug, what] of Object.entries(bugs) as [Bug, string][]) {
  test(`a planted bug is found: ${what}`, () => {
    const { failures, seeds } = runRange({ first: 1, count: 2_000, bug, stopsAtFailure: true });
    expect(failures, `${seeds} seeds did not show it`).toHaveLength(1);
  });
}

test("a failure prints seed, faults and invariant, and ends with the command that repeats it", () => {
  const [failure] = runRange({ first: 1, count: 2_000, bug: "early-supersede", stopsAtFailure: true }).failures;
  const text = failureText(failure?.seed ?? 0, "early-supersede");
  expect(text).toMatch(/^seed \d+: \d servers/);
  expect(text).toContain("VIOLATION of I4");
  expect(text.split("\n").at(-1)).toBe(
    `repeat with: npm run sim -- --seed ${failure?.seed} --seeds 1 --trace --bug early-supersede`,
  );
});
