import type { GridBounds } from "../interest/interest-grid.ts";
import { type Cell, type CellId, cellOf, compareCells, formatCell, isOnGround, spansOf } from "./cell.ts";
import { FINEST_LEVEL, Lattice, MIN_REGION_METERS, narrowestSpans } from "./lattice.ts";
import { type OwnerGrid, paintOwners, serversOf } from "./owner-grid.ts";
import { MAX_PARTITION_CELLS, MAX_PARTITION_SERVERS, type Partition, type ServerId } from "./partition.ts";

export type PartitionMistake = {
  readonly kind: "version" | "server" | "too-many" | "unknown-cell" | "overlap" | "gap" | "too-narrow";
  /** Where, unless the whole document is wrong: for a gap and for narrow ground the finest cell there. */
  readonly cell?: CellId;
  /** What was expected and what came. */
  readonly message: string;
};

/**
 * The first mistake of a partition, or `undefined`. Sound means: within the limits, every point of the zone in exactly
 * one cell, and no region anywhere narrower than 25 m (or than the zone). Which mistake is first depends only on the
 * content. A zone that can't be throws `GroundError`.
 */
export function checkPartition(bounds: GridBounds, partition: Partition): PartitionMistake | undefined {
  const lattice = new Lattice(bounds);
  return checkLimits(partition) ?? checkCover(lattice, partition) ?? checkWidth(paintOwners(lattice, partition));
}

export function isServerId(value: number): value is ServerId {
  return Number.isInteger(value) && value > 0 && value < 2 ** 31;
}

function checkLimits({ version, cells }: Partition): PartitionMistake | undefined {
  if (!Number.isSafeInteger(version) || version < 1) {
    return { kind: "version", message: `version: expected a positive integer, got ${version}` };
  }
  if (cells.size > MAX_PARTITION_CELLS) {
    return { kind: "too-many", message: `${cells.size} cells, at most ${MAX_PARTITION_CELLS} are allowed` };
  }
  for (const [cell, server] of cells) {
    if (!isServerId(server)) {
      return { kind: "server", cell, message: `cell ${cell}: expected a zone instance id, got ${server}` };
    }
  }
  const count = serversOf({ version, cells }).length;
  if (count <= MAX_PARTITION_SERVERS) return undefined;
  return { kind: "too-many", message: `${count} servers, at most ${MAX_PARTITION_SERVERS} are allowed` };
}

function checkCover(lattice: Lattice, partition: Partition): PartitionMistake | undefined {
  const cells = [...partition.cells.keys()].map(cellOf).sort(compareCells);
  /** 1 + index of the cell that covers it; 0 where none does. */
  const coveredBy = new Uint16Array(lattice.size);
  for (const [index, cell] of cells.entries()) {
    const mistake = cover(lattice, coveredBy, cells, index);
    if (mistake !== undefined) return { ...mistake, cell: formatCell(cell) };
  }
  const gap = coveredBy.indexOf(0);
  if (gap < 0) return undefined;
  const cell = finestCell(lattice, gap);
  return { kind: "gap", cell, message: `no cell covers the ground at ${cell}` };
}

function cover(
  lattice: Lattice,
  coveredBy: Uint16Array,
  cells: readonly Cell[],
  index: number,
): PartitionMistake | undefined {
  const cell = cells[index] as Cell;
  if (!isOnGround(lattice, cell)) {
    const zone = `${lattice.widthMeters} × ${lattice.heightMeters} m`;
    return { kind: "unknown-cell", message: `cell ${formatCell(cell)} lies outside the zone of ${zone}` };
  }
  const { columns, rows } = spansOf(lattice, cell);
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = columns.first; column <= columns.last; column++) {
      const at = row * lattice.columns + column;
      const other = cells[(coveredBy[at] as number) - 1];
      if (other !== undefined) {
        return { kind: "overlap", message: `cell ${formatCell(cell)} lies on cell ${formatCell(other)}` };
      }
      coveredBy[at] = index + 1;
    }
  }
  return undefined;
}

function checkWidth({ lattice, servers, owner }: OwnerGrid): PartitionMistake | undefined {
  const isWide = new Uint8Array(lattice.size);
  const columnSpans = narrowestSpans(lattice.widthMeters);
  for (const rows of narrowestSpans(lattice.heightMeters)) {
    for (const columns of columnSpans) {
      const index = owner[rows.first * lattice.columns + columns.first] as number;
      let isWhole = true;
      for (let row = rows.first; row <= rows.last && isWhole; row++) {
        for (let column = columns.first; column <= columns.last; column++) {
          if (owner[row * lattice.columns + column] !== index) isWhole = false;
        }
      }
      if (!isWhole) continue;
      for (let row = rows.first; row <= rows.last; row++) {
        isWide.fill(1, row * lattice.columns + columns.first, row * lattice.columns + columns.last + 1);
      }
    }
  }
  const narrow = isWide.indexOf(0);
  if (narrow < 0) return undefined;
  const cell = finestCell(lattice, narrow);
  const region = `region of ${servers[owner[narrow] as number]}`;
  return { kind: "too-narrow", cell, message: `${region} is narrower than ${MIN_REGION_METERS} m at ${cell}` };
}

function finestCell(lattice: Lattice, at: number): CellId {
  return formatCell({ level: FINEST_LEVEL, x: at % lattice.columns, y: Math.floor(at / lattice.columns) });
}
