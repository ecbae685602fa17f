import { expect, test } from "vitest";
import { distributionOf, merged } from "./histogram.ts";

test("quantiles are those of the sorted values, to three digits", () => {
  const values = Array.from({ length: 1_000 }, (_, i) => i + 1);
  expect(distributionOf(values.reverse())).toMatchObject({
    n: 1_000,
    min: 1,
    p50: 501,
    p90: 901,
    p99: 991,
    max: 1_000,
  });
});

test("values of any size and sign keep three digits, and equal ones are counted together", () => {
  const { raw } = distributionOf([0.0012345, 0.0012345, -123_456, 0, 7]);
  expect(raw).toEqual([
    [-123_000, 1],
    [0, 1],
    [0.00123, 2],
    [7, 1],
  ]);
});

test("several distributions are one of all their values", () => {
  const [a, b] = [distributionOf([1, 2, 2]), distributionOf([2, 3])];
  expect(merged([a, b])).toEqual(distributionOf([1, 2, 2, 2, 3]));
});

test("nothing measured is NaN", () => {
  expect(distributionOf([])).toMatchObject({ n: 0, p99: Number.NaN });
});
