import fc from "fast-check";
import { expect, test } from "vitest";
import { grounds } from "./ground.test-kit.ts";
import { neighboursInDirection, neighboursOf, parseDirection } from "./neighbours.ts";
import { serversOf } from "./owner-grid.ts";
import { partitionFromWire } from "./partition-wire.ts";

const BOUNDS = { minX: 0, minY: 0, maxX: 600, maxY: 600 };

/** Three rows of 200 m cells, north on top; the cell at the upper right is split between 6 and 7. */
function crossroads() {
  const cells = [
    ...row(2, [1, 2]),
    ...row(1, [3, 4, 4]),
    ...row(0, [3, 4, 5]),
    { cell: "1-4-4", zoneInstanceId: 6 },
    { cell: "1-5-4", zoneInstanceId: 7 },
    { cell: "1-4-5", zoneInstanceId: 7 },
    { cell: "1-5-5", zoneInstanceId: 7 },
  ];
  const parsed = partitionFromWire({ version: 1, cells });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

function row(y: number, servers: readonly number[]) {
  return servers.map((zoneInstanceId, x) => ({ cell: `0-${x}-${y}`, zoneInstanceId }));
}

test("neighbours come with the border they share, longest first, those at a corner last", () => {
  expect(neighboursOf(BOUNDS, crossroads(), 4)).toEqual([
    { server: 3, contactMeters: 400 },
    { server: 5, contactMeters: 400 },
    { server: 2, contactMeters: 200 },
    { server: 6, contactMeters: 100 },
    { server: 7, contactMeters: 100 },
    { server: 1, contactMeters: 0 },
  ]);
  expect(neighboursOf(BOUNDS, crossroads(), 99)).toEqual([]);
});

test("two servers are neighbours of each other alike, and exactly when cells of theirs touch", () => {
  fc.assert(
    fc.property(grounds, ({ bounds, partition, boxes }) => {
      const servers = serversOf(partition);
      for (const server of servers.slice(0, 3)) {
        const expected = new Map<number, number>();
        for (const a of boxes) {
          if (a.server !== server) continue;
          for (const b of boxes) {
            if (b.server === server) continue;
            const inX = Math.min(a.maxX, b.maxX) - Math.max(a.minX, b.minX);
            const inY = Math.min(a.maxY, b.maxY) - Math.max(a.minY, b.minY);
            if (inX >= 0 && inY >= 0) expected.set(b.server, (expected.get(b.server) ?? 0) + inX + inY);
          }
        }
        const found = neighboursOf(bounds, partition, server);
        expect(new Map(found.map((one) => [one.server, one.contactMeters]))).toEqual(expected);
        for (const { server: other, contactMeters } of found) {
          expect(neighboursOf(bounds, partition, other)).toContainEqual({ server, contactMeters });
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("a large cell can have several neighbours in one direction, the nearest and widest first", () => {
  const north = neighboursInDirection(BOUNDS, crossroads(), { level: 0, x: 2, y: 1 }, "N");
  expect(north).toEqual([
    { server: 6, distanceMeters: 0, facingMeters: 100 },
    { server: 7, distanceMeters: 0, facingMeters: 100 },
  ]);
  expect(neighboursInDirection(BOUNDS, crossroads(), { level: 0, x: 2, y: 1 }, "S")).toEqual([
    { server: 5, distanceMeters: 0, facingMeters: 200 },
  ]);
});

test("own ground in between is walked across", () => {
  const north = neighboursInDirection(BOUNDS, crossroads(), { level: 1, x: 2, y: 0 }, "N");
  expect(north).toEqual([{ server: 2, distanceMeters: 300, facingMeters: 100 }]);
  const west = neighboursInDirection(BOUNDS, crossroads(), { level: 0, x: 2, y: 1 }, "W");
  expect(west).toEqual([{ server: 3, distanceMeters: 200, facingMeters: 200 }]);
});

test("a corner direction names the one server across the corner", () => {
  const from = { level: 0, x: 1, y: 1 };
  const across = (direction: "NE" | "NW" | "SE" | "SW") => neighboursInDirection(BOUNDS, crossroads(), from, direction);
  expect(across("NE")).toEqual([{ server: 6, distanceMeters: 0, facingMeters: 0 }]);
  expect(across("NW")).toEqual([{ server: 1, distanceMeters: 0, facingMeters: 0 }]);
  expect(across("SE")).toEqual([{ server: 5, distanceMeters: 0, facingMeters: 0 }]);
  expect(across("SW")).toEqual([{ server: 3, distanceMeters: 0, facingMeters: 0 }]);
});

test("where the zone ends there is no neighbour", () => {
  expect(neighboursInDirection(BOUNDS, crossroads(), { level: 0, x: 2, y: 1 }, "E")).toEqual([]);
  expect(neighboursInDirection(BOUNDS, crossroads(), { level: 0, x: 0, y: 0 }, "SW")).toEqual([]);
});

test("directions are read in any case, other words are none", () => {
  expect(["n", "Ne", "SW"].map(parseDirection)).toEqual(["N", "NE", "SW"]);
  expect(["", "north", "NN", "toString"].map(parseDirection)).toEqual([undefined, undefined, undefined, undefined]);
});
