import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again until `condition` gives something truthy, and gives that.
 * Fails with `what` and the last error when it takes longer than `withinMs`.
 */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  withinMs = 15_000,
): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  const endMs = performance.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, false | null | undefined | 0 | "">;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`, { cause: lastError });
    await sleep(20);
  }
}
