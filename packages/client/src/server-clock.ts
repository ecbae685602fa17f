const WINDOW_MS = 2_000;
const BASE_DELAY_TICKS = 2;
const MAX_DELAY_MS = 500;
/** Beyond this the shown time jumps instead of running faster or slower. */
const JUMP_MS = 500;
/** How much faster or slower than real time the shown time may run. */
const MAX_SLEW = 0.1;

/**
 * Which server tick is to be shown now. Snapshots arrive with jitter; the earliest of the last seconds say how server
 * ticks lie on the local clock, and others are shown about two ticks plus the jitter later than that.
 */
export class ServerClock {
  readonly #tickMs: number;
  #windowStartMs = Number.NaN;
  /** Local time of tick 0, by the earliest arrivals of the current and of the last window. */
  #originMs = Number.NaN;
  #earliestMs = Number.POSITIVE_INFINITY;
  #lastEarliestMs = Number.POSITIVE_INFINITY;
  #jitterMs = 0;
  #newestTick = -1;
  #shownTick = Number.NaN;
  #shownAtMs = 0;

  constructor(tickHz: number) {
    this.#tickMs = 1000 / tickHz;
  }

  get newestTick(): number {
    return this.#newestTick;
  }

  /** How far behind the newest tick others are shown, in milliseconds. */
  get delayMs(): number {
    return Math.min(MAX_DELAY_MS, BASE_DELAY_TICKS * this.#tickMs + this.#jitterMs);
  }

  get jitterMs(): number {
    return this.#jitterMs;
  }

  /** A snapshot of `tick` arrived. */
  observe(tick: number, nowMs: number): void {
    this.#newestTick = Math.max(this.#newestTick, tick);
    const originMs = nowMs - tick * this.#tickMs;
    if (!(nowMs - this.#windowStartMs < WINDOW_MS)) {
      this.#lastEarliestMs = this.#earliestMs;
      this.#earliestMs = originMs;
      this.#windowStartMs = nowMs;
    }
    this.#earliestMs = Math.min(this.#earliestMs, originMs);
    this.#originMs = Math.min(this.#earliestMs, this.#lastEarliestMs);
    const lateMs = originMs - this.#originMs;
    // Up at once, down over a few seconds: one late snapshot is seldom the only one.
    this.#jitterMs += (lateMs - this.#jitterMs) * (lateMs > this.#jitterMs ? 0.5 : 0.02);
  }

  /** The tick to show at `nowMs`, with its fraction. Runs on smoothly; `NaN` before the first snapshot. */
  shownTick(nowMs: number): number {
    const wanted = (nowMs - this.#originMs - this.delayMs) / this.#tickMs;
    const elapsed = (nowMs - this.#shownAtMs) / this.#tickMs;
    this.#shownAtMs = nowMs;
    const errorTicks = wanted - (this.#shownTick + elapsed);
    if (!(Math.abs(errorTicks) * this.#tickMs < JUMP_MS)) {
      this.#shownTick = wanted;
    } else {
      // A frame may be for a moment just before the last snapshot arrived.
      const limit = Math.abs(elapsed) * MAX_SLEW;
      this.#shownTick += elapsed + Math.max(-limit, Math.min(limit, errorTicks));
    }
    return this.#shownTick;
  }
}
