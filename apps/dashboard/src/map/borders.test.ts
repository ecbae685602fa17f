import { expect, test } from "vitest";
import { bordersOf, nearestBorder } from "./borders.ts";

const area = (zoneInstanceId: number, minX: number, minY: number, maxX: number, maxY: number) => ({
  ...{ zoneInstanceId, minX, minY, maxX, maxY },
});

test("a border is where the ground of two servers touches, once, and as long as they do", () => {
  expect(bordersOf([area(1, 0, 0, 100, 100), area(2, 100, 50, 150, 100), area(2, 100, 0, 150, 50)])).toEqual([
    { x1: 100, y1: 50, x2: 100, y2: 100 },
    { x1: 100, y1: 0, x2: 100, y2: 50 },
  ]);
  expect(bordersOf([area(1, 0, 0, 100, 100), area(2, 50, 100, 200, 200)])).toEqual([
    { x1: 50, y1: 100, x2: 100, y2: 100 },
  ]);
});

test("cells of one server, and those that only meet at a corner, have no border", () => {
  expect(bordersOf([area(1, 0, 0, 100, 100), area(1, 100, 0, 200, 100), area(2, 200, 100, 300, 200)])).toEqual([]);
});

test("the nearest border of a server is where other ground begins; standing on other ground, it is at no distance", () => {
  const areas = [area(1, 0, 0, 100, 100), area(2, 100, 0, 200, 100), area(3, 0, 100, 100, 200)];
  expect(nearestBorder(areas, 1, { x: 90, y: 70 })).toEqual({ server: 2, metres: 10 });
  expect(nearestBorder(areas, 1, { x: 40, y: 103 })).toEqual({ server: 3, metres: 0 });
  expect(nearestBorder([area(1, 0, 0, 9, 9)], 1, { x: 1, y: 1 })).toBeUndefined();
});
