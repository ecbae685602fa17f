/** Metres or metres per second; x and y span the ground, z points up. */
export type Position = { readonly x: number; readonly y: number; readonly z: number };

/** A vector that lives in an entity: writing to it moves the entity. */
export interface Vector extends Position {
  x: number;
  y: number;
  z: number;
  set(x: number, y: number, z?: number): Vector;
  copy(other: Position): Vector;
  scale(factor: number): Vector;
  add(other: Position): Vector;
  addScaled(other: Position, factor: number): Vector;
  /** Shortens to at most `max`; a shorter vector stays as it is. */
  clampLength(max?: number): Vector;
  length(): number;
}

/** Three columns of a store, seen as one vector of one slot. */
export type VectorColumns = { x: Float64Array; y: Float64Array; z: Float64Array };

/** A vector over columns. `beforeWrite` throws when writing is not allowed now. */
export class ColumnVector implements Vector {
  readonly #columns: VectorColumns;
  readonly #slot: number;
  readonly #beforeWrite: () => void;

  constructor(columns: VectorColumns, slot: number, beforeWrite: () => void) {
    this.#columns = columns;
    this.#slot = slot;
    this.#beforeWrite = beforeWrite;
  }

  get x(): number {
    return this.#columns.x[this.#slot] as number;
  }
  set x(value: number) {
    this.#beforeWrite();
    this.#columns.x[this.#slot] = value;
  }
  get y(): number {
    return this.#columns.y[this.#slot] as number;
  }
  set y(value: number) {
    this.#beforeWrite();
    this.#columns.y[this.#slot] = value;
  }
  get z(): number {
    return this.#columns.z[this.#slot] as number;
  }
  set z(value: number) {
    this.#beforeWrite();
    this.#columns.z[this.#slot] = value;
  }

  set(x: number, y: number, z = 0): this {
    this.#beforeWrite();
    this.#columns.x[this.#slot] = x;
    this.#columns.y[this.#slot] = y;
    this.#columns.z[this.#slot] = z;
    return this;
  }

  copy(other: Position): this {
    return this.set(other.x, other.y, other.z);
  }

  scale(factor: number): this {
    return this.set(this.x * factor, this.y * factor, this.z * factor);
  }

  add(other: Position): this {
    return this.addScaled(other, 1);
  }

  addScaled(other: Position, factor: number): this {
    return this.set(this.x + other.x * factor, this.y + other.y * factor, this.z + other.z * factor);
  }

  clampLength(max = 1): this {
    const length = this.length();
    return length > max ? this.scale(max / length) : this;
  }

  length(): number {
    return Math.sqrt(this.x * this.x + this.y * this.y + this.z * this.z);
  }
}

/** Distance in metres. */
export function distance(a: Position, b: Position): number {
  return Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2);
}
