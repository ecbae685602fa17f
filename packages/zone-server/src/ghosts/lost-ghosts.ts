import type { EntityStore, Position } from "@ows/game";

/** A ghost that nobody tells about moves on for this long, along its last velocity. */
export const EXTRAPOLATE_MS = 500;
/** A ghost that nobody tells about is removed after this long. */
export const REMOVE_LOST_MS = 5_000;
/** A ghost whose owner can be heard and has not spoken of it by then is not near any more. */
export const REMOVE_UNTOLD_MS = 1_000;

type Moved = { readonly position: Position; readonly velocity: Position };
type Lost = Moved & { readonly generation: number; readonly sinceMs: number; readonly removeAtMs: number };

/** Ghosts whose owner can't be heard, or has not spoken of them yet. */
export class LostGhosts {
  readonly #store: EntityStore;
  readonly #bySlot = new Map<number, Lost>();
  #lastMs = Number.NaN;

  constructor(store: EntityStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#bySlot.size;
  }

  /** Nobody tells about this ghost from now on. One that is lost already may have to go sooner, never later. */
  lose(slot: number, nowMs: number, removeAfterMs: number): void {
    const generation = this.#store.generation[slot] as number;
    const known = this.#bySlot.get(slot);
    const former = known?.generation === generation ? known : undefined;
    const removeAtMs = Math.min(nowMs + removeAfterMs, former?.removeAtMs ?? Number.POSITIVE_INFINITY);
    const { position, velocity } = former ?? this.#now(slot);
    this.#bySlot.set(slot, { generation, sinceMs: former?.sinceMs ?? nowMs, removeAtMs, position, velocity });
  }

  /** Somebody tells about it again, or it lives here. */
  find(slot: number): void {
    this.#bySlot.delete(slot);
  }

  /** Where it was told to be last. What it has moved since nobody has seen, and no rule of the game was asked. */
  lastTold(slot: number): Moved {
    const lost = this.#bySlot.get(slot);
    return lost !== undefined && lost.generation === this.#store.generation[slot] ? lost : this.#now(slot);
  }

  /** For how long nobody has told about it, in milliseconds. */
  silentMs(slot: number): number {
    const lost = this.#bySlot.get(slot);
    const isLost = lost !== undefined && lost.generation === this.#store.generation[slot];
    return isLost ? Math.max(0, this.#lastMs - lost.sinceMs) || 0 : 0;
  }

  #now(slot: number): Moved {
    const { positions, velocities } = this.#store;
    return { position: pointOf(positions, slot), velocity: pointOf(velocities, slot) };
  }

  /** Moves, freezes and, by `remove`, removes what is lost. Once per tick. */
  step(nowMs: number, remove: (slot: number) => void): void {
    const seconds = Number.isNaN(this.#lastMs) ? 0 : (nowMs - this.#lastMs) / 1000;
    this.#lastMs = nowMs;
    const { positions, velocities, generation } = this.#store;
    for (const [slot, lost] of this.#bySlot) {
      if (generation[slot] !== lost.generation || !this.#store.isGhost(slot)) this.#bySlot.delete(slot);
      else if (nowMs >= lost.removeAtMs) {
        this.#bySlot.delete(slot);
        remove(slot);
      } else if (nowMs - lost.sinceMs < EXTRAPOLATE_MS) {
        for (const axis of ["x", "y", "z"] as const) {
          positions[axis][slot] = (positions[axis][slot] as number) + (velocities[axis][slot] as number) * seconds;
        }
      } else {
        velocities.x[slot] = 0;
        velocities.y[slot] = 0;
        velocities.z[slot] = 0;
      }
    }
  }
}

function pointOf({ x, y, z }: EntityStore["positions"], slot: number): Position {
  return { x: x[slot] as number, y: y[slot] as number, z: z[slot] as number };
}
