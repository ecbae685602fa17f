import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";
import { Prng } from "./prng.ts";

test("pauses double, stay between half and whole, and never pass the limit", () => {
  const prng = Prng.fromSeed(1);
  for (const [attempt, ceiling] of [
    [0, 100],
    [1, 200],
    [3, 800],
    [5, 1_000],
    [500, 1_000],
  ] as const) {
    const pauseMs = backoffMs(attempt, prng, { firstMs: 100, maxMs: 1_000 });
    expect(pauseMs).toBeGreaterThanOrEqual(ceiling / 2);
    expect(pauseMs).toBeLessThan(ceiling);
  }
});
