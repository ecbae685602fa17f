const GAPS_KEPT = 256;

export type LinkStats = {
  /** Smoothed time to the server and back, in milliseconds; `NaN` before the first answer. */
  readonly roundTripMs: number;
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  /** Median and largest time between two of the last 256 snapshots, in milliseconds. */
  readonly snapshotGapP50Ms: number;
  readonly snapshotGapMaxMs: number;
  /** Largest time between two snapshots since the start, reconnects included, in milliseconds. */
  readonly snapshotGapEverMs: number;
  readonly snapshots: number;
};

/** Counts what comes and goes on a game link. */
export class LinkMeter {
  readonly #gaps = new Float64Array(GAPS_KEPT);
  #gapCount = 0;
  #gapAt = 0;
  #gapEverMs = 0;
  #lastSnapshotMs = Number.NaN;
  #snapshots = 0;
  #roundTripMs = Number.NaN;
  #secondStartMs = Number.NaN;
  #bytes = { in: 0, out: 0 };
  #rate = { in: 0, out: 0 };

  snapshot(nowMs: number): void {
    const gap = nowMs - this.#lastSnapshotMs;
    this.#lastSnapshotMs = nowMs;
    this.#snapshots++;
    if (Number.isNaN(gap)) return;
    this.#gaps[this.#gapAt] = gap;
    this.#gapAt = (this.#gapAt + 1) % GAPS_KEPT;
    this.#gapCount = Math.min(GAPS_KEPT, this.#gapCount + 1);
    this.#gapEverMs = Math.max(this.#gapEverMs, gap);
  }

  roundTrip(ms: number): void {
    this.#roundTripMs = Number.isNaN(this.#roundTripMs) ? ms : this.#roundTripMs + (ms - this.#roundTripMs) * 0.25;
  }

  received(bytes: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#bytes.in += bytes;
  }

  sent(bytes: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#bytes.out += bytes;
  }

  read(nowMs: number): LinkStats {
    this.#turn(nowMs);
    const sorted = this.#gaps.slice(0, this.#gapCount).sort();
    return {
      roundTripMs: this.#roundTripMs,
      bytesInPerSecond: this.#rate.in,
      bytesOutPerSecond: this.#rate.out,
      snapshotGapP50Ms: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      snapshotGapMaxMs: sorted[sorted.length - 1] ?? Number.NaN,
      snapshotGapEverMs: this.#gapEverMs,
      snapshots: this.#snapshots,
    };
  }

  #turn(nowMs: number): void {
    const elapsed = nowMs - this.#secondStartMs;
    if (elapsed < 1000) return;
    if (!Number.isNaN(elapsed)) {
      this.#rate = { in: (this.#bytes.in * 1000) / elapsed, out: (this.#bytes.out * 1000) / elapsed };
    }
    this.#bytes = { in: 0, out: 0 };
    this.#secondStartMs = nowMs;
  }
}
