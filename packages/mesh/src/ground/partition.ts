import type { GridBounds } from "../interest/interest-grid.ts";
import { type Cell, type CellId, cellOf, childrenOf, formatCell } from "./cell.ts";
import { GroundError } from "./lattice.ts";

/** ZoneInstanceID of a zone server: a positive 32-bit integer. */
export type ServerId = number;

/**
 * Who owns which ground. The cells cover the zone without gap or overlap (`checkPartition`). A document: every change
 * makes the next version, and the coordinator alone makes one that counts.
 */
export type Partition = {
  /** From 1, raised by one with each change. */
  readonly version: number;
  readonly cells: ReadonlyMap<CellId, ServerId>;
};

/** Most cells of one partition: some 450 KB of JSON, less than half of what one control frame may carry. */
export const MAX_PARTITION_CELLS = 10_000;
/** Most servers of one partition: a raster keeps an owner in one byte. */
export const MAX_PARTITION_SERVERS = 255;

/** The next version, with new owners for some cells. Throws `GroundError` for a cell that the partition lacks. */
export function assignCells(partition: Partition, owners: ReadonlyMap<CellId, ServerId>): Partition {
  const cells = new Map(partition.cells);
  for (const [cell, server] of owners) {
    ownerOf(partition, cell);
    cells.set(cell, server);
  }
  return { version: partition.version + 1, cells };
}

/** The next version, with `moved` owned by `to`. Throws `GroundError` for a cell that the partition lacks. */
export function moveCells(partition: Partition, moved: Iterable<CellId>, to: ServerId): Partition {
  return assignCells(partition, new Map(Array.from(moved, (cell) => [cell, to])));
}

/**
 * The next version, with a cell replaced by its quarters, which keep its owner. Throws `GroundError` for a cell that
 * the partition lacks, or that can't be split further.
 */
export function splitCell(bounds: GridBounds, partition: Partition, cell: CellId): Partition {
  const owner = ownerOf(partition, cell);
  const quarters = childrenOf(bounds, cellOf(cell));
  if (quarters.length === 0) throw new GroundError(`cell ${cell} can't be split: it is of the finest level`);
  const cells = new Map(partition.cells);
  cells.delete(cell);
  for (const quarter of quarters) cells.set(formatCell(quarter), owner);
  return { version: partition.version + 1, cells };
}

/**
 * The next version, with the quarters of `parent` replaced by it. Throws `GroundError` unless all of its quarters on
 * the ground are cells of the partition and have one owner.
 */
export function mergeCells(bounds: GridBounds, partition: Partition, parent: Cell): Partition {
  const quarters = childrenOf(bounds, parent).map(formatCell);
  const owners = new Set(quarters.map((quarter) => ownerOf(partition, quarter)));
  const [owner] = owners;
  if (owner === undefined || owners.size !== 1) {
    const got = owner === undefined ? "no quarters" : `owners ${[...owners].join(", ")}`;
    throw new GroundError(`cell ${formatCell(parent)}: expected quarters of one owner to merge, got ${got}`);
  }
  const cells = new Map(partition.cells);
  for (const quarter of quarters) cells.delete(quarter);
  cells.set(formatCell(parent), owner);
  return { version: partition.version + 1, cells };
}

function ownerOf(partition: Partition, cell: CellId): ServerId {
  const owner = partition.cells.get(cell);
  if (owner === undefined) throw new GroundError(`version ${partition.version} has no cell ${cell}`);
  return owner;
}
