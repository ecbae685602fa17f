/** Values as their reader wants them: how many, how they lie, the largest; and how often each came, to one `step`. */
export type Histogram = {
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Value, rounded to the step, and how often it came, from the smallest on. */
  readonly counts: readonly (readonly [number, number])[];
};

export function histogramOf(values: readonly number[], step = 0.1): Histogram {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  const counts = new Map<number, number>();
  for (const value of sorted) {
    const rounded = Number((Math.round(value / step) * step).toPrecision(12));
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1), counts: [...counts] };
}

/** `interruption ms: n 40, p50 3.1, p99 20.0, max 20.0` */
export function formatHistogram(name: string, { n, p50, p99, max }: Histogram, digits = 1): string {
  return `${name}: n ${n}, p50 ${p50.toFixed(digits)}, p99 ${p99.toFixed(digits)}, max ${max.toFixed(digits)}`;
}
