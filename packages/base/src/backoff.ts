import type { Prng } from "./prng.ts";

export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before try `attempt` (0 is the first repeat): doubles up to `maxMs`, and half of it is random, so
 * that many who lost the same peer do not come back together.
 */
export function backoffMs(attempt: number, prng: Prng, { firstMs, maxMs }: BackoffLimits): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * prng.float();
}
