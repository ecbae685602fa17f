/** The whole ground is a square with this side. */
export const SIZE_METERS = 120;
/** How far outside its owner's ground an entity must be before it leaves. */
const HYSTERESIS_METERS = 5;

export type Point = { readonly x: number; readonly y: number };

/** Cells of equal size, `columns` by `rows`, each with its owner; stripes have one row. */
export class Ground {
  readonly columns: number;
  readonly rows: number;
  version = 0;
  #owners: readonly number[] = [];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  get owners(): readonly number[] {
    return this.#owners;
  }

  /** Takes a version; an older one than the present changes nothing. */
  apply(version: number, owners: readonly number[]): boolean {
    if (version <= this.version) return false;
    this.version = version;
    this.#owners = owners;
    return true;
  }

  ownerAt(x: number, y: number): number | undefined {
    return this.#owners[this.cellAt(x, y)];
  }

  cellAt(x: number, y: number): number {
    const column = clampIndex((x / SIZE_METERS) * this.columns, this.columns);
    const row = clampIndex((y / SIZE_METERS) * this.rows, this.rows);
    return row * this.columns + column;
  }

  /** Nothing within the hysteresis of this point belongs to `server`. */
  isOutside(server: number, { x, y }: Point): boolean {
    const h = HYSTERESIS_METERS;
    const near = [this.ownerAt(x, y), this.ownerAt(x - h, y), this.ownerAt(x + h, y)];
    return !near.includes(server) && this.ownerAt(x, y - h) !== server && this.ownerAt(x, y + h) !== server;
  }
}

function clampIndex(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(value)));
}
