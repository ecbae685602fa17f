/** What was measured, in its own unit; `n` says how far to trust it. NaN where there is nothing. */
export type Distribution = {
  readonly n: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** All of it: value, rounded to three digits, and how often, in order. */
  readonly raw: readonly (readonly [value: number, count: number])[];
};

/** Counts values, each to three significant digits, from whatever range they come. */
export class Histogram {
  readonly #counts = new Map<number, number>();

  record(value: number, times = 1): void {
    const rounded = roundToThreeDigits(value);
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + times);
  }

  add({ raw }: Distribution): void {
    for (const [value, count] of raw) this.record(value, count);
  }

  clear(): void {
    this.#counts.clear();
  }

  distribution(): Distribution {
    const raw = [...this.#counts].sort(([a], [b]) => a - b);
    const n = raw.reduce((sum, [, count]) => sum + count, 0);
    const at = (share: number) => {
      let left = Math.min(n - 1, Math.floor(share * n));
      for (const [value, count] of raw) {
        left -= count;
        if (left < 0) return value;
      }
      return Number.NaN;
    };
    return { n, min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1), raw };
  }
}

export function distributionOf(values: Iterable<number>): Distribution {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.distribution();
}

/** All values of several. */
export function merged(distributions: readonly Distribution[]): Distribution {
  const histogram = new Histogram();
  for (const one of distributions) histogram.add(one);
  return histogram.distribution();
}

function roundToThreeDigits(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.floor(Math.log10(Math.abs(value))) - 2;
  // A division by a whole power of ten is exact where a multiplication with its inverse is not.
  return exponent >= 0
    ? Math.round(value / 10 ** exponent) * 10 ** exponent
    : Math.round(value * 10 ** -exponent) / 10 ** -exponent;
}
