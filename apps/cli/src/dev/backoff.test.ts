import { expect, test } from "vitest";
import { countFailure, restartDelayMs } from "./backoff.ts";

test("a child that ends again and again waits longer each time, up to 15 s", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(restartDelayMs)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
});

test("one that ran well starts from the beginning", () => {
  expect(countFailure(5, 100)).toBe(6);
  expect(countFailure(5, 30_000)).toBe(1);
});
