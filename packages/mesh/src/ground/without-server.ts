import { assert } from "@ows/base";
import type { GridBounds } from "../interest/interest-grid.ts";
import { type CellId, cellBounds, cellOf, compareCells, formatCell, spansOf } from "./cell.ts";
import { Lattice, MIN_REGION_METERS, narrowestSpans, type Span } from "./lattice.ts";
import { type OwnerGrid, paintOwners } from "./owner-grid.ts";
import { assignCells, type Partition, type ServerId } from "./partition.ts";

/** Cells that go to one server together, and the finest cells they consist of. */
type Lump = { readonly cells: readonly CellId[]; readonly ground: readonly number[]; readonly areaMeters: number };

/**
 * The next version, with each cell of a dead server given to the neighbour that it shares most border with; among
 * equals to the one with less ground, then to the lower id. Cells in the middle follow once those around them have
 * gone. Cells narrower than a region may be go together with what makes them wide enough, so a sound partition stays
 * sound. Answers `undefined` when nobody is left, and the partition itself when the server has no ground.
 */
export function withoutServer(bounds: GridBounds, partition: Partition, dead: ServerId): Partition | undefined {
  const lattice = new Lattice(bounds);
  const grid = paintOwners(lattice, partition);
  const deadIndex = grid.servers.indexOf(dead);
  if (deadIndex < 1) return partition;
  if (grid.servers.length === 2) return undefined;

  let left = lumpsOf(grid, partition, dead);
  const area = areasOf(grid);
  const owners = new Map<CellId, ServerId>();
  while (left.length > 0) {
    const wave = left.map((lump) => ({ lump, contact: contactOf(grid, lump.ground) }));
    left = [];
    for (const { lump, contact } of wave) {
      const heir = heirOf(contact, deadIndex, area);
      if (heir === undefined) {
        left.push(lump);
        continue;
      }
      for (const at of lump.ground) grid.owner[at] = heir;
      for (const cell of lump.cells) owners.set(cell, grid.servers[heir] as ServerId);
      area[heir] = (area[heir] as number) + lump.areaMeters;
    }
    assert(left.length < wave.length, `every part of version ${partition.version} borders on a survivor in the end`);
  }
  return assignCells(partition, owners);
}

/** Index of the server with most contact, or `undefined` when only the dead one has any. */
function heirOf(contact: Float64Array, deadIndex: number, area: readonly number[]): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const [index, meters] of contact.entries()) {
    if (index === 0 || index === deadIndex) continue;
    const isTie = best !== undefined && meters === most && (area[index] as number) < (area[best] as number);
    if (meters > most || isTie) [best, most] = [index, meters];
  }
  return best;
}

/** Metres of border that some finest cells share with each owner around them, by its index. */
function contactOf({ lattice, servers, owner }: OwnerGrid, ground: readonly number[]): Float64Array {
  const contact = new Float64Array(servers.length);
  const { columns, rows } = lattice;
  const touch = (at: number, meters: number) => {
    const index = owner[at] as number;
    contact[index] = (contact[index] as number) + meters;
  };
  for (const at of ground) {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    if (column > 0) touch(at - 1, lattice.rowHeight(row));
    if (column < columns - 1) touch(at + 1, lattice.rowHeight(row));
    if (row > 0) touch(at - columns, lattice.columnWidth(column));
    if (row < rows - 1) touch(at + columns, lattice.columnWidth(column));
  }
  return contact;
}

/** Square metres of each server's region, by its index. */
function areasOf({ lattice, servers, owner }: OwnerGrid): number[] {
  const areas = servers.map(() => 0);
  for (const [at, index] of owner.entries()) {
    const row = Math.floor(at / lattice.columns);
    areas[index] = (areas[index] as number) + lattice.columnWidth(at % lattice.columns) * lattice.rowHeight(row);
  }
  return areas;
}

/** The dead server's cells, those too narrow to be a region joined with what makes them wide enough. */
function lumpsOf(grid: OwnerGrid, partition: Partition, dead: ServerId): Lump[] {
  const { lattice } = grid;
  const cells = [...partition.cells].filter(([, server]) => server === dead).map(([id]) => cellOf(id));
  cells.sort(compareCells);
  const ids = cells.map(formatCell);
  const ground = cells.map((cell) => finestOf(lattice, spansOf(lattice, cell)));
  /** 1 + index of the dead server's cell that holds a finest cell. */
  const cellAt = new Uint16Array(lattice.size);
  for (const [index, finest] of ground.entries()) for (const at of finest) cellAt[at] = index + 1;

  const lead = cells.map((_, index) => index);
  const leadOf = (index: number): number => {
    let at = index;
    while (lead[at] !== at) at = lead[at] as number;
    return at;
  };
  for (const [index, cell] of cells.entries()) {
    const { minX, minY, maxX, maxY } = cellBounds(lattice.bounds, cell);
    if (Math.min(maxX - minX, maxY - minY) >= MIN_REGION_METERS) continue;
    for (const at of ground[index] as number[]) {
      for (const partner of wideGroundAt(lattice, cellAt, at)) {
        const [a, b] = [leadOf(index), leadOf((cellAt[partner] as number) - 1)];
        lead[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const members = Map.groupBy(cells.keys(), leadOf);
  return Array.from(members.values(), (indexes) => lumpOf(lattice, indexes, ids, ground));
}

function lumpOf(
  lattice: Lattice,
  indexes: readonly number[],
  ids: readonly CellId[],
  groundOf: readonly (readonly number[])[],
): Lump {
  const ground = indexes.flatMap((index) => groundOf[index] as readonly number[]);
  const area = (at: number) =>
    lattice.columnWidth(at % lattice.columns) * lattice.rowHeight(Math.floor(at / lattice.columns));
  const areaMeters = ground.reduce((sum, at) => sum + area(at), 0);
  return { cells: indexes.map((index) => ids[index] as CellId), ground, areaMeters };
}

/** A smallest possible region around a finest cell in the dead server's ground; the four cells of a quarter first. */
function wideGroundAt(lattice: Lattice, cellAt: Uint16Array, at: number): readonly number[] {
  const column = at % lattice.columns;
  const row = Math.floor(at / lattice.columns);
  for (const rows of spansAround(lattice.heightMeters, row)) {
    for (const columns of spansAround(lattice.widthMeters, column)) {
      const finest = finestOf(lattice, { columns, rows });
      if (finest.every((one) => cellAt[one] !== 0)) return finest;
    }
  }
  return [];
}

function spansAround(axisMeters: number, index: number): readonly Span[] {
  const spans = narrowestSpans(axisMeters).filter(({ first, last }) => first <= index && index <= last);
  return spans.sort((a, b) => (a.first & 1) - (b.first & 1));
}

function finestOf(lattice: Lattice, { columns, rows }: { readonly columns: Span; readonly rows: Span }): number[] {
  const finest: number[] = [];
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = columns.first; column <= columns.last; column++) finest.push(row * lattice.columns + column);
  }
  return finest;
}
