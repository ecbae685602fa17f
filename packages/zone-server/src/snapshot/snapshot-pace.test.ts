import { expect, test } from "vitest";
import { SnapshotPace } from "./snapshot-pace.ts";

function ticks(pace: SnapshotPace, count: number, share: number): void {
  for (let i = 0; i < count; i++) pace.note(share);
}

test("a server that stays late slows its snapshots down, at most to every fourth tick", () => {
  const pace = new SnapshotPace(20);
  ticks(pace, 10, 1.2);
  expect(pace.every).toBe(1);
  ticks(pace, 30, 1.2);
  expect(pace.every).toBe(2);
  ticks(pace, 200, 1.2);
  expect(pace.every).toBe(4);
  expect([8, 9, 10, 11, 12].map((tick) => pace.isDue(tick))).toEqual([true, false, false, false, true]);
});

test("it comes back only after seconds with room, one step at a time", () => {
  const pace = new SnapshotPace(20);
  ticks(pace, 200, 1.2);
  ticks(pace, 100, 0.1);
  expect(pace.every).toBe(4);
  ticks(pace, 30, 0.1);
  expect(pace.every).toBe(2);
  ticks(pace, 101, 0.1);
  expect(pace.every).toBe(1);
});

test("a single long tick changes nothing, nor does a load between the marks", () => {
  const pace = new SnapshotPace(20);
  pace.note(4);
  ticks(pace, 100, 0.2);
  ticks(pace, 500, 0.6);
  expect(pace.every).toBe(1);
});
