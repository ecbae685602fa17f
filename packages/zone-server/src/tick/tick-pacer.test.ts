import fc from "fast-check";
import { expect, test } from "vitest";
import { DurationHistogram } from "./duration-histogram.ts";
import { MAX_CATCH_UP_TICKS, TickPacer } from "./tick-pacer.ts";

test("ticks fall on multiples of their length, however late each wake-up is", () => {
  const pacer = new TickPacer(50, 1_010);
  expect(pacer.delayMs(1_010)).toBe(40);
  expect(pacer.take(1_049)).toMatchObject({ count: 0 });
  expect(pacer.take(1_057)).toEqual({ first: 21, count: 1, skipped: 0, latenessMs: 7 });
  expect(pacer.delayMs(1_057)).toBe(43);
  expect(pacer.take(1_100)).toEqual({ first: 22, count: 1, skipped: 0, latenessMs: 0 });
});

test("after a stall at most five ticks are made up for, the newest ones; the others are counted as skipped", () => {
  const pacer = new TickPacer(50, 0);
  expect(pacer.take(1_000)).toEqual({ first: 16, count: 5, skipped: 15, latenessMs: 200 });
  expect(pacer.take(1_049)).toMatchObject({ count: 0, skipped: 0 });
});

test("every tick number is run or skipped exactly once, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 50 }), (pauses) => {
      const pacer = new TickPacer(50, 0);
      let now = 0;
      let accounted = 0;
      for (const pause of pauses) {
        now += pause;
        const due = pacer.take(now);
        expect(due.count).toBeLessThanOrEqual(MAX_CATCH_UP_TICKS);
        if (due.count > 0) expect(due.first).toBe(accounted + due.skipped + 1);
        accounted += due.count + due.skipped;
        expect(accounted).toBe(Math.floor(now / 50));
      }
    }),
  );
});

test("percentiles are within a tenth, and old durations are forgotten", () => {
  const histogram = new DurationHistogram(0, 1_000);
  for (let i = 1; i <= 100; i++) histogram.record(i, 500);
  expect(histogram.percentileMs(0.5) / 50).toBeCloseTo(1, 0);
  expect(histogram.percentileMs(0.99) / 99).toBeCloseTo(1, 0);
  histogram.record(1, 1_500);
  expect(histogram.count).toBe(101);
  histogram.record(1, 2_500);
  expect(histogram.count).toBe(2);
  histogram.record(1, 9_000);
  expect(histogram.count).toBe(1);
});
