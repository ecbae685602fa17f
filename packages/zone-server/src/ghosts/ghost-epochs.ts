import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { EntityStore } from "@ows/game";

const SLOTS = 65_536;
/** Ghosts that are gone whose epoch is still remembered. */
const MAX_REMEMBERED = 16_384;

/** The highest epoch heard of each entity that is here, and of those that went lately. */
export class GhostEpochs {
  readonly #store: EntityStore;
  readonly #term = new Uint32Array(SLOTS);
  readonly #count = new Uint32Array(SLOTS);
  readonly #generation = new Uint32Array(SLOTS);
  readonly #gone = new Map<EntityId, Epoch>();

  constructor(store: EntityStore) {
    this.#store = store;
  }

  /** Whether something newer than `epoch` has been heard of the entity. */
  isOlder(id: EntityId, epoch: Epoch): boolean {
    const slot = this.#store.slotOf(id);
    const known = slot === undefined ? this.#gone.get(id) : this.of(slot);
    return known !== undefined && compareEpochs(epoch, known) < 0;
  }

  of(slot: number): Epoch | undefined {
    if (this.#generation[slot] !== this.#store.generation[slot]) return undefined;
    return { term: this.#term[slot] as number, count: this.#count[slot] as number };
  }

  note(slot: number, epoch: Epoch): void {
    this.#term[slot] = epoch.term;
    this.#count[slot] = epoch.count;
    this.#generation[slot] = this.#store.generation[slot] as number;
  }

  /** The entity in this slot is about to be removed. */
  remember(slot: number): void {
    const epoch = this.of(slot);
    const id = this.#store.ids[slot] as EntityId;
    if (epoch === undefined) return;
    this.#gone.delete(id);
    this.#gone.set(id, epoch);
    if (this.#gone.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#gone.keys()) {
      this.#gone.delete(oldest);
      return;
    }
  }
}
