import type { Parsed } from "@ows/base";
import { type Cell, type CellId, cellOf, compareCells, formatCell, parseCell } from "./cell.ts";
import { isServerId } from "./check-partition.ts";
import { MAX_PARTITION_CELLS, type Partition, type ServerId } from "./partition.ts";

/** A partition as the control link, the store and the HTTP API carry it: coarse cells first, then by row and column. */
export type PartitionWire = {
  readonly version: number;
  readonly cells: readonly { readonly cell: string; readonly zoneInstanceId: number }[];
};

/** Equal partitions have equal wire forms. */
export function partitionToWire({ version, cells }: Partition): PartitionWire {
  const sorted = Array.from(cells, ([id, zoneInstanceId]) => ({ cell: cellOf(id), zoneInstanceId }));
  sorted.sort((a, b) => compareCells(a.cell, b.cell));
  return { version, cells: sorted.map(({ cell, zoneInstanceId }) => ({ cell: formatCell(cell), zoneInstanceId })) };
}

/**
 * Reads what `partitionToWire` wrote; any order is accepted. Refuses malformed names, cells named twice, ids that are
 * none and more than 10,000 cells. Whether the cells cover a zone is `checkPartition`'s to say.
 */
export function partitionFromWire(wire: PartitionWire): Parsed<Partition> {
  if (!Number.isSafeInteger(wire.version) || wire.version < 1) {
    return rejected(`version: expected a positive integer, got ${wire.version}`);
  }
  if (wire.cells.length > MAX_PARTITION_CELLS) {
    return rejected(`${wire.cells.length} cells, at most ${MAX_PARTITION_CELLS} are allowed`);
  }
  const cells = new Map<CellId, ServerId>();
  for (const { cell: name, zoneInstanceId } of wire.cells) {
    const cell: Parsed<Cell> = parseCell(name);
    if (!cell.ok) return cell;
    const id = formatCell(cell.value);
    if (cells.has(id)) return rejected(`cell ${id} is named twice`);
    if (!isServerId(zoneInstanceId)) return rejected(`cell ${id}: expected a zone instance id, got ${zoneInstanceId}`);
    cells.set(id, zoneInstanceId);
  }
  return { ok: true, value: { version: wire.version, cells } };
}

function rejected(reason: string): Parsed<Partition> {
  return { ok: false, reason };
}
