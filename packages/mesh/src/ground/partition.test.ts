import { Prng } from "@ows/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CellId, cellOf, childrenOf, formatCell, parentOf } from "./cell.ts";
import { checkPartition } from "./check-partition.ts";
import { cellsHolding, grounds, pointsIn } from "./ground.test-kit.ts";
import { GroundError } from "./lattice.ts";
import { assignCells, mergeCells, moveCells, type Partition, splitCell } from "./partition.ts";
import { partitionFromWire, partitionToWire } from "./partition-wire.ts";

const ZONE = { minX: 0, minY: 0, maxX: 400, maxY: 200 };

function partitionOf(cells: Readonly<Record<string, number>>, version = 1): Partition {
  const parsed = partitionFromWire({
    version,
    cells: Object.entries(cells).map(([cell, zoneInstanceId]) => ({ cell, zoneInstanceId })),
  });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

const mistakeOf = (cells: Readonly<Record<string, number>>) => checkPartition(ZONE, partitionOf(cells));

test("every point of a sound partition is in exactly one cell", () => {
  fc.assert(
    fc.property(grounds, fc.nat(), (ground, seed) => {
      expect(checkPartition(ground.bounds, ground.partition)).toBeUndefined();
      for (const [x, y] of pointsIn(ground, Prng.fromSeed(seed), 40))
        expect(cellsHolding(ground, x, y)).toHaveLength(1);
    }),
  );
});

test("the first mistake of a partition is named with its place", () => {
  expect(mistakeOf({ "0-0-0": 1, "0-1-0": 2 })).toBeUndefined();
  expect(mistakeOf({ "0-0-0": 1 })).toEqual({
    kind: "gap",
    cell: "4-16-0",
    message: "no cell covers the ground at 4-16-0",
  });
  expect(mistakeOf({ "0-0-0": 1, "0-1-0": 2, "2-5-1": 2 })).toEqual({
    kind: "overlap",
    cell: "2-5-1",
    message: "cell 2-5-1 lies on cell 0-1-0",
  });
  expect(mistakeOf({ "0-0-0": 1, "0-1-0": 2, "0-2-0": 2 })).toEqual({
    kind: "unknown-cell",
    cell: "0-2-0",
    message: "cell 0-2-0 lies outside the zone of 400 × 200 m",
  });
});

test("a strip of 12.5 m is too narrow for a region, a square of 25 m is not", () => {
  let partition = partitionOf({ "0-0-0": 1, "0-1-0": 1 });
  for (const cell of ["0-0-0", "1-0-0", "2-0-0", "3-0-0"]) partition = splitCell(ZONE, partition, cell as CellId);
  const quarters = childrenOf(ZONE, { level: 3, x: 0, y: 0 }).map(formatCell);
  expect(checkPartition(ZONE, moveCells(partition, quarters, 2))).toBeUndefined();
  expect(checkPartition(ZONE, moveCells(partition, quarters.slice(0, 2), 2))).toEqual({
    kind: "too-narrow",
    cell: "4-0-0",
    message: "region of 2 is narrower than 25 m at 4-0-0",
  });
});

test("a cell that the zone's end cuts to a sliver can't be a region, nor end one", () => {
  const bounds = { minX: 0, minY: 0, maxX: 205, maxY: 200 };
  expect(checkPartition(bounds, partitionOf({ "0-0-0": 1, "0-1-0": 1 }))).toBeUndefined();
  expect(checkPartition(bounds, partitionOf({ "0-0-0": 1, "0-1-0": 2 }))).toMatchObject({ kind: "too-narrow" });
});

test("a zone narrower than a region may be is one region wide", () => {
  const bounds = { minX: 0, minY: 0, maxX: 20, maxY: 400 };
  expect(checkPartition(bounds, partitionOf({ "0-0-0": 1, "0-0-1": 2 }))).toBeUndefined();
});

test("versions, servers and numbers of cells beyond the limits are named", () => {
  expect(checkPartition(ZONE, { version: 0, cells: new Map() })?.message).toBe(
    "version: expected a positive integer, got 0",
  );
  const cell = formatCell({ level: 0, x: 0, y: 0 });
  expect(checkPartition(ZONE, { version: 1, cells: new Map([[cell, -1]]) })).toMatchObject({ kind: "server", cell });
  const many = Array.from({ length: 10_001 }, (_, i) => formatCell({ level: 4, x: i % 800, y: Math.floor(i / 800) }));
  expect(checkPartition(ZONE, { version: 1, cells: new Map(many.map((id) => [id, 1])) })?.kind).toBe("too-many");
  expect(checkPartition(ZONE, { version: 1, cells: new Map(many.slice(0, 256).map((id, i) => [id, i + 1])) })).toEqual({
    kind: "too-many",
    message: "256 servers, at most 255 are allowed",
  });
});

test("each change makes the next version and leaves the former as it was", () => {
  const first = partitionOf({ "0-0-0": 1, "0-1-0": 2 }, 7);
  const second = assignCells(first, new Map([["0-1-0" as CellId, 1]]));
  expect(second).toEqual(partitionOf({ "0-0-0": 1, "0-1-0": 1 }, 8));
  expect(first).toEqual(partitionOf({ "0-0-0": 1, "0-1-0": 2 }, 7));
});

test("what can't be changed is refused with the reason", () => {
  const partition = partitionOf({ "0-0-0": 1, "1-2-0": 1, "1-3-0": 1, "1-2-1": 2, "1-3-1": 1 });
  const unknown = () => moveCells(partition, ["0-1-0" as CellId], 2);
  expect(unknown).toThrow(new GroundError("version 1 has no cell 0-1-0"));
  const twoOwners = () => mergeCells(ZONE, partition, { level: 0, x: 1, y: 0 });
  expect(twoOwners).toThrow("cell 0-1-0: expected quarters of one owner to merge, got owners 1, 2");
  expect(() => mergeCells(ZONE, partition, { level: 0, x: 0, y: 0 })).toThrow("version 1 has no cell 1-0-0");
  expect(() => mergeCells(ZONE, partition, { level: 4, x: 0, y: 0 })).toThrow("got no quarters");
  let finest = partition;
  for (const cell of ["0-0-0", "1-0-0", "2-0-0", "3-0-0"]) finest = splitCell(ZONE, finest, cell as CellId);
  expect(() => splitCell(ZONE, finest, "4-0-0" as CellId)).toThrow("cell 4-0-0 can't be split");
});

test("splitting a cell and merging it again changes nothing but the version", () => {
  fc.assert(
    fc.property(grounds, fc.nat(), ({ bounds, partition }, pick) => {
      const splittable = [...partition.cells.keys()].filter((id) => cellOf(id).level < 4);
      const id = splittable[pick % Math.max(1, splittable.length)];
      if (id === undefined) return;
      const split = splitCell(bounds, partition, id);
      expect(checkPartition(bounds, split)).toBeUndefined();
      expect([...split.cells].find(([cell]) => formatCell(parentOf(cellOf(cell)) ?? cellOf(cell)) === id)?.[1]).toBe(
        partition.cells.get(id),
      );
      const merged = mergeCells(bounds, split, cellOf(id));
      expect(merged.version).toBe(partition.version + 2);
      expect(partitionToWire(merged).cells).toEqual(partitionToWire(partition).cells);
    }),
  );
});

test("a partition comes back from its wire form, whatever the order, and equal ones look equal", () => {
  fc.assert(
    fc.property(grounds, ({ partition }) => {
      const wire = partitionToWire(partition);
      const carried = JSON.parse(JSON.stringify(wire));
      expect(partitionFromWire(carried)).toEqual({ ok: true, value: partition });
      const reversed = partitionFromWire({ ...wire, cells: wire.cells.toReversed() });
      expect(reversed.ok && partitionToWire(reversed.value)).toEqual(wire);
    }),
  );
});

test("the wire form is sorted: coarse cells first, then by row and column", () => {
  const cells = { "1-3-1": 1, "0-0-0": 5, "1-2-0": 1, "1-3-0": 1, "1-2-1": 2 };
  expect(partitionToWire(partitionOf(cells)).cells.map(({ cell }) => cell)).toEqual([
    "0-0-0",
    "1-2-0",
    "1-3-0",
    "1-2-1",
    "1-3-1",
  ]);
});

test("a wire form with mistakes is refused with the reason", () => {
  const one = { cell: "0-0-0", zoneInstanceId: 1 };
  const reasonOf = (version: number, cells: { cell: string; zoneInstanceId: number }[]) => {
    const parsed = partitionFromWire({ version, cells });
    return parsed.ok ? undefined : parsed.reason;
  };
  expect(reasonOf(1, [one])).toBeUndefined();
  expect(reasonOf(1.5, [one])).toBe("version: expected a positive integer, got 1.5");
  expect(reasonOf(1, [one, one])).toBe("cell 0-0-0 is named twice");
  expect(reasonOf(1, [{ ...one, cell: "9-0-0" }])).toBe('cell "9-0-0": expected level-x-y with level 0 to 4');
  expect(reasonOf(1, [{ ...one, zoneInstanceId: 2 ** 31 }])).toContain("expected a zone instance id, got 2147483648");
  expect(reasonOf(1, Array(10_001).fill(one))).toBe("10001 cells, at most 10000 are allowed");
});
