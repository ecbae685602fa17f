import { expect, test } from "vitest";
import { fitTrend } from "./trend.ts";

test("a straight line is found again", () => {
  const points = [0, 10, 20, 30].map((x) => ({ x, y: 5 + 0.5 * x }));
  expect(fitTrend(points)).toEqual({ mean: 12.5, slope: 0.5, rise: 15 });
});

test("a saw tooth over a level rises far less than it swings", () => {
  const points = Array.from({ length: 60 }, (_, x) => ({ x, y: 100 + (x % 6) * 4 }));
  expect(Math.abs(fitTrend(points)?.rise ?? Number.NaN)).toBeLessThan(4);
});

test("one point, or points at one moment, have no trend", () => {
  expect(fitTrend([{ x: 1, y: 1 }])).toBeUndefined();
  expect(
    fitTrend([
      { x: 1, y: 1 },
      { x: 1, y: 9 },
    ]),
  ).toBeUndefined();
});
