import type { ServerId } from "../ground/partition.ts";
import type { GhostChanges } from "./ghost-changes.ts";
import type { SlotStates } from "./slot-states.ts";

const SLOTS = 65_536;
const NOT_TOLD = -1;
/** A batch stays far below the largest frame: what does not fit appears a tick later. */
const MAX_APPEARS = 1_024;

/** What a slot of a former own entity has become. */
export type SlotFate = {
  /** The server that owns it now, or 0 when it no longer exists. */
  handedTo(slot: number, generation: number): ServerId;
};

export type ToldStep = {
  readonly tick: number;
  readonly states: SlotStates;
  readonly fate: SlotFate;
  /** Components that others see, by slot. */
  readonly componentCount: (slot: number) => number;
  /** Whether the neighbour should keep the ghost of what stands in this slot. */
  readonly isKept: (slot: number) => boolean;
  readonly minTicks: number;
};

/**
 * What one neighbour has been told about the entities of this server. A batch tells the difference to that, so that a
 * tick that was skipped costs nothing but age. An entity's alias on the link is its slot.
 */
export class ToldGhosts {
  count = 0;
  readonly #placeOf = new Int32Array(SLOTS).fill(NOT_TOLD);
  #slots = new Uint16Array(256);
  #generations = new Uint32Array(256);
  #x = new Int32Array(256);
  #y = new Int32Array(256);
  #z = new Int32Array(256);
  #yaw = new Uint8Array(256);
  #toldAt = new Float64Array(256);
  #madeAt = new Float64Array(256);
  readonly #wanted: number[] = [];

  /** The neighbour must know of this entity, whose state of this tick is recorded before the next `step`. */
  want(slot: number): void {
    if (this.#placeOf[slot] === NOT_TOLD) this.#wanted.push(slot);
  }

  /** Whether the neighbour knows whatever stands, or last stood, in this slot. */
  knows(slot: number): boolean {
    return this.#placeOf[slot] !== NOT_TOLD;
  }

  slots(): Uint16Array {
    return this.#slots.subarray(0, this.count);
  }

  /** Writes what the neighbour has to hear into `changes` and takes it as told. */
  step(step: ToldStep, changes: GhostChanges): void {
    for (let i = this.count - 1; i >= 0; i--) this.#follow(i, step, changes);
    for (const slot of this.#wanted) {
      if (changes.appearCount >= MAX_APPEARS) break;
      // Wanted in a tick that was skipped, and gone since; or wanted twice.
      if (step.states.recordedAt[slot] !== step.tick || this.#placeOf[slot] !== NOT_TOLD) continue;
      this.#appear(slot, step, changes);
    }
    this.#wanted.length = 0;
  }

  #follow(i: number, step: ToldStep, changes: GhostChanges): void {
    const { tick, states } = step;
    const slot = this.#slots[i] as number;
    const isHere = states.recordedAt[slot] === tick && states.generation[slot] === this.#generations[i];
    if (!isHere) {
      const to = step.fate.handedTo(slot, this.#generations[i] as number);
      if (to > 0) changes.addHanded(slot, to);
      else changes.addGone(slot);
      this.#drop(i);
      // The slot may be in use again, near the border.
      if (to === 0 && states.recordedAt[slot] === tick) this.#wanted.push(slot);
      return;
    }
    if (tick - (this.#madeAt[i] as number) >= step.minTicks && !step.isKept(slot)) {
      changes.addGone(slot);
      this.#drop(i);
      return;
    }
    this.#update(i, slot, step, changes);
  }

  #update(i: number, slot: number, { tick, states, componentCount }: ToldStep, changes: GhostChanges): void {
    const dx = (states.x[slot] as number) - (this.#x[i] as number);
    const dy = (states.y[slot] as number) - (this.#y[i] as number);
    const dz = (states.z[slot] as number) - (this.#z[i] as number);
    const yaw = states.yaw[slot] as number;
    const hasTurned = yaw !== this.#yaw[i];
    const mask = states.changedSince(this.#toldAt[i] as number, slot, componentCount(slot));
    this.#toldAt[i] = tick;
    if (dx === 0 && dy === 0 && dz === 0 && !hasTurned && mask === 0) return;
    changes.addUpdate(slot, dx, dy, dz, hasTurned ? yaw : -1, mask);
    this.#note(i, slot, states);
  }

  #appear(slot: number, { tick, states }: ToldStep, changes: GhostChanges): void {
    if (this.count === this.#slots.length) this.#grow();
    const i = this.count++;
    this.#placeOf[slot] = i;
    this.#slots[i] = slot;
    this.#generations[i] = states.generation[slot] as number;
    this.#toldAt[i] = tick;
    this.#madeAt[i] = tick;
    this.#note(i, slot, states);
    changes.addAppear(slot);
  }

  #note(i: number, slot: number, states: SlotStates): void {
    this.#x[i] = states.x[slot] as number;
    this.#y[i] = states.y[slot] as number;
    this.#z[i] = states.z[slot] as number;
    this.#yaw[i] = states.yaw[slot] as number;
  }

  #drop(i: number): void {
    const last = --this.count;
    this.#placeOf[this.#slots[i] as number] = NOT_TOLD;
    if (i === last) return;
    const moved = this.#slots[last] as number;
    this.#slots[i] = moved;
    this.#placeOf[moved] = i;
    this.#generations[i] = this.#generations[last] as number;
    this.#x[i] = this.#x[last] as number;
    this.#y[i] = this.#y[last] as number;
    this.#z[i] = this.#z[last] as number;
    this.#yaw[i] = this.#yaw[last] as number;
    this.#toldAt[i] = this.#toldAt[last] as number;
    this.#madeAt[i] = this.#madeAt[last] as number;
  }

  #grow(): void {
    const capacity = this.#slots.length * 2;
    this.#slots = copied(this.#slots, new Uint16Array(capacity));
    this.#generations = copied(this.#generations, new Uint32Array(capacity));
    this.#x = copied(this.#x, new Int32Array(capacity));
    this.#y = copied(this.#y, new Int32Array(capacity));
    this.#z = copied(this.#z, new Int32Array(capacity));
    this.#yaw = copied(this.#yaw, new Uint8Array(capacity));
    this.#toldAt = copied(this.#toldAt, new Float64Array(capacity));
    this.#madeAt = copied(this.#madeAt, new Float64Array(capacity));
  }
}

function copied<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
