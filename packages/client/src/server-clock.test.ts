import { Prng } from "@ows/base";
import { expect, test } from "vitest";
import { ServerClock } from "./server-clock.ts";

test("with even arrivals others are shown two ticks behind the newest", () => {
  const clock = new ServerClock(20);
  for (let tick = 100; tick <= 140; tick++) clock.observe(tick, 30 + tick * 50);
  expect(clock.delayMs).toBeCloseTo(100, 5);
  expect(clock.shownTick(30 + 140 * 50)).toBeCloseTo(138, 5);
  expect(clock.newestTick).toBe(140);
});

test("jitter makes the delay larger, so that nearly every snapshot arrives before it is shown", () => {
  const prng = Prng.fromSeed("jitter");
  const clock = new ServerClock(20);
  let tooLate = 0;
  for (let tick = 0; tick < 400; tick++) {
    const nowMs = tick * 50 + prng.float() * 120;
    clock.observe(tick, nowMs);
    if (tick > 100 && clock.shownTick(nowMs) > tick) tooLate++;
  }
  expect(clock.delayMs).toBeGreaterThan(150);
  expect(tooLate).toBeLessThan(6);
});

test("the shown time never runs backwards and never faster than a tenth over real time", () => {
  const prng = Prng.fromSeed("frames");
  const clock = new ServerClock(20);
  clock.observe(0, 0);
  let last = clock.shownTick(0);
  const speeds: number[] = [];
  for (let frame = 1; frame < 3000; frame++) {
    const nowMs = frame * 16;
    if (frame % 3 === 0) clock.observe(Math.floor(nowMs / 50), nowMs + prng.float() * 40 - 20);
    const shown = clock.shownTick(nowMs);
    speeds.push((shown - last) / (16 / 50));
    last = shown;
  }
  expect(Math.min(...speeds)).toBeGreaterThanOrEqual(0.899);
  expect(Math.max(...speeds)).toBeLessThanOrEqual(1.101);
});

test("after a long pause the shown time jumps to where it belongs", () => {
  const clock = new ServerClock(20);
  for (let tick = 0; tick < 40; tick++) clock.observe(tick, tick * 50);
  clock.shownTick(39 * 50);
  for (let tick = 400; tick < 402; tick++) clock.observe(tick, tick * 50);
  expect(clock.shownTick(401 * 50)).toBeCloseTo(399, 0);
});
