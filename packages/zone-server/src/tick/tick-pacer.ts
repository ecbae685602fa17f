/** Most ticks that run back to back after a stall; older ones are given up. */
export const MAX_CATCH_UP_TICKS = 5;

export type DueTicks = {
  /** Number of the first tick to run. */
  readonly first: number;
  readonly count: number;
  /** Ticks that were given up: no server simulated them. */
  readonly skipped: number;
  /** How late the first tick starts. */
  readonly latenessMs: number;
};

/**
 * Says which ticks are due: tick n at mesh time n × tick length, on every server alike. Errors of timers do not add
 * up, and a stall is followed by at most `MAX_CATCH_UP_TICKS` ticks at once.
 */
export class TickPacer {
  readonly tickMs: number;
  #last: number;

  constructor(tickMs: number, meshMs: number) {
    this.tickMs = tickMs;
    this.#last = Math.floor(meshMs / tickMs);
  }

  get lastTick(): number {
    return this.#last;
  }

  /** Takes all ticks due at `meshMs`: each is given out once. */
  take(meshMs: number): DueTicks {
    const behind = Math.max(0, Math.floor(meshMs / this.tickMs) - this.#last);
    const skipped = Math.max(0, behind - MAX_CATCH_UP_TICKS);
    const first = this.#last + skipped + 1;
    const count = behind - skipped;
    this.#last += behind;
    return { first, count, skipped, latenessMs: count === 0 ? 0 : Math.max(0, meshMs - first * this.tickMs) };
  }

  /** Milliseconds from `meshMs` to the next tick, 0 when it is due. */
  delayMs(meshMs: number): number {
    return Math.max(0, (this.#last + 1) * this.tickMs - meshMs);
  }
}
