/** The ground a grid lies on, in metres. What is outside belongs to the nearest border cell. */
export type GridBounds = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };

/** Most cells along one side: more would cost more to clear than the search gains. */
const MAX_CELLS_PER_SIDE = 512;

/**
 * Finds entities near a point: a counting sort of all slots by cell, rebuilt once per tick.
 * A cell of half the usual search radius measured best.
 */
export class InterestGrid {
  readonly #minX: number;
  readonly #minY: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #cellMeters: number;
  /** Where each cell starts in the sorted columns; one more entry than cells. */
  readonly #start: Uint32Array;
  #cellOf = new Uint32Array(0);
  #slots = new Uint16Array(0);
  #x = new Float64Array(0);
  #y = new Float64Array(0);

  /** Results of the last `query`: valid until the next one or the next `rebuild`. */
  found = new Uint16Array(0);
  /** Squared distance on the ground of each found slot, in square metres. */
  foundDistanceSquared = new Float64Array(0);

  constructor(bounds: GridBounds, cellMeters: number) {
    const width = Math.max(bounds.maxX - bounds.minX, 1);
    const height = Math.max(bounds.maxY - bounds.minY, 1);
    this.#cellMeters = Math.max(cellMeters, width / MAX_CELLS_PER_SIDE, height / MAX_CELLS_PER_SIDE);
    this.#minX = bounds.minX;
    this.#minY = bounds.minY;
    this.#columns = Math.ceil(width / this.#cellMeters);
    this.#rows = Math.ceil(height / this.#cellMeters);
    this.#start = new Uint32Array(this.#columns * this.#rows + 1);
  }

  /** Takes the positions of `slots`; `x` and `y` are indexed by slot. */
  rebuild(slots: Uint16Array, x: Float64Array, y: Float64Array): void {
    const count = slots.length;
    this.#reserve(count);
    const start = this.#start.fill(0);
    const cellOf = this.#cellOf;
    for (let i = 0; i < count; i++) {
      const slot = slots[i] as number;
      const cell = this.#row(y[slot] as number) * this.#columns + this.#column(x[slot] as number);
      cellOf[i] = cell;
      start[cell] = (start[cell] as number) + 1;
    }
    let end = 0;
    for (let cell = 0; cell < start.length; cell++) {
      end += start[cell] as number;
      start[cell] = end;
    }
    // Filling each cell from its end downwards leaves its start behind.
    for (let i = count - 1; i >= 0; i--) {
      const slot = slots[i] as number;
      const cell = cellOf[i] as number;
      const at = (start[cell] as number) - 1;
      start[cell] = at;
      this.#slots[at] = slot;
      this.#x[at] = x[slot] as number;
      this.#y[at] = y[slot] as number;
    }
  }

  /** Puts every slot within `radius` metres on the ground into `found` and answers how many there are. */
  query(x: number, y: number, radius: number): number {
    const [first, last] = [this.#column(x - radius), this.#column(x + radius)];
    const lastRow = this.#row(y + radius);
    const limit = radius * radius;
    const { found, foundDistanceSquared } = this;
    const [slots, xs, ys, start] = [this.#slots, this.#x, this.#y, this.#start];
    let count = 0;
    for (let row = this.#row(y - radius); row <= lastRow; row++) {
      // The cells of one row are neighbours in the sorted columns.
      const end = start[row * this.#columns + last + 1] as number;
      for (let at = start[row * this.#columns + first] as number; at < end; at++) {
        const dx = (xs[at] as number) - x;
        const dy = (ys[at] as number) - y;
        const distanceSquared = dx * dx + dy * dy;
        if (distanceSquared > limit) continue;
        found[count] = slots[at] as number;
        foundDistanceSquared[count++] = distanceSquared;
      }
    }
    return count;
  }

  #column(x: number): number {
    return Math.min(this.#columns - 1, Math.max(0, Math.floor((x - this.#minX) / this.#cellMeters)));
  }

  #row(y: number): number {
    return Math.min(this.#rows - 1, Math.max(0, Math.floor((y - this.#minY) / this.#cellMeters)));
  }

  #reserve(count: number): void {
    if (count <= this.#slots.length) return;
    const capacity = Math.max(64, 2 ** Math.ceil(Math.log2(count)));
    this.#cellOf = new Uint32Array(capacity);
    this.#slots = new Uint16Array(capacity);
    this.#x = new Float64Array(capacity);
    this.#y = new Float64Array(capacity);
    this.found = new Uint16Array(capacity);
    this.foundDistanceSquared = new Float64Array(capacity);
  }
}
