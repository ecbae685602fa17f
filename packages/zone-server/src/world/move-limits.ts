import type { Bounds, EntityStore, Position } from "@ows/game";

/** The share by which rounding may exceed a class's top speed. */
const SPEED_SLACK = 1.001;

/** Keeps entities on their ground, and each handler from moving its entity faster than the class allows. */
export class MoveLimits {
  readonly #store: EntityStore;
  readonly #bounds: Bounds;
  readonly #dt: number;
  /** Where the running handler's entity stood before it; a teleport moves it. */
  readonly #from = { slot: -1, x: 0, y: 0, z: 0 };
  /** Moves that were cut back. */
  tooFast = 0;

  constructor(store: EntityStore, bounds: Bounds, dt: number) {
    this.#store = store;
    this.#bounds = bounds;
    this.#dt = dt;
  }

  /** A handler of this entity starts. */
  begin(slot: number): void {
    const { x, y, z } = this.#store.positions;
    const from = this.#from;
    from.slot = slot;
    from.x = x[slot] as number;
    from.y = y[slot] as number;
    from.z = z[slot] as number;
  }

  /** The entity is meant to be where it is now, however far that is. */
  teleported(slot: number): void {
    if (this.#from.slot === slot) this.begin(slot);
  }

  /** The handler has ended: cuts its move back to one tick at top speed, and undoes a position that is no number. */
  end(slot: number, maxSpeed: number): void {
    const { positions } = this.#store;
    const from = this.#from;
    const dx = (positions.x[slot] as number) - from.x;
    const dy = (positions.y[slot] as number) - from.y;
    const dz = (positions.z[slot] as number) - from.z;
    from.slot = -1;
    if (dx === 0 && dy === 0 && dz === 0) return;
    const moved = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (moved <= maxSpeed * this.#dt * SPEED_SLACK && Number.isFinite(moved)) return;
    this.tooFast++;
    const share = Number.isFinite(moved) ? (maxSpeed * this.#dt) / moved : 0;
    positions.x[slot] = from.x + (share === 0 ? 0 : dx * share);
    positions.y[slot] = from.y + (share === 0 ? 0 : dy * share);
    positions.z[slot] = from.z + (share === 0 ? 0 : dz * share);
  }

  /** The end of a tick: what was written by whatever way is within the zone, and a number. */
  keepInBounds(): void {
    const { minX, minY, maxX, maxY } = this.#bounds;
    const { x, y, z } = this.#store.positions;
    const middle = middleOf(this.#bounds);
    for (const slot of this.#store.liveSlots()) {
      // A ghost stands where its owner has it.
      if (this.#store.isGhost(slot)) continue;
      x[slot] = within(x[slot] as number, minX, maxX, middle.x);
      y[slot] = within(y[slot] as number, minY, maxY, middle.y);
      if (!Number.isFinite(z[slot])) z[slot] = 0;
    }
  }
}

export function clampInto(bounds: Bounds, at: Position): Position {
  const middle = middleOf(bounds);
  return {
    x: within(at.x, bounds.minX, bounds.maxX, middle.x),
    y: within(at.y, bounds.minY, bounds.maxY, middle.y),
    z: Number.isFinite(at.z) ? at.z : 0,
  };
}

export function middleOf(bounds: Bounds): Position {
  return { x: (bounds.minX + bounds.maxX) / 2, y: (bounds.minY + bounds.maxY) / 2, z: 0 };
}

function within(value: number, low: number, high: number, otherwise: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
}
