import type { GridBounds } from "../interest/interest-grid.ts";
import { bisect, type Rect, roomIn } from "./bisect.ts";
import { type Cell, type CellId, formatCell, isOnGround, spansOf } from "./cell.ts";
import { isServerId } from "./check-partition.ts";
import { FINEST_CELL_METERS, GroundError, LARGEST_CELL_METERS, Lattice } from "./lattice.ts";
import { MAX_PARTITION_SERVERS, type Partition, type ServerId } from "./partition.ts";

/** How many servers a zone has room for, when each gets at least 25 × 25 m. */
export function roomForServers(bounds: GridBounds): number {
  const lattice = new Lattice(bounds);
  return Math.min(roomIn(lattice, wholeZone(lattice)), MAX_PARTITION_SERVERS);
}

/**
 * Version 1: the zone divided among `servers` in one rectangle each. The largest is at most 1.1 times the mean area
 * where the ground allows it, borders are short, and cells are as large as the borders allow. The same arguments give
 * the same partition. Throws `GroundError` without servers, for ids that are none or repeat, and for more servers than
 * `roomForServers`.
 */
export function staticPartition(bounds: GridBounds, servers: readonly ServerId[]): Partition {
  const wrong = servers.find((server, index) => !isServerId(server) || servers.indexOf(server) !== index);
  if (wrong !== undefined) throw new GroundError(`servers: expected different zone instance ids, got ${wrong}`);
  const room = roomForServers(bounds);
  if (servers.length < 1 || servers.length > room) {
    const { widthMeters, heightMeters } = new Lattice(bounds);
    const zone = `a zone of ${widthMeters} × ${heightMeters} m`;
    throw new GroundError(`${zone} has room for 1 to ${room} servers, got ${servers.length}`);
  }
  const lattice = new Lattice(bounds);
  const owner = new Uint8Array(lattice.size);
  for (const [index, rect] of bisect(lattice, wholeZone(lattice), servers.length).entries()) {
    for (let row = rect.firstRow; row < rect.endRow; row++) {
      owner.fill(index, row * lattice.columns + rect.firstColumn, row * lattice.columns + rect.endColumn);
    }
  }
  const cells = new Map<CellId, ServerId>();
  const perLargest = LARGEST_CELL_METERS / FINEST_CELL_METERS;
  for (let y = 0; y * perLargest < lattice.rows; y++) {
    for (let x = 0; x * perLargest < lattice.columns; x++) addCells({ level: 0, x, y });
  }
  return { version: 1, cells };

  /** Adds the cell, or as many of its quarters as it takes until each has one owner. */
  function addCells(cell: Cell): void {
    if (!isOnGround(lattice, cell)) return;
    const index = singleOwner(lattice, owner, cell);
    if (index !== undefined) {
      cells.set(formatCell(cell), servers[index] as ServerId);
      return;
    }
    const { level, x, y } = cell;
    for (let i = 0; i < 4; i++) addCells({ level: level + 1, x: 2 * x + (i & 1), y: 2 * y + (i >> 1) });
  }
}

function singleOwner(lattice: Lattice, owner: Uint8Array, cell: Cell): number | undefined {
  const { columns, rows } = spansOf(lattice, cell);
  const index = owner[rows.first * lattice.columns + columns.first];
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = columns.first; column <= columns.last; column++) {
      if (owner[row * lattice.columns + column] !== index) return undefined;
    }
  }
  return index;
}

function wholeZone(lattice: Lattice): Rect {
  return { firstColumn: 0, firstRow: 0, endColumn: lattice.columns, endRow: lattice.rows };
}
