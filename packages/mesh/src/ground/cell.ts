import { assert, type Parsed } from "@ows/base";
import type { GridBounds } from "../interest/interest-grid.ts";
import { FINEST_CELL_METERS, FINEST_LEVEL, LARGEST_CELL_METERS, Lattice, type Span } from "./lattice.ts";

declare const cellIdBrand: unique symbol;
/** Name of a cell, `level-x-y`: what partitions, stores and wires use. Made by `formatCell` and `parseCell` only. */
export type CellId = string & { readonly [cellIdBrand]: true };

/**
 * A square of ground. Level 0 is 200 m wide, each level halves, level 4 is 12.5 m. `x` and `y` count cells of that
 * level from the zone's lower-left corner; cells at the far sides are cut off where the zone ends.
 */
export type Cell = { readonly level: number; readonly x: number; readonly y: number };

/** Large enough for every zone, small enough that a hostile name can't overflow anything. */
const NAME = /^([0-4])-(0|[1-9]\d{0,3})-(0|[1-9]\d{0,3})$/;

export function formatCell({ level, x, y }: Cell): CellId {
  return `${level}-${x}-${y}` as CellId;
}

/** Reads a name from outside. One cell has one name: leading zeros, signs and spaces are refused. */
export function parseCell(name: string): Parsed<Cell> {
  const [, level, x, y] = NAME.exec(name) ?? [];
  if (level !== undefined) return { ok: true, value: { level: Number(level), x: Number(x), y: Number(y) } };
  const shown = JSON.stringify(name.slice(0, 40));
  return { ok: false, reason: `cell ${shown}: expected level-x-y with level 0 to ${FINEST_LEVEL}` };
}

/** The cell of a name that is known to be one. */
export function cellOf(id: CellId): Cell {
  const second = id.indexOf("-", 2);
  const cell = { level: Number(id.slice(0, 1)), x: Number(id.slice(2, second)), y: Number(id.slice(second + 1)) };
  assert(cell.level <= FINEST_LEVEL && cell.x >= 0 && cell.y >= 0, `${id} is a cell id`);
  return cell;
}

/** Coarse cells first, then by row, then by column. */
export function compareCells(a: Cell, b: Cell): number {
  return a.level - b.level || a.y - b.y || a.x - b.x;
}

/** Side of a whole cell, in metres. */
export function cellMeters(level: number): number {
  return LARGEST_CELL_METERS / 2 ** level;
}

/** Whether any of the cell lies in the zone. */
export function isOnGround(lattice: Lattice, { level, x, y }: Cell): boolean {
  const finest = 2 ** (FINEST_LEVEL - level);
  return x >= 0 && y >= 0 && x * finest < lattice.columns && y * finest < lattice.rows;
}

/** Columns and rows of the finest cells that a cell on the ground consists of. */
export function spansOf(lattice: Lattice, { level, x, y }: Cell): { readonly columns: Span; readonly rows: Span } {
  const finest = 2 ** (FINEST_LEVEL - level);
  return {
    columns: { first: x * finest, last: Math.min((x + 1) * finest, lattice.columns) - 1 },
    rows: { first: y * finest, last: Math.min((y + 1) * finest, lattice.rows) - 1 },
  };
}

/** The cell's ground in the zone's metres, cut off where the zone ends. */
export function cellBounds(bounds: GridBounds, { level, x, y }: Cell): GridBounds {
  const meters = cellMeters(level);
  return {
    minX: bounds.minX + x * meters,
    minY: bounds.minY + y * meters,
    maxX: Math.min(bounds.minX + (x + 1) * meters, bounds.maxX),
    maxY: Math.min(bounds.minY + (y + 1) * meters, bounds.maxY),
  };
}

/** The cell of a level that holds a position. A border belongs to the cell above or right of it. */
export function cellAt(bounds: GridBounds, level: number, x: number, y: number): Cell {
  const lattice = new Lattice(bounds);
  const coarser = FINEST_LEVEL - level;
  return { level, x: lattice.column(x) >> coarser, y: lattice.row(y) >> coarser };
}

/** `undefined` for a largest cell. */
export function parentOf({ level, x, y }: Cell): Cell | undefined {
  return level === 0 ? undefined : { level: level - 1, x: x >> 1, y: y >> 1 };
}

/** The four quarters, or those of them that lie in the zone; none for a smallest cell. */
export function childrenOf(bounds: GridBounds, { level, x, y }: Cell): readonly Cell[] {
  if (level === FINEST_LEVEL) return [];
  const lattice = new Lattice(bounds);
  const quarters = [0, 1, 2, 3].map((i) => ({ level: level + 1, x: 2 * x + (i & 1), y: 2 * y + (i >> 1) }));
  return quarters.filter((quarter) => isOnGround(lattice, quarter));
}

/** All cells of `level` that touch the cell from outside, by a side or a corner, by row and then by column. */
export function cellsBeside(bounds: GridBounds, cell: Cell, level: number): readonly Cell[] {
  const { minX, minY } = bounds;
  const lattice = new Lattice(bounds);
  const { columns, rows } = spansOf(lattice, cell);
  const half = FINEST_CELL_METERS / 2;
  const at = (column: number, row: number) =>
    cellAt(bounds, level, minX + column * FINEST_CELL_METERS + half, minY + row * FINEST_CELL_METERS + half);
  const low = at(columns.first - 1, rows.first - 1);
  const high = at(columns.last + 1, rows.last + 1);
  const found: Cell[] = [];
  for (let y = low.y; y <= high.y; y++) {
    for (let x = low.x; x <= high.x; x++) if (!overlaps(cell, { level, x, y })) found.push({ level, x, y });
  }
  return found;
}

/** Whether two cells share ground: one of them then holds the other. */
export function overlaps(a: Cell, b: Cell): boolean {
  const level = Math.min(a.level, b.level);
  const [up, other] = [a.level - level, b.level - level];
  return a.x >> up === b.x >> other && a.y >> up === b.y >> other;
}
