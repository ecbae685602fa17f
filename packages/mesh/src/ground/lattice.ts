import type { GridBounds } from "../interest/interest-grid.ts";

export const LARGEST_CELL_METERS = 200;
/** Level of the smallest cells. Level 0 are the largest; each level halves the side. */
export const FINEST_LEVEL = 4;
export const FINEST_CELL_METERS = LARGEST_CELL_METERS / 2 ** FINEST_LEVEL;
/** No part of a region is narrower: entities would be in and out of it within a second. */
export const MIN_REGION_METERS = 25;
/** Longest side of a zone: its largest cells alone then take a quarter of `MAX_PARTITION_CELLS`. */
export const MAX_ZONE_METERS = 10_000;

/** A zone or a partition that can't be: the message says what was expected and what came. */
export class GroundError extends Error {
  override readonly name = "GroundError";
}

/** An inclusive range of columns or of rows. */
export type Span = { readonly first: number; readonly last: number };

/**
 * The finest cells of a zone, as columns and rows that count from its lower-left corner. The last column and the last
 * row are cut off where the zone ends. Coarser cells are blocks of these, so that every level agrees on every border.
 */
export class Lattice {
  readonly bounds: GridBounds;
  readonly widthMeters: number;
  readonly heightMeters: number;
  readonly columns: number;
  readonly rows: number;

  /** Throws `GroundError` when the zone has no size, or is larger than `MAX_ZONE_METERS`. */
  constructor(bounds: GridBounds) {
    this.bounds = bounds;
    this.widthMeters = checkedSide("width", bounds.maxX - bounds.minX);
    this.heightMeters = checkedSide("height", bounds.maxY - bounds.minY);
    this.columns = Math.ceil(this.widthMeters / FINEST_CELL_METERS);
    this.rows = Math.ceil(this.heightMeters / FINEST_CELL_METERS);
  }

  get size(): number {
    return this.columns * this.rows;
  }

  /** Outside the zone, and for NaN, the nearest border column. */
  column(x: number): number {
    return indexOnAxis(x - this.bounds.minX, this.columns);
  }

  row(y: number): number {
    return indexOnAxis(y - this.bounds.minY, this.rows);
  }

  /** Metres from the zone's left side to the left side of a column; `columns` is the zone's right side. */
  left(column: number): number {
    return Math.min(column * FINEST_CELL_METERS, this.widthMeters);
  }

  /** Metres from the zone's lower side to the lower side of a row. */
  bottom(row: number): number {
    return Math.min(row * FINEST_CELL_METERS, this.heightMeters);
  }

  columnWidth(column: number): number {
    return this.left(column + 1) - this.left(column);
  }

  rowHeight(row: number): number {
    return this.bottom(row + 1) - this.bottom(row);
  }
}

/** Index of a distance from the lower end of an axis, clamped to `0 … count - 1`; NaN is 0. */
export function indexOnAxis(meters: number, count: number): number {
  return meters > 0 ? Math.min(count - 1, Math.floor(meters / FINEST_CELL_METERS)) : 0;
}

/**
 * The narrowest spans of an axis that are as long as a region must be wide. Ground is wide enough exactly where one
 * span of columns and one of rows, all in one region, cover it.
 */
export function narrowestSpans(axisMeters: number): readonly Span[] {
  const count = Math.ceil(axisMeters / FINEST_CELL_METERS);
  if (count === 1) return [{ first: 0, last: 0 }];
  const enough = Math.min(MIN_REGION_METERS, axisMeters);
  return Array.from({ length: count - 1 }, (_, i) => {
    const meters = Math.min((i + 2) * FINEST_CELL_METERS, axisMeters) - i * FINEST_CELL_METERS;
    return { first: meters >= enough ? i : i - 1, last: i + 1 };
  });
}

function checkedSide(name: string, meters: number): number {
  if (meters > 0 && meters <= MAX_ZONE_METERS) return meters;
  throw new GroundError(`zone ${name}: expected more than 0 and at most ${MAX_ZONE_METERS} m, got ${meters}`);
}
