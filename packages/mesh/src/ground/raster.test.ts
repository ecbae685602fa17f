import { Prng } from "@ows/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cellsHolding,
  clamped,
  distanceTo,
  grounds,
  pointsIn,
  type TestGround,
  testGround,
} from "./ground.test-kit.ts";
import { FINEST_CELL_METERS } from "./lattice.ts";
import { serversOf } from "./owner-grid.ts";
import type { ServerId } from "./partition.ts";
import { GroundRaster } from "./raster.ts";
import { staticPartition } from "./static-partition.ts";

const RUNS = { numRuns: 100 };
const radii = fc.constantFrom(0, 5, 12.5, 37.5, 62.5, 130, 1000);

/** A raster, points to ask about, and the slow answers to compare with. */
const cases = fc
  .record({ ground: grounds, seed: fc.nat(), ghostRadiusMeters: radii })
  .map(({ ground, seed, ghostRadiusMeters }) => {
    const prng = Prng.fromSeed(seed);
    const self = prng.pick([...serversOf(ground.partition), 999]);
    const raster = new GroundRaster({ ...ground, self, ghostRadiusMeters });
    return { ground, self, raster, radius: ghostRadiusMeters, prng, points: pointsIn(ground, prng, 40) };
  });

function ownerOf(ground: TestGround, x: number, y: number): ServerId | undefined {
  return cellsHolding(ground, x, y)[0]?.server;
}

/** The four corners of the finest cell of a position and the servers within `radius` of any point between them. */
function nearFinestCell(ground: TestGround, at: readonly [number, number], radius: number, self: ServerId): ServerId[] {
  const { minX, minY, maxX, maxY } = ground.bounds;
  const [x, y] = clamped(ground.bounds, ...at);
  const first = (from: number, to: number, meters: number) =>
    Math.min(Math.floor((meters - from) / FINEST_CELL_METERS), Math.ceil((to - from) / FINEST_CELL_METERS) - 1);
  const left = minX + first(minX, maxX, x) * FINEST_CELL_METERS;
  const bottom = minY + first(minY, maxY, y) * FINEST_CELL_METERS;
  const [right, top] = [Math.min(left + FINEST_CELL_METERS, maxX), Math.min(bottom + FINEST_CELL_METERS, maxY)];
  return serversOf(ground.partition).filter((server) => {
    if (server === self) return false;
    // The nearest point of one box to another lies beside a corner or straight across: quarter metres find it.
    for (let px = left; px <= right; px += 0.25) {
      if (distanceTo(ground, server, px, bottom) <= radius || distanceTo(ground, server, px, top) <= radius)
        return true;
    }
    for (let py = bottom; py <= top; py += 0.25) {
      if (distanceTo(ground, server, left, py) <= radius || distanceTo(ground, server, right, py) <= radius)
        return true;
    }
    return distanceTo(ground, server, x, y) <= radius;
  });
}

test("a look-up gives the same owner as a search through the cells, on borders and corners too", () => {
  fc.assert(
    fc.property(cases, ({ ground, raster, points }) => {
      for (const [x, y] of points) expect([x, y, raster.ownerAt(x, y)]).toEqual([x, y, ownerOf(ground, x, y)]);
    }),
    RUNS,
  );
});

test("no region within the ghost radius is ever missed, and interior means that there is none", () => {
  fc.assert(
    fc.property(cases, ({ ground, raster, self, radius, points }) => {
      for (const [x, y] of points) {
        const near = raster.neighboursNear(x, y);
        const within = serversOf(ground.partition).filter(
          (server) => server !== self && distanceTo(ground, server, x, y) <= radius,
        );
        expect(near).toEqual(expect.arrayContaining(within));
        expect(raster.isInterior(x, y)).toBe(near.length === 0);
        const farthest = radius + Math.hypot(FINEST_CELL_METERS, FINEST_CELL_METERS) + 1e-3;
        for (const server of near) expect(distanceTo(ground, server, x, y)).toBeLessThanOrEqual(farthest);
      }
    }),
    RUNS,
  );
});

test("near servers are exactly those within the radius of some point of the finest cell, lowest id first", () => {
  fc.assert(
    fc.property(cases, ({ ground, raster, self, radius, points }) => {
      for (const at of points.slice(0, 2)) {
        expect(raster.neighboursNear(...at)).toEqual(nearFinestCell(ground, at, radius, self));
      }
    }),
    { numRuns: 40 },
  );
});

test("more servers than one pass takes are all found", () => {
  const bounds = { minX: 0, minY: 0, maxX: 400, maxY: 400 };
  const ids = Array.from({ length: 64 }, (_, i) => i + 1);
  const ground = testGround(bounds, staticPartition(bounds, ids));
  const raster = new GroundRaster({ ...ground, self: 40, ghostRadiusMeters: 600 });
  expect(raster.neighboursNear(200, 200)).toEqual(ids.filter((id) => id !== 40));
  const small = new GroundRaster({ ...ground, self: 40, ghostRadiusMeters: 60 });
  for (const [x, y] of pointsIn(ground, Prng.fromSeed(1), 30)) {
    expect(small.neighboursNear(x, y)).toEqual(nearFinestCell(ground, [x, y], 60, 40));
  }
});

test("whether a point is beyond the own region by some metres agrees with the exact distance", () => {
  fc.assert(
    fc.property(cases, ({ ground, raster, self, prng, points }) => {
      for (const [x, y] of points) {
        const distance = distanceTo(ground, self, x, y);
        for (const meters of [0, 5, prng.int(1, 400), 5000]) {
          if (Math.abs(distance - meters) < 1e-9 && meters > 5) continue;
          expect([x, y, meters, raster.isBeyond(x, y, meters)]).toEqual([x, y, meters, distance >= meters]);
        }
      }
    }),
    RUNS,
  );
});

test("five metres are beyond a border at exactly five metres, and around a corner on the circle", () => {
  const bounds = { minX: 0, minY: 0, maxX: 400, maxY: 400 };
  const raster = new GroundRaster({
    bounds,
    partition: staticPartition(bounds, [1, 2, 3, 4]),
    self: 1,
    ghostRadiusMeters: 130,
  });
  expect(raster.ownerAt(0, 0)).toBe(1);
  expect([204.999, 205].map((x) => raster.isBeyond(x, 100, 5))).toEqual([false, true]);
  expect(raster.isBeyond(203, 203.999, 5)).toBe(false);
  expect(raster.isBeyond(203, 204, 5)).toBe(true);
  expect(raster.isBeyond(100, 100, 5)).toBe(false);
});

/**
 * Walks a path in small steps. Exact: with the positions and velocities below borders are crossed at whole 1/128
 * seconds only, and the steps are the moments of crossing and those half-way between.
 */
function firstForeignByWalking(
  ground: TestGround,
  self: ServerId,
  [x, y, vx, vy]: readonly number[],
  seconds: number,
): ServerId | undefined {
  for (let t = 0; t <= seconds; t += 1 / 256) {
    const owner = ownerOf(ground, (x as number) + (vx as number) * t, (y as number) + (vy as number) * t);
    if (owner !== self) return owner;
  }
  return undefined;
}

test("who will be walked into is who a walk in small steps meets first", () => {
  fc.assert(
    fc.property(cases, ({ ground, raster, self, prng, points }) => {
      for (const [x, y] of points.slice(0, 4)) {
        const [vx, vy] = [prng.pick([-32, -16, 0, 16, 32]), prng.pick([-32, -16, 0, 16, 32])];
        const walked = firstForeignByWalking(ground, self, [x, y, vx, vy], 1.5);
        expect([x, y, vx, vy, raster.willLeave(x, y, vx, vy, 1.5)]).toEqual([x, y, vx, vy, walked]);
        const place = raster.placeAfterLeaving(x, y, vx, vy, 1.5);
        expect(place && raster.ownerAt(place.x, place.y)).toBe(walked);
      }
    }),
    RUNS,
  );
});

test("a path through the corner of four regions leads to the one across, unless it touches another on the way", () => {
  const bounds = { minX: 0, minY: 0, maxX: 400, maxY: 400 };
  const partition = staticPartition(bounds, [1, 2, 3, 4]);
  const at = (self: ServerId) => new GroundRaster({ bounds, partition, self, ghostRadiusMeters: 130 });
  const [a, b, c, d] = [at(1).ownerAt(1, 1), at(1).ownerAt(399, 1), at(1).ownerAt(1, 399), at(1).ownerAt(399, 399)];
  expect(new Set([a, b, c, d]).size).toBe(4);
  expect(at(a).willLeave(190, 190, 10, 10, 2)).toBe(d);
  expect(at(d).willLeave(210, 210, -10, -10, 2)).toBe(a);
  // The corner itself belongs to the upper right region.
  expect(at(c).willLeave(190, 210, 10, -10, 2)).toBe(d);
  expect(at(b).willLeave(210, 190, -10, 10, 2)).toBe(d);
});

test("nobody is walked into while standing still, in time that is too short, or against the zone's side", () => {
  const bounds = { minX: 0, minY: 0, maxX: 400, maxY: 200 };
  const raster = new GroundRaster({
    bounds,
    partition: staticPartition(bounds, [1, 2]),
    self: 1,
    ghostRadiusMeters: 130,
  });
  expect(raster.willLeave(190, 100, 0, 0, 1)).toBeUndefined();
  expect(raster.willLeave(190, 100, 9, 0, 1)).toBeUndefined();
  expect(raster.willLeave(190, 100, 10, 0, 1)).toBe(2);
  expect(raster.willLeave(190, 100, -1000, 50, 60)).toBeUndefined();
  expect(raster.willLeave(100, 250, 50, 50, 3)).toBe(2);
  expect(raster.willLeave(250, 100, 0, 0, 1)).toBe(2);
  expect(raster.placeAfterLeaving(190, 99, 10, 0, 1)).toEqual({ x: 206.25, y: 93.75 });
  expect(raster.placeAfterLeaving(250.5, 99, 10, 0, 1)).toEqual({ x: 250.5, y: 99 });
});

test("a server without ground has no interior and is beyond its region everywhere", () => {
  const bounds = { minX: 0, minY: 0, maxX: 400, maxY: 200 };
  const raster = new GroundRaster({
    bounds,
    partition: staticPartition(bounds, [1, 2]),
    self: 3,
    ghostRadiusMeters: 10,
  });
  expect(raster.isInterior(100, 100)).toBe(false);
  expect(raster.neighboursNear(100, 100)).toEqual([1]);
  expect(raster.isBeyond(100, 100, 5000)).toBe(true);
});

test("positions that are no numbers have an answer", () => {
  const bounds = { minX: 0, minY: 0, maxX: 400, maxY: 200 };
  const raster = new GroundRaster({
    bounds,
    partition: staticPartition(bounds, [1, 2]),
    self: 1,
    ghostRadiusMeters: 10,
  });
  expect(raster.ownerAt(Number.NaN, Number.POSITIVE_INFINITY)).toBe(1);
  expect(raster.willLeave(Number.NaN, Number.NaN, Number.NaN, 1, 1)).toBeUndefined();
  expect(raster.isBeyond(Number.POSITIVE_INFINITY, 0, 5)).toBe(true);
});

test("a partition with a gap has no raster", () => {
  const bounds = { minX: 0, minY: 0, maxX: 400, maxY: 200 };
  const partition = { version: 3, cells: new Map() };
  expect(() => new GroundRaster({ bounds, partition, self: 1, ghostRadiusMeters: 10 })).toThrow("version 3 covers");
});
