import {
  type CellId,
  cellAt,
  FINEST_LEVEL,
  formatCell,
  type GridBounds,
  type Partition,
  type ServerId,
} from "@ows/mesh";
import type { Position } from "@ows/world";

/** The ground of a mesh instance and how it is divided. */
export interface Ground {
  readonly bounds: GridBounds;
  readonly partition: Partition;
}

/** Whoever owns the cell at a position; outside the zone the nearest one. */
export function ownerAt({ bounds, partition }: Ground, { x, y }: Position): ServerId | undefined {
  for (let level = 0; level <= FINEST_LEVEL; level++) {
    const cell: CellId = formatCell(cellAt(bounds, level, x, y));
    const owner = partition.cells.get(cell);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** Where a character should go, best first: the owner of the ground it will stand on, then that of the middle. */
export function serversToward(ground: Ground, position: Position | null): ServerId[] {
  const middle = { x: 0, y: 0 };
  const owners = [position ?? middle, middle].map((at) => ownerAt(ground, at));
  return [...new Set(owners.filter((owner) => owner !== undefined))];
}
