import { expect, test } from "vitest";
import type { CellId } from "../ground/cell.ts";
import { ServerReach } from "./server-reach.ts";

/** 400 m square: server 1 has the left half, 2 the lower right quarter, 3 the upper right one. */
const bounds = { minX: -200, minY: -200, maxX: 200, maxY: 200 };
const reach = new ServerReach(bounds, {
  version: 1,
  cells: new Map<CellId, number>([
    ["0-0-0", 1],
    ["0-0-1", 1],
    ["0-1-0", 2],
    ["0-1-1", 3],
  ] as [CellId, number][]),
});

test("an event reaches each server whose ground its circle touches, once", () => {
  expect(reach.touchedBy(-60, 0, 50, 1)).toEqual([]);
  expect(reach.touchedBy(-60, 0, 60, 1)).toEqual([2, 3]);
  expect(reach.touchedBy(-60, -80, 70, 1)).toEqual([2]);
  expect(reach.touchedBy(10, 10, 20, 3)).toEqual([1, 2]);
  expect(reach.touchedBy(10, 10, 20, 9)).toEqual([1, 2, 3]);
});

test("only the circle counts, not the square around it", () => {
  expect(reach.touchedBy(-8, 8, 10, 1)).toEqual([3]);
  expect(reach.touchedBy(-6, 6, 10, 1)).toEqual([2, 3]);
});
