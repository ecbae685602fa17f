import { ManualClock } from "@ows/base";
import { expect, test } from "vitest";
import { MeshClock } from "./mesh-clock.ts";

/** Answers as a coordinator whose clock is `aheadMs` ahead, `tripMs` away in each direction. */
function exchange(mesh: MeshClock, clock: ManualClock, aheadMs: number, tripMs: number): void {
  const sentAtMs = clock.nowMs();
  clock.advance(tripMs);
  const meshTimeMs = clock.nowMs() + aheadMs;
  clock.advance(tripMs);
  mesh.sample(meshTimeMs, sentAtMs, clock.nowMs());
}

test("before the first tick the coordinator's time is taken over at once", () => {
  const clock = new ManualClock(100);
  const mesh = new MeshClock(clock, 50);
  expect(mesh.isSet).toBe(false);
  exchange(mesh, clock, 5_000, 1);
  expect(mesh.isSet).toBe(true);
  expect(mesh.nowMs()).toBeCloseTo(clock.nowMs() + 5_000, 6);
});

test("while ticking it is slewed by at most 5 ms a second, and never goes back", () => {
  const clock = new ManualClock(100);
  const mesh = new MeshClock(clock, 50);
  exchange(mesh, clock, 5_000, 1);
  mesh.startTicking();
  let before = mesh.nowMs();
  for (let i = 0; i < 1_000; i++) {
    exchange(mesh, clock, 4_990, 1);
    clock.advance(8);
    const now = mesh.nowMs();
    expect(now - before).toBeGreaterThan(9.9);
    before = now;
  }
  expect(before - clock.nowMs()).toBeCloseTo(4_990, 3);
});

test("a slow answer does not move it", () => {
  const clock = new ManualClock(100);
  const mesh = new MeshClock(clock, 50);
  exchange(mesh, clock, 5_000, 1);
  mesh.startTicking();
  exchange(mesh, clock, 5_300, 40);
  clock.advance(60_000);
  expect(mesh.nowMs() - clock.nowMs()).toBeCloseTo(5_000, 6);
});

test("after another coordinator's clock only the phase of the ticks is followed", () => {
  const clock = new ManualClock(100);
  const mesh = new MeshClock(clock, 50);
  exchange(mesh, clock, 5_000, 1);
  mesh.startTicking();
  exchange(mesh, clock, 900_020, 1);
  clock.advance(60_000);
  mesh.nowMs();
  expect(mesh.nowMs() - clock.nowMs()).toBeCloseTo(5_020, 6);
});
