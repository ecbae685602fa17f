import type { Bounds } from "@ows/game";
import { expect, test } from "vitest";
import { crossingsPerSecond, ghostsPerEntity, judge } from "./gas-oracle.ts";

function squares(n: number, side: number): Bounds[] {
  return Array.from({ length: n * n }, (_, i) => {
    const [minX, minY] = [(i % n) * side, Math.floor(i / n) * side];
    return { minX, minY, maxX: minX + side, maxY: minY + side };
  });
}

test("squares are crossed 4v/(πL) · (1 − 1/n) times a second", () => {
  for (const n of [1, 2, 3]) {
    expect(crossingsPerSecond(squares(n, 200), 6)).toBeCloseTo(((4 * 6) / (Math.PI * 200)) * (1 - 1 / n), 9);
  }
});

test("with fine cells and one radius, four squares have (2LR + πR²/4)/L² ghosts per entity", () => {
  const [side, radius] = [200, 60];
  const fine = ghostsPerEntity(squares(2, side), { madeMeters: radius, keptMeters: radius, cellMeters: 1 });
  const exact = (2 * side * radius + (Math.PI * radius ** 2) / 4) / side ** 2;
  expect(fine / exact).toBeGreaterThan(0.98);
  expect(fine / exact).toBeLessThan(1.03);
});

test("cells that are near in part count as a whole, and the band where ghosts are kept counts half", () => {
  const halves = squares(2, 100).slice(0, 2);
  expect(ghostsPerEntity(halves, { madeMeters: 30, keptMeters: 30, cellMeters: 25 })).toBeCloseTo(0.5, 9);
  expect(ghostsPerEntity(halves, { madeMeters: 20, keptMeters: 30, cellMeters: 25 })).toBeCloseTo(0.375, 9);
});

test("a figure is wrong when it is off by more than 5 % and more than chance explains", () => {
  expect(judge(100, 104, 0.1).holds).toBe(true);
  expect(judge(100, 110, 5).holds).toBe(true);
  expect(judge(100, 110, 2).holds).toBe(false);
});
