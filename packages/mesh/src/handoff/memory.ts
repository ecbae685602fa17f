import { compareEpochs, type EntityId, type Epoch } from "@ows/base";

/** What a server remembers about an entity that it may not have any more, so that late messages stay harmless. */
type Memory = {
  /** The highest epoch at which it was taken here. */
  accepted: Epoch | undefined;
  /** The highest epoch that was refused here for ever. */
  void: Epoch | undefined;
  touchedAtMs: number;
};

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
    memory.accepted = later(memory.accepted, epoch);
  }

  voidEpoch(entity: EntityId, epoch: Epoch, nowMs: number): void {
    const memory = this.#touch(entity, nowMs);
    memory.void = later(memory.void, epoch);
  }

  hasAccepted(entity: EntityId, epoch: Epoch): boolean {
    return reaches(this.#memories.get(entity)?.accepted, epoch);
  }

  isVoid(entity: EntityId, epoch: Epoch): boolean {
    return reaches(this.#memories.get(entity)?.void, epoch);
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
      memory = { accepted: undefined, void: undefined, touchedAtMs: nowMs };
      this.#memories.set(entity, memory);
    }
    memory.touchedAtMs = nowMs;
    return memory;
  }
}

function later(known: Epoch | undefined, epoch: Epoch): Epoch {
  return known !== undefined && compareEpochs(known, epoch) >= 0 ? known : epoch;
}

function reaches(known: Epoch | undefined, epoch: Epoch): boolean {
  return known !== undefined && compareEpochs(known, epoch) >= 0;
}
