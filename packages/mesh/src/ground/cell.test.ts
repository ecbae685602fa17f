import { Prng } from "@ows/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cellAt,
  cellBounds,
  cellOf,
  cellsBeside,
  childrenOf,
  formatCell,
  overlaps,
  parentOf,
  parseCell,
} from "./cell.ts";
import { zones } from "./ground.test-kit.ts";
import { GroundError } from "./lattice.ts";

const ODD_ZONE = { minX: -100, minY: 50, maxX: 230, maxY: 265 };

test("a cell's name gives the cell back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4 }), fc.nat(799), fc.nat(799), (level, x, y) => {
      const name = formatCell({ level, x, y });
      expect(parseCell(name)).toEqual({ ok: true, value: { level, x, y } });
      expect(cellOf(name)).toEqual({ level, x, y });
    }),
  );
});

test("a malformed name is refused, and shown shortened", () => {
  const malformed = ["", "0-0", "5-0-0", "0-00-0", "0--1-0", "0-0-0 ", "1e0-0-0", "0-0-12345", "0-0-0-0", "٠-0-0"];
  for (const name of malformed) expect(parseCell(name)).toMatchObject({ ok: false });
  expect(parseCell("x".repeat(1_000_000))).toEqual({
    ok: false,
    reason: `cell "${"x".repeat(40)}": expected level-x-y with level 0 to 4`,
  });
});

test("cells count from the lower-left corner and end where the zone ends", () => {
  expect(cellBounds(ODD_ZONE, { level: 0, x: 0, y: 0 })).toEqual({ minX: -100, minY: 50, maxX: 100, maxY: 250 });
  expect(cellBounds(ODD_ZONE, { level: 0, x: 1, y: 1 })).toEqual({ minX: 100, minY: 250, maxX: 230, maxY: 265 });
  expect(cellAt(ODD_ZONE, 4, 112.5, 250)).toEqual({ level: 4, x: 17, y: 16 });
});

test("positions outside the zone, and none at all, belong to a cell at its side", () => {
  expect(cellAt(ODD_ZONE, 0, 1e9, Number.NEGATIVE_INFINITY)).toEqual({ level: 0, x: 1, y: 0 });
  expect(cellAt(ODD_ZONE, 4, 230, Number.NaN)).toEqual({ level: 4, x: 26, y: 0 });
});

test("quarters outside the zone do not exist, and a finest cell has none", () => {
  const corner = childrenOf(ODD_ZONE, { level: 0, x: 1, y: 1 }).map(formatCell);
  expect(corner).toEqual(["1-2-2", "1-3-2"]);
  expect(childrenOf(ODD_ZONE, { level: 4, x: 0, y: 0 })).toEqual([]);
  expect(parentOf({ level: 3, x: 5, y: 4 })).toEqual({ level: 2, x: 2, y: 2 });
  expect(parentOf({ level: 0, x: 5, y: 4 })).toBeUndefined();
});

test("cells beside a cell: of its own level, coarser and finer", () => {
  const names = (level: number) => cellsBeside(ODD_ZONE, { level: 1, x: 1, y: 1 }, level).map(formatCell);
  expect(names(1)).toEqual(["1-0-0", "1-1-0", "1-2-0", "1-0-1", "1-2-1", "1-0-2", "1-1-2", "1-2-2"]);
  expect(names(0)).toEqual(["0-1-0", "0-0-1", "0-1-1"]);
  expect(names(2)).toHaveLength(12);
});

test("cells beside a cell are those of a level that touch it and share no ground", () => {
  fc.assert(
    fc.property(zones, fc.nat(), (bounds, seed) => {
      const prng = Prng.fromSeed(seed);
      const [x, y] = [prng.int(bounds.minX, bounds.maxX), prng.int(bounds.minY, bounds.maxY)];
      const cell = cellAt(bounds, prng.int(0, 4), x, y);
      const level = prng.int(0, 3);
      const own = cellBounds(bounds, cell);
      const last = cellAt(bounds, level, bounds.maxX, bounds.maxY);
      const touching: string[] = [];
      for (let row = 0; row <= last.y; row++) {
        for (let column = 0; column <= last.x; column++) {
          const other = { level, x: column, y: row };
          const { minX, minY, maxX, maxY } = cellBounds(bounds, other);
          const touches = minX <= own.maxX && maxX >= own.minX && minY <= own.maxY && maxY >= own.minY;
          if (touches && !overlaps(cell, other)) touching.push(formatCell(other));
        }
      }
      expect(cellsBeside(bounds, cell, level).map(formatCell)).toEqual(touching);
    }),
  );
});

test("a zone without size, or too large, is refused with its size", () => {
  expect(() => cellAt({ ...ODD_ZONE, maxX: -100 }, 0, 0, 0)).toThrow(
    new GroundError("zone width: expected more than 0 and at most 10000 m, got 0"),
  );
  expect(() => cellAt({ ...ODD_ZONE, maxY: Number.NaN }, 0, 0, 0)).toThrow("zone height");
  expect(() => cellAt({ ...ODD_ZONE, maxY: 10_051 }, 0, 0, 0)).toThrow("got 10001");
});
