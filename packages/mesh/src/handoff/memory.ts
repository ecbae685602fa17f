import { compareEpochs, type EntityId, type Epoch } from "@ows/base";

/** What a server remembers about an entity that it may not have any more, so that late messages stay harmless. */
type Memory = {
  /** The highest epoch at which it was taken here. */
  accepted: Epoch | undefined;
  /** The last epochs that were refused here for ever, oldest first; at most `MAX_VOIDS`. */
  voids: readonly Epoch[];
  touchedAtMs: number;
};

/** A void matters until its asker has heard of it: one at a time, plus repeats. */
const MAX_VOIDS = 8;

/** Remembers accepted and voided epochs per entity; forgets entities that were not heard of for `keepMs`. */
export class EpochMemory {
  readonly #keepMs: number;
  readonly #memories = new Map<EntityId, Memory>();
  #sweepAtMs = 0;

  /** @param keepMs must outlast every question about a commit: far above the time to a proof of death. */
  constructor(keepMs = 120_000) {
    this.#keepMs = keepMs;
  }

  get size(): number {
    return this.#memories.size;
  }

  accept(entity: EntityId, epoch: Epoch, nowMs: number): void {
    const memory = this.#touch(entity, nowMs);
    if (memory.accepted === undefined || compareEpochs(memory.accepted, epoch) < 0) memory.accepted = epoch;
  }

  voidEpoch(entity: EntityId, epoch: Epoch, nowMs: number): void {
    const memory = this.#touch(entity, nowMs);
    if (!this.isVoid(entity, epoch)) memory.voids = [...memory.voids, epoch].slice(-MAX_VOIDS);
  }

  /** Taken here at this epoch or a later one. */
  hasAccepted(entity: EntityId, epoch: Epoch): boolean {
    const accepted = this.#memories.get(entity)?.accepted;
    return accepted !== undefined && compareEpochs(accepted, epoch) >= 0;
  }

  /**
   * Refused here for ever: exactly this epoch. An epoch that was taken stays taken when a later one is refused, so a
   * mark of the highest refused epoch would not do.
   */
  isVoid(entity: EntityId, epoch: Epoch): boolean {
    return this.#memories.get(entity)?.voids.some((known) => compareEpochs(known, epoch) === 0) ?? false;
  }

  /** Drops what is too old to matter, at most once a second. */
  sweep(nowMs: number, isNeeded: (entity: EntityId) => boolean): void {
    if (nowMs < this.#sweepAtMs) return;
    this.#sweepAtMs = nowMs + 1_000;
    for (const [entity, { touchedAtMs }] of this.#memories) {
      if (nowMs - touchedAtMs > this.#keepMs && !isNeeded(entity)) this.#memories.delete(entity);
    }
  }

  #touch(entity: EntityId, nowMs: number): Memory {
    let memory = this.#memories.get(entity);
    if (memory === undefined) {
      memory = { accepted: undefined, voids: [], touchedAtMs: nowMs };
      this.#memories.set(entity, memory);
    }
    memory.touchedAtMs = nowMs;
    return memory;
  }
}
