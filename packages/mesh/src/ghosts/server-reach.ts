import { cellBounds, cellOf } from "../ground/cell.ts";
import type { Partition, ServerId } from "../ground/partition.ts";
import type { GridBounds } from "../interest/interest-grid.ts";

type Region = { readonly server: ServerId; readonly whole: GridBounds; readonly cells: readonly GridBounds[] };

/** Which servers' ground a circle touches: who must hear of an event. */
export class ServerReach {
  readonly #regions: readonly Region[];

  constructor(bounds: GridBounds, partition: Partition) {
    const cellsOf = new Map<ServerId, GridBounds[]>();
    for (const [cell, server] of partition.cells) {
      const cells = cellsOf.get(server);
      const ground = cellBounds(bounds, cellOf(cell));
      if (cells === undefined) cellsOf.set(server, [ground]);
      else cells.push(ground);
    }
    this.#regions = Array.from(cellsOf, ([server, cells]) => ({ server, whole: around(cells), cells }));
  }

  /** Each server but `except` once. The border of a circle belongs to it. */
  touchedBy(x: number, y: number, radius: number, except: ServerId): ServerId[] {
    const touches = (ground: GridBounds) => distanceSquared(ground, x, y) <= radius * radius;
    const found: ServerId[] = [];
    for (const { server, whole, cells } of this.#regions) {
      if (server !== except && touches(whole) && cells.some(touches)) found.push(server);
    }
    return found;
  }
}

function around(cells: readonly GridBounds[]): GridBounds {
  return cells.reduce((a, b) => ({
    minX: Math.min(a.minX, b.minX),
    minY: Math.min(a.minY, b.minY),
    maxX: Math.max(a.maxX, b.maxX),
    maxY: Math.max(a.maxY, b.maxY),
  }));
}

function distanceSquared({ minX, minY, maxX, maxY }: GridBounds, x: number, y: number): number {
  const dx = Math.max(minX - x, 0, x - maxX);
  const dy = Math.max(minY - y, 0, y - maxY);
  return dx * dx + dy * dy;
}
