import { expect, test } from "vitest";
import { TickSchedule } from "./tick-schedule.ts";

test("late wake-ups do not make ticks fewer", () => {
  const schedule = new TickSchedule(20, 0);
  let ticks = 0;
  for (let nowMs = 0; nowMs <= 10_000; nowMs += 57) ticks += schedule.take(nowMs);
  expect(ticks).toBe(199);
});

test("after a long pause only a few ticks are made up for, and then the beat goes on", () => {
  const schedule = new TickSchedule(20, 0);
  expect(schedule.take(60_010)).toBe(5);
  expect(schedule.take(60_049)).toBe(0);
  expect(schedule.waitMs(60_010)).toBe(40);
  expect(schedule.take(60_050)).toBe(1);
});

test("part runs from 0 to 1 within a tick", () => {
  const schedule = new TickSchedule(20, 0);
  expect([0, 25, 50, 80].map((ms) => schedule.part(ms))).toEqual([0, 0.5, 1, 1]);
});
