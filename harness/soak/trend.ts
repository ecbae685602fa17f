export type Point = { readonly x: number; readonly y: number };

export type Trend = {
  readonly mean: number;
  /** Of the fitted line, per unit of x. */
  readonly slope: number;
  /** How much the fitted line rises from the first x to the last. */
  readonly rise: number;
};

/** The straight line of least squares through points; `undefined` when they have no extent in x. */
export function fitTrend(points: readonly Point[]): Trend | undefined {
  const meanX = average(points.map(({ x }) => x));
  const mean = average(points.map(({ y }) => y));
  let covariance = 0;
  let variance = 0;
  for (const { x, y } of points) {
    covariance += (x - meanX) * (y - mean);
    variance += (x - meanX) ** 2;
  }
  if (points.length < 2 || variance === 0) return undefined;
  const slope = covariance / variance;
  const xs = points.map(({ x }) => x);
  return { mean, slope, rise: slope * (Math.max(...xs) - Math.min(...xs)) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
