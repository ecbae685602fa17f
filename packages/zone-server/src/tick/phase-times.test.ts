import { ManualClock } from "@ows/base";
import { expect, test } from "vitest";
import { PhaseTimes } from "./phase-times.ts";

function timesOf(clock: ManualClock) {
  const times = new PhaseTimes(() => clock.nowMs());
  const spent = () => Object.fromEntries([...times.spent].map(([name, { ms, times: n }]) => [name, [ms, n]]));
  return { times, spent };
}

test("a moment counts for the innermost phase, and what is outside of phases for none", () => {
  const clock = new ManualClock(0);
  const { times, spent } = timesOf(clock);
  clock.advance(100);
  const answer = times.during("outer", () => {
    clock.advance(1);
    times.during("inner", () => clock.advance(10));
    clock.advance(2);
    times.during("inner", () => clock.advance(20));
    return "done";
  });
  clock.advance(100);
  expect(answer).toBe("done");
  expect(spent()).toEqual({ outer: [3, 1], inner: [30, 2] });
});

test("a phase that throws ends", () => {
  const clock = new ManualClock(0);
  const { times, spent } = timesOf(clock);
  times.during("outer", () => {
    expect(() =>
      times.during("inner", () => {
        clock.advance(1);
        throw new Error("no");
      }),
    ).toThrow("no");
    clock.advance(5);
  });
  expect(spent()).toEqual({ outer: [5, 1], inner: [1, 1] });
});
