import { expect, test } from "vitest";
import { type Pose, Track } from "./track.ts";

const pose: Pose = { x: 0, y: 0, z: 0, yaw: 0, vx: 0, vy: 0, vz: 0 };

function at(track: Track, shownTick: number, newestTick: number): Pose {
  track.sample(shownTick, newestTick, pose);
  return { ...pose };
}

/** Walks at 10 m/s along x at 20 Hz: half a metre a tick, updated every `every` ticks. */
function walk(track: Track, from: number, to: number, every = 1): void {
  for (let tick = from; tick <= to; tick += every) track.push(tick, tick * 0.5, 0, 0, 0);
}

test("between two updates an entity is shown in between, with its velocity", () => {
  const track = new Track(20, 12);
  walk(track, 0, 10);
  expect(at(track, 7.5, 10)).toMatchObject({ x: 3.75, y: 0 });
  expect(at(track, 7.5, 10).vx).toBeCloseTo(10);
});

test("an entity without news in a newer snapshot stands still", () => {
  const track = new Track(20, 12);
  walk(track, 0, 10);
  expect(at(track, 12, 14)).toMatchObject({ x: 5, vx: 0 });
});

test("when the link is late an entity goes on for at most half a second", () => {
  const track = new Track(20, 12);
  walk(track, 0, 10);
  expect(at(track, 14, 10).x).toBeCloseTo(7);
  expect(at(track, 100, 10).x).toBeCloseTo(5 + 5);
});

test("an entity that starts after a rest is not shown creeping through the rest", () => {
  const track = new Track(20, 12);
  walk(track, 0, 10);
  track.push(50, 5.5, 0, 0, 0);
  expect(at(track, 30, 50).x).toBe(5);
  expect(at(track, 49.5, 50).x).toBeCloseTo(5.25);
});

test("far entities, updated every fourth tick, are shown evenly and a little later", () => {
  const track = new Track(20, 12);
  const shown: number[] = [];
  for (let tick = 0; tick <= 200; tick++) {
    if (tick % 4 === 0) track.push(tick, tick * 0.5, 0, 0, 0);
    shown.push(at(track, tick - 2, tick).x);
  }
  const steps = shown.slice(101).map((x, i) => x - (shown[100 + i] as number));
  for (const step of steps) expect(step).toBeCloseTo(0.5, 1);
});

test("a walker that gets farther away, and is updated less often, keeps its pace", () => {
  const track = new Track(20, 12);
  const shown: number[] = [];
  for (let tick = 0; tick <= 160; tick++) {
    const every = tick < 80 ? 1 : 2;
    if (tick % every === 0) track.push(tick, tick * 0.3, 0, 0, 0);
    shown.push(at(track, tick - 2.5, tick).x);
  }
  const steps = shown.slice(11).map((x, i) => x - (shown[10 + i] as number));
  expect(Math.max(...steps)).toBeLessThan(0.36);
  expect(Math.min(...steps)).toBeGreaterThan(0.2);
});

test("a teleport is shown as a jump, not as a dash across the field", () => {
  const track = new Track(20, 12);
  walk(track, 0, 10);
  track.push(11, 100, 80, 0, 0);
  expect(at(track, 10.9, 11).x).toBe(5);
  expect(at(track, 11, 11)).toMatchObject({ x: 100, y: 80, vx: 0 });
});

test("a heading turns the short way round", () => {
  const track = new Track(20, 12);
  track.push(0, 0, 0, 0, 6.2);
  track.push(1, 1, 0, 0, 0.1);
  const { yaw } = at(track, 0.5, 1);
  expect(Math.cos(yaw)).toBeGreaterThan(0.99);
});

test("two samples of one tick are one: the later counts", () => {
  const track = new Track(20, 12);
  track.push(5, 1, 0, 0, 0);
  track.push(5, 2, 0, 0, 0);
  expect(at(track, 5, 5).x).toBe(2);
});
