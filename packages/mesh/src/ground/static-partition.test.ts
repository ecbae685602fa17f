import fc from "fast-check";
import { expect, test } from "vitest";
import type { GridBounds } from "../interest/interest-grid.ts";
import { formatCell } from "./cell.ts";
import { checkPartition } from "./check-partition.ts";
import { areasOf, grounds, testGround, zones } from "./ground.test-kit.ts";
import { GroundError, Lattice } from "./lattice.ts";
import { neighboursOf } from "./neighbours.ts";
import { paintOwners, serversOf } from "./owner-grid.ts";
import type { Partition } from "./partition.ts";
import { partitionFromWire, partitionToWire } from "./partition-wire.ts";
import { roomForServers, staticPartition } from "./static-partition.ts";
import { withoutServer } from "./without-server.ts";

const zoneOf = (width: number, height: number): GridBounds => ({ minX: 0, minY: 0, maxX: width, maxY: height });
const firstIds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

function unfairness(bounds: GridBounds, partition: Partition): number {
  const areas = [...areasOf(testGround(bounds, partition)).values()];
  return (Math.max(...areas) * areas.length) / areas.reduce((sum, area) => sum + area, 0);
}

/** In how many pieces each server's ground lies; touching corners do not connect. */
function piecesOf(bounds: GridBounds, partition: Partition): Map<number, number> {
  const { lattice, servers, owner } = paintOwners(new Lattice(bounds), partition);
  const pieces = new Map<number, number>();
  const seen = new Uint8Array(owner.length);
  for (const [start, index] of owner.entries()) {
    if (seen[start]) continue;
    const server = servers[index] as number;
    pieces.set(server, (pieces.get(server) ?? 0) + 1);
    const queue = [start];
    seen[start] = 1;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const column = at % lattice.columns;
      const beside = [at - lattice.columns, at + lattice.columns];
      if (column > 0) beside.push(at - 1);
      if (column < lattice.columns - 1) beside.push(at + 1);
      for (const next of beside) {
        if (owner[next] !== index || seen[next]) continue;
        seen[next] = 1;
        queue.push(next);
      }
    }
  }
  return pieces;
}

test("any zone of 50 m and more is divided soundly, one connected region for each server", () => {
  fc.assert(
    fc.property(zones, fc.integer({ min: 1, max: 16 }), (bounds, wanted) => {
      const ids = firstIds(Math.min(wanted, roomForServers(bounds)));
      const partition = staticPartition(bounds, ids);
      expect(checkPartition(bounds, partition)).toBeUndefined();
      expect(serversOf(partition)).toEqual(ids);
      expect([...piecesOf(bounds, partition).values()]).toEqual(ids.map(() => 1));
      expect(partitionToWire(staticPartition(bounds, ids))).toEqual(partitionToWire(partition));
    }),
  );
});

test("where servers have 200 m square and more the largest region is at most 1.1 times the mean", () => {
  const sizes = fc.record({
    servers: fc.integer({ min: 1, max: 16 }),
    width: fc.integer({ min: 100, max: 2500 }),
    height: fc.integer({ min: 100, max: 2500 }),
  });
  fc.assert(
    fc.property(sizes, ({ servers, width, height }) => {
      // Below that the lattice of 12.5 m shows: a strip of 100 m cut every 101 m comes to 1.108.
      fc.pre((width * height) / servers >= 40_000);
      const bounds = zoneOf(width, height);
      expect(unfairness(bounds, staticPartition(bounds, firstIds(servers)))).toBeLessThanOrEqual(1.1);
    }),
  );
});

test("borders lie on the lines of coarse cells where that is fair", () => {
  const cellsOf = (side: number, servers: number) => staticPartition(zoneOf(side, side), firstIds(servers)).cells.size;
  expect([1, 2, 4].map((servers) => cellsOf(2000, servers))).toEqual([100, 100, 100]);
  expect(cellsOf(1600, 16)).toBe(64);
  expect(cellsOf(2000, 16)).toBeLessThan(250);
});

test("two servers halve a zone across its longer side", () => {
  const { cells } = staticPartition(zoneOf(800, 200), [7, 3]);
  expect(Object.fromEntries(cells)).toEqual({ "0-0-0": 7, "0-1-0": 7, "0-2-0": 3, "0-3-0": 3 });
});

test("servers that a zone has no room for, or that are none, are refused", () => {
  expect(roomForServers(zoneOf(50, 62))).toBe(4);
  const refused = (servers: number[]) => () => staticPartition(zoneOf(50, 50), servers);
  expect(refused(firstIds(5))).toThrow(new GroundError("a zone of 50 × 50 m has room for 1 to 4 servers, got 5"));
  expect(refused([])).toThrow("room for 1 to 4 servers, got 0");
  expect(refused([1, 2, 1])).toThrow("servers: expected different zone instance ids, got 1");
  expect(refused([0])).toThrow("servers: expected different zone instance ids, got 0");
});

test("the ground of a dead server goes to survivors, and the partition stays sound", () => {
  fc.assert(
    fc.property(grounds, fc.nat(), ({ bounds, partition }, pick) => {
      const servers = serversOf(partition);
      const dead = servers[pick % servers.length] as number;
      const next = withoutServer(bounds, partition, dead);
      if (servers.length === 1) {
        expect(next).toBeUndefined();
        return;
      }
      if (next === undefined) throw new Error("survivors expected");
      expect(next.version).toBe(partition.version + 1);
      expect(checkPartition(bounds, next)).toBeUndefined();
      expect(serversOf(next)).toEqual(servers.filter((server) => server !== dead));
      for (const [cell, server] of partition.cells) if (server !== dead) expect(next.cells.get(cell)).toBe(server);
      const [before, after] = [piecesOf(bounds, partition), piecesOf(bounds, next)];
      for (const [server, pieces] of after) expect(pieces).toBeLessThanOrEqual(before.get(server) as number);
      const shuffled = partitionFromWire({
        ...partitionToWire(partition),
        cells: partitionToWire(partition).cells.toReversed(),
      });
      const again = shuffled.ok ? withoutServer(bounds, shuffled.value, dead) : undefined;
      expect(again && partitionToWire(again)).toEqual(partitionToWire(next));
    }),
    { numRuns: 200 },
  );
});

test("each cell of a dead server goes to the neighbour with most contact, the middle after its surroundings", () => {
  const bounds = zoneOf(1000, 600);
  const cells = Array.from({ length: 15 }, (_, i) => {
    const [x, y] = [i % 5, Math.floor(i / 5)];
    return { cell: `0-${x}-${y}`, zoneInstanceId: x === 0 ? 4 : x === 4 ? 5 : 9 };
  });
  const parsed = partitionFromWire({ version: 1, cells });
  const next = parsed.ok ? withoutServer(bounds, parsed.value, 9) : undefined;
  const rows = [0, 1, 2].map((y) => [0, 1, 2, 3, 4].map((x) => next?.cells.get(cellName(x, y))));
  // The middle column touches both alike: it goes to the one with less ground, then to the lower id.
  expect(rows).toEqual([
    [4, 4, 4, 5, 5],
    [4, 4, 5, 5, 5],
    [4, 4, 4, 5, 5],
  ]);
});

test("the death of a server without ground changes nothing", () => {
  const partition = staticPartition(zoneOf(400, 400), [1, 2]);
  expect(withoutServer(zoneOf(400, 400), partition, 3)).toBe(partition);
});

test("survivors of a dead server are its neighbours", () => {
  const bounds = zoneOf(2000, 2000);
  const partition = staticPartition(bounds, firstIds(16));
  const next = withoutServer(bounds, partition, 6);
  const heirs = new Set(
    [...partition.cells].filter(([, server]) => server === 6).map(([cell]) => next?.cells.get(cell)),
  );
  const neighbours = neighboursOf(bounds, partition, 6).filter(({ contactMeters }) => contactMeters > 0);
  expect([...heirs].toSorted()).toEqual(neighbours.map(({ server }) => server).toSorted());
});

function cellName(x: number, y: number) {
  return formatCell({ level: 0, x, y });
}
