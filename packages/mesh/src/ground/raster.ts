import { assert } from "@ows/base";
import type { GridBounds } from "../interest/interest-grid.ts";
import { FINEST_CELL_METERS, indexOnAxis, Lattice } from "./lattice.ts";
import { findNear } from "./near-servers.ts";
import { paintOwners } from "./owner-grid.ts";
import type { Partition, ServerId } from "./partition.ts";

/** In metres. */
export type GroundPoint = { readonly x: number; readonly y: number };

export type RasterOptions = {
  readonly bounds: GridBounds;
  /** Sound: `checkPartition` finds no mistake. */
  readonly partition: Partition;
  /** The server that asks. It may be without ground. */
  readonly self: ServerId;
  readonly ghostRadiusMeters: number;
};

/**
 * One version of a partition as one server sees it: owner and near neighbours of every finest cell, so that each
 * question about an entity is one look-up. Positions outside the zone stand for the nearest one inside.
 */
export class GroundRaster {
  readonly version: number;
  readonly self: ServerId;
  readonly ghostRadiusMeters: number;
  readonly #lattice: Lattice;
  readonly #minX: number;
  readonly #minY: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #servers: readonly ServerId[];
  readonly #owner: Uint8Array;
  /** Index of `self` in `#servers`; -1 when it has no ground. */
  readonly #selfIndex: number;
  /** 1 where no foreign ground is within the ghost radius. */
  readonly #interior: Uint8Array;
  readonly #near: Uint32Array;
  readonly #nearSets: readonly (readonly ServerId[])[];

  constructor({ bounds, partition, self, ghostRadiusMeters }: RasterOptions) {
    const lattice = new Lattice(bounds);
    const grid = paintOwners(lattice, partition);
    assert(!grid.owner.includes(0), `version ${partition.version} covers the whole zone`);
    assert(ghostRadiusMeters >= 0, "a ghost radius is not negative");
    const near = findNear(grid, self, ghostRadiusMeters);
    this.version = partition.version;
    this.self = self;
    this.ghostRadiusMeters = ghostRadiusMeters;
    this.#lattice = lattice;
    this.#minX = bounds.minX;
    this.#minY = bounds.minY;
    this.#columns = lattice.columns;
    this.#rows = lattice.rows;
    this.#servers = grid.servers;
    this.#owner = grid.owner;
    this.#selfIndex = grid.servers.indexOf(self);
    this.#interior = near.interior;
    this.#near = near.setOf;
    this.#nearSets = near.sets;
  }

  ownerAt(x: number, y: number): ServerId {
    return this.#servers[this.#owner[this.#index(x, y)] as number] as ServerId;
  }

  /** Own ground with nothing foreign within the ghost radius. May be false up to one finest cell too early. */
  isInterior(x: number, y: number): boolean {
    return this.#interior[this.#index(x, y)] === 1;
  }

  /**
   * The foreign servers with ground within the ghost radius of the finest cell at a position, lowest id first: never
   * one too few, at most those one cell further too many. The array is shared: don't change it.
   */
  neighboursNear(x: number, y: number): readonly ServerId[] {
    return this.#nearSets[this.#near[this.#index(x, y)] as number] as readonly ServerId[];
  }

  /** Whether the point is at least `metres` away from this server's own region. */
  isBeyond(x: number, y: number, meters: number): boolean {
    if (!(meters > 0) || this.#selfIndex < 0) return true;
    if (this.#owner[this.#index(x, y)] === this.#selfIndex) return false;
    const lattice = this.#lattice;
    const atX = Math.min(lattice.widthMeters, Math.max(0, x - this.#minX));
    const atY = Math.min(lattice.heightMeters, Math.max(0, y - this.#minY));
    const lastRow = indexOnAxis(atY + meters, this.#rows);
    const lastColumn = indexOnAxis(atX + meters, this.#columns);
    for (let row = indexOnAxis(atY - meters, this.#rows); row <= lastRow; row++) {
      const dy = Math.max(lattice.bottom(row) - atY, atY - lattice.bottom(row + 1), 0);
      for (let column = indexOnAxis(atX - meters, this.#columns); column <= lastColumn; column++) {
        if (this.#owner[row * this.#columns + column] !== this.#selfIndex) continue;
        const dx = Math.max(lattice.left(column) - atX, atX - lattice.left(column + 1), 0);
        if (dx * dx + dy * dy < meters * meters) return false;
      }
    }
    return true;
  }

  /**
   * The first foreign owner that something will stand on within `seconds` on a straight path at `vx`, `vy` metres per
   * second, or `undefined`. It counts as foreign at once when it stands on foreign ground.
   */
  willLeave(x: number, y: number, vx: number, vy: number, seconds: number): ServerId | undefined {
    const index = this.#firstForeign(x, y, vx, vy, seconds);
    return index < 0 ? undefined : this.#servers[this.#owner[index] as number];
  }

  /**
   * Where it will stand on that ground, in metres: where it is when that is foreign, else the middle of the finest
   * cell that it comes to; `undefined` when it stays.
   */
  placeAfterLeaving(x: number, y: number, vx: number, vy: number, seconds: number): GroundPoint | undefined {
    const index = this.#firstForeign(x, y, vx, vy, seconds);
    if (index < 0) return undefined;
    if (index === this.#index(x, y)) return { x, y };
    const [column, row] = [index % this.#columns, Math.floor(index / this.#columns)];
    const lattice = this.#lattice;
    return {
      x: this.#minX + (lattice.left(column) + lattice.left(column + 1)) / 2,
      y: this.#minY + (lattice.bottom(row) + lattice.bottom(row + 1)) / 2,
    };
  }

  /** The finest cell of the first foreign ground on a straight path; -1 when there is none within `seconds`. */
  #firstForeign(x: number, y: number, vx: number, vy: number, seconds: number): number {
    let column = indexOnAxis(x - this.#minX, this.#columns);
    let row = indexOnAxis(y - this.#minY, this.#rows);
    for (;;) {
      const index = row * this.#columns + column;
      if (this.#owner[index] !== this.#selfIndex) return index;
      const inX = secondsToNext(x - this.#minX, column, vx, this.#columns);
      const inY = secondsToNext(y - this.#minY, row, vy, this.#rows);
      const next = Math.min(inX, inY);
      // A border belongs to the cell above it: upwards it is crossed when it is reached, downwards just after that.
      const goesUp = (inX === next && vx > 0) || (inY === next && vy > 0);
      const isInTime = next < Number.POSITIVE_INFINITY && (goesUp ? next <= seconds : next < seconds);
      if (!isInTime) return -1;
      if (inX === next && (vx > 0 || !goesUp)) column += Math.sign(vx);
      if (inY === next && (vy > 0 || !goesUp)) row += Math.sign(vy);
    }
  }

  #index(x: number, y: number): number {
    return indexOnAxis(y - this.#minY, this.#rows) * this.#columns + indexOnAxis(x - this.#minX, this.#columns);
  }
}

/** Seconds until something leaves its column or row; `Infinity` when it stands or the zone ends there. */
function secondsToNext(meters: number, index: number, velocity: number, count: number): number {
  if (velocity > 0 && index < count - 1) return ((index + 1) * FINEST_CELL_METERS - meters) / velocity;
  if (velocity < 0 && index > 0) return (index * FINEST_CELL_METERS - meters) / velocity;
  return Number.POSITIVE_INFINITY;
}
