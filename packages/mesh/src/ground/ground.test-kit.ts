import { Prng } from "@ows/base";
import fc from "fast-check";
import type { GridBounds } from "../interest/interest-grid.ts";
import { type CellId, cellBounds, cellOf, childrenOf, formatCell, parentOf } from "./cell.ts";
import { checkPartition } from "./check-partition.ts";
import { GroundError } from "./lattice.ts";
import { serversOf } from "./owner-grid.ts";
import { mergeCells, moveCells, type Partition, type ServerId, splitCell } from "./partition.ts";
import { roomForServers, staticPartition } from "./static-partition.ts";

type Box = GridBounds & { readonly id: CellId; readonly server: ServerId };

/** `boxes` are the cells by their bounds alone: what slow searches go through. */
export type TestGround = {
  readonly bounds: GridBounds;
  readonly partition: Partition;
  readonly boxes: readonly Box[];
};

export function testGround(bounds: GridBounds, partition: Partition): TestGround {
  const boxes = Array.from(partition.cells, ([id, server]) => ({ id, server, ...cellBounds(bounds, cellOf(id)) }));
  return { bounds, partition, boxes };
}

/** Quarter metres are exact in binary: look-ups and the search through real bounds then agree to the last bit. */
const QUARTER = 0.25;

const side = fc.oneof(fc.constantFrom(50, 62.5, 100, 200, 205, 400), fc.integer({ min: 200, max: 2600 }).map(quarters));

export const zones: fc.Arbitrary<GridBounds> = fc
  .record({
    minX: fc.integer({ min: -9000, max: 9000 }),
    minY: fc.integer({ min: -9000, max: 9000 }),
    width: side,
    height: side,
  })
  .map(({ minX, minY, width, height }) => {
    return { minX: quarters(minX), minY: quarters(minY), maxX: quarters(minX) + width, maxY: quarters(minY) + height };
  });

/** Zones with sound partitions of any shape: a static one, then changed at random as a balancer might. */
export const grounds: fc.Arbitrary<TestGround> = fc
  .record({
    bounds: zones,
    servers: fc.integer({ min: 1, max: 16 }),
    seed: fc.nat(),
    changes: fc.integer({ min: 0, max: 25 }),
  })
  .map(({ bounds, servers, seed, changes }) => {
    const prng = Prng.fromSeed(seed);
    const ids = Array.from({ length: Math.min(servers, roomForServers(bounds)) }, (_, i) => 100 - 3 * i);
    let partition = staticPartition(bounds, ids);
    for (let i = 0; i < changes; i++) partition = changed(bounds, partition, prng) ?? partition;
    return testGround(bounds, partition);
  });

function changed(bounds: GridBounds, partition: Partition, prng: Prng): Partition | undefined {
  const cell = prng.pick([...partition.cells.keys()]);
  const kind = prng.int(0, 4);
  try {
    if (kind === 0) return splitCell(bounds, partition, cell);
    const parent = parentOf(cellOf(cell));
    if (kind === 1) return parent && mergeCells(bounds, partition, parent);
    const moved = kind === 2 && parent ? childrenOf(bounds, parent).map(formatCell) : [cell];
    const next = moveCells(partition, moved, prng.pick(serversOf(partition)));
    return checkPartition(bounds, next) === undefined ? next : undefined;
  } catch (error) {
    // Not every random change is possible; which ones are refused has its own tests.
    if (error instanceof GroundError) return undefined;
    throw error;
  }
}

/** Points all over a zone and a little outside, many of them on borders, corners and the zone's edge. */
export function pointsIn({ bounds, boxes }: TestGround, prng: Prng, count: number): [x: number, y: number][] {
  return Array.from({ length: count }, () => {
    const { minX, minY, maxX, maxY } = prng.pick(boxes);
    const [x, y] = [prng.pick([minX, maxX]), prng.pick([minY, maxY])];
    const anyX = bounds.minX - 20 + quarters(prng.int(0, 4 * (bounds.maxX - bounds.minX + 40)));
    const anyY = bounds.minY - 20 + quarters(prng.int(0, 4 * (bounds.maxY - bounds.minY + 40)));
    const nudge = () => prng.pick([0, 0, QUARTER, -QUARTER]);
    return [prng.pick([x + nudge(), anyX]), prng.pick([y + nudge(), anyY])];
  });
}

/** The point of the zone that a position stands for. */
export function clamped(bounds: GridBounds, x: number, y: number): [x: number, y: number] {
  return [Math.min(bounds.maxX, Math.max(bounds.minX, x)), Math.min(bounds.maxY, Math.max(bounds.minY, y))];
}

/** Every cell that holds a position: those at the zone's far sides are closed there. */
export function cellsHolding({ bounds, boxes }: TestGround, atX: number, atY: number): readonly Box[] {
  const [x, y] = clamped(bounds, atX, atY);
  return boxes.filter(({ minX, minY, maxX, maxY }) => {
    const inX = x >= minX && (x < maxX || (x === bounds.maxX && maxX === bounds.maxX));
    return inX && y >= minY && (y < maxY || (y === bounds.maxY && maxY === bounds.maxY));
  });
}

/** Metres from a position to a server's region, by the bounds of its cells; `Infinity` without ground. */
export function distanceTo({ bounds, boxes }: TestGround, server: ServerId, atX: number, atY: number): number {
  const [x, y] = clamped(bounds, atX, atY);
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (box.server !== server) continue;
    const dx = Math.max(box.minX - x, x - box.maxX, 0);
    const dy = Math.max(box.minY - y, y - box.maxY, 0);
    least = Math.min(least, dx * dx + dy * dy);
  }
  return Math.sqrt(least);
}

/** Square metres of each server. */
export function areasOf({ boxes }: TestGround): Map<ServerId, number> {
  const areas = new Map<ServerId, number>();
  for (const { server, minX, minY, maxX, maxY } of boxes) {
    areas.set(server, (areas.get(server) ?? 0) + (maxX - minX) * (maxY - minY));
  }
  return areas;
}

function quarters(count: number): number {
  return count * QUARTER;
}
