import type { GridBounds } from "../interest/interest-grid.ts";
import { type Cell, spansOf } from "./cell.ts";
import { Lattice } from "./lattice.ts";
import { type OwnerGrid, paintOwners } from "./owner-grid.ts";
import type { Partition, ServerId } from "./partition.ts";

/** North is towards larger y, east towards larger x. */
export type Direction = "N" | "NE" | "E" | "SE" | "S" | "SW" | "W" | "NW";

export type Neighbour = {
  readonly server: ServerId;
  /** Metres of border in common; 0 when only corners touch. */
  readonly contactMeters: number;
};

export type NeighbourInDirection = {
  readonly server: ServerId;
  /** Metres from the cell's side, or corner, to the server's ground. */
  readonly distanceMeters: number;
  /** Metres of the cell's side from which one walks into that server first; 0 for a corner direction. */
  readonly facingMeters: number;
};

const STEPS: Readonly<Record<Direction, readonly [dx: number, dy: number]>> = {
  N: [0, 1],
  NE: [1, 1],
  E: [1, 0],
  SE: [1, -1],
  S: [0, -1],
  SW: [-1, -1],
  W: [-1, 0],
  NW: [-1, 1],
};

/** Reads a direction as callers write it, in any case; `undefined` for anything else. */
export function parseDirection(text: string): Direction | undefined {
  const upper = text.toUpperCase();
  return Object.keys(STEPS).find((name): name is Direction => name === upper);
}

/** The servers whose regions touch a server's region: most shared border first, then lowest id. */
export function neighboursOf(bounds: GridBounds, partition: Partition, server: ServerId): readonly Neighbour[] {
  const lattice = new Lattice(bounds);
  const { servers, owner } = paintOwners(lattice, partition);
  const self = servers.indexOf(server);
  const contact = new Map<number, number>();
  for (let row = 0; row < lattice.rows; row++) {
    for (let column = 0; column < lattice.columns; column++) {
      if (owner[row * lattice.columns + column] !== self) continue;
      for (const [dx, dy] of Object.values(STEPS)) {
        if (!isInside(lattice, column + dx, row + dy)) continue;
        const other = owner[(row + dy) * lattice.columns + column + dx] as number;
        if (other === self) continue;
        contact.set(other, (contact.get(other) ?? 0) + sharedMeters(lattice, column, row, dx, dy));
      }
    }
  }
  return Array.from(contact, ([index, contactMeters]) => ({ server: servers[index] as ServerId, contactMeters })).sort(
    (a, b) => b.contactMeters - a.contactMeters || a.server - b.server,
  );
}

/**
 * Who owns the ground in a direction of a cell: the first other owner on each line out of the cell. Nearest first,
 * then widest, then lowest id; empty where the zone ends first. The cell need not be one of the partition's, but it
 * lies on the ground.
 */
export function neighboursInDirection(
  bounds: GridBounds,
  partition: Partition,
  cell: Cell,
  direction: Direction,
): readonly NeighbourInDirection[] {
  const grid = paintOwners(new Lattice(bounds), partition);
  const [dx, dy] = STEPS[direction];
  const { columns, rows } = spansOf(grid.lattice, cell);
  const fromColumns = dx === 0 ? range(columns.first, columns.last) : [dx > 0 ? columns.last : columns.first];
  const fromRows = dy === 0 ? range(rows.first, rows.last) : [dy > 0 ? rows.last : rows.first];
  const found = new Map<ServerId, NeighbourInDirection>();
  for (const row of fromRows) {
    for (const column of fromColumns) {
      const met = firstOther(grid, column, row, dx, dy);
      if (met === undefined) continue;
      const before = found.get(met.server);
      found.set(met.server, {
        server: met.server,
        distanceMeters: Math.min(met.distanceMeters, before?.distanceMeters ?? Number.POSITIVE_INFINITY),
        facingMeters: sharedMeters(grid.lattice, column, row, dx, dy) + (before?.facingMeters ?? 0),
      });
    }
  }
  return [...found.values()].sort(
    (a, b) => a.distanceMeters - b.distanceMeters || b.facingMeters - a.facingMeters || a.server - b.server,
  );
}

/** Walks out of a finest cell until the ground is another server's. */
function firstOther({ lattice, servers, owner }: OwnerGrid, column: number, row: number, dx: number, dy: number) {
  const home = owner[row * lattice.columns + column] as number;
  for (let x = column + dx, y = row + dy; isInside(lattice, x, y); x += dx, y += dy) {
    const index = owner[y * lattice.columns + x] as number;
    if (index === home) continue;
    const acrossX =
      dx === 0 ? 0 : dx > 0 ? lattice.left(x) - lattice.left(column + 1) : lattice.left(column) - lattice.left(x + 1);
    const acrossY =
      dy === 0 ? 0 : dy > 0 ? lattice.bottom(y) - lattice.bottom(row + 1) : lattice.bottom(row) - lattice.bottom(y + 1);
    return { server: servers[index] as ServerId, distanceMeters: Math.hypot(acrossX, acrossY) };
  }
  return undefined;
}

function sharedMeters(lattice: Lattice, column: number, row: number, dx: number, dy: number): number {
  if (dx !== 0 && dy !== 0) return 0;
  return dx === 0 ? lattice.columnWidth(column) : lattice.rowHeight(row);
}

function isInside({ columns, rows }: Lattice, column: number, row: number): boolean {
  return column >= 0 && row >= 0 && column < columns && row < rows;
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
