/** Each bucket is a tenth wider than the one before: 1 µs to over a second. */
const GROWTH = Math.log(1.1);
const BUCKETS = 160;

/** Durations of the last one to two windows, in logarithmic buckets: percentiles within 10 %. */
export class DurationHistogram {
  readonly #windowMs: number;
  #current = new Uint32Array(BUCKETS);
  #previous = new Uint32Array(BUCKETS);
  #windowEndMs: number;

  constructor(nowMs: number, windowMs = 10_000) {
    this.#windowMs = windowMs;
    this.#windowEndMs = nowMs + windowMs;
  }

  record(durationMs: number, nowMs: number): void {
    if (nowMs >= this.#windowEndMs) this.#turn(nowMs);
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log(Math.max(durationMs * 1000, 1)) / GROWTH)));
    this.#current[bucket] = (this.#current[bucket] as number) + 1;
  }

  /** The duration that a share of all records stays below, in milliseconds; 0 without records. */
  percentileMs(share: number): number {
    const total = this.count;
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += (this.#current[bucket] as number) + (this.#previous[bucket] as number);
      if (total > 0 && seen >= total * share) return Math.exp(bucket * GROWTH) / 1000;
    }
    return 0;
  }

  get count(): number {
    let total = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      total += (this.#current[bucket] as number) + (this.#previous[bucket] as number);
    }
    return total;
  }

  #turn(nowMs: number): void {
    const isLongAgo = nowMs >= this.#windowEndMs + this.#windowMs;
    [this.#previous, this.#current] = [this.#current, this.#previous.fill(0)];
    if (isLongAgo) this.#previous.fill(0);
    this.#windowEndMs = nowMs + this.#windowMs;
  }
}
