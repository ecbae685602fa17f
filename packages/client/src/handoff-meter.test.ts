import { expect, test } from "vitest";
import { type Handoff, HandoffMeter } from "./handoff-meter.ts";

test("the interruption is the largest gap around the change, less the usual one", () => {
  expect(measure({ gapAtMs: 2_000, gapMs: 130 })).toEqual([
    { from: "A", to: "B", interruptionMs: 80, jumpMetres: 0.25 },
  ]);
});

test("an even stream across the change is no interruption", () => {
  expect(measure({ gapAtMs: 0, gapMs: 50 })).toMatchObject([{ interruptionMs: 0 }]);
});

test.each([1_200, 3_400])("a gap at %i ms is too far from the change at 2,000 ms", (gapAtMs) => {
  expect(measure({ gapAtMs, gapMs: 200 })).toMatchObject([{ interruptionMs: 0 }]);
});

test("a gap that goes on beyond the second counts whole", () => {
  expect(measure({ gapAtMs: 2_900, gapMs: 900 })).toMatchObject([{ interruptionMs: 850 }]);
});

test("changes that follow one another quickly are measured each", () => {
  const meter = new HandoffMeter();
  const done: Handoff[] = [];
  for (let ms = 0; ms < 10_000; ms += 10) {
    if (ms % 100 === 0) meter.changed(`${ms}`, `${ms + 100}`, ms);
    done.push(...meter.updated(ms, 0, () => 10));
  }
  expect(meter.count).toBe(100);
  expect(done.length).toBe(90);
  expect(done.every((handoff) => handoff.interruptionMs === 0)).toBe(true);
  expect(meter.last).toBe(done[89]);
});

/** Updates every 50 ms with one gap, a jump of 0.25 m at the change at 2,000 ms and one of 4 m long after it. */
function measure({ gapAtMs, gapMs }: { gapAtMs: number; gapMs: number }): readonly Handoff[] {
  const meter = new HandoffMeter();
  const done: Handoff[] = [];
  let hasChanged = false;
  for (let ms = 0; ms < 5_000; ms += ms === gapAtMs ? gapMs : 50) {
    if (ms >= 2_000 && !hasChanged) meter.changed("A", "B", 2_000);
    hasChanged ||= ms >= 2_000;
    const jumpMetres = ms >= 2_000 && ms < 2_150 ? 0.25 : ms > 4_000 ? 4 : 0;
    done.push(...meter.updated(ms, jumpMetres, () => 50));
  }
  return done;
}
