/** After a pause (a hidden page, a slept machine) at most this many ticks are made up for. */
const MAX_CATCH_UP = 5;

/** When ticks are due: evenly from the start, so that a late timer does not make the next one later. */
export class TickSchedule {
  readonly #tickMs: number;
  #nextMs: number;

  constructor(tickHz: number, nowMs: number) {
    this.#tickMs = 1000 / tickHz;
    this.#nextMs = nowMs + this.#tickMs;
  }

  /** How many ticks are due; they count as done. */
  take(nowMs: number): number {
    if (nowMs < this.#nextMs) return 0;
    const due = Math.floor((nowMs - this.#nextMs) / this.#tickMs) + 1;
    this.#nextMs += due * this.#tickMs;
    return Math.min(due, MAX_CATCH_UP);
  }

  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextMs - nowMs);
  }

  /** How far `nowMs` is into the current tick, 0 to 1. */
  part(nowMs: number): number {
    return Math.min(1, Math.max(0, 1 - (this.#nextMs - nowMs) / this.#tickMs));
  }
}
