import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { Member, ServerId } from "./messages.ts";

/** What a server remembers about an entity that it may not have any more, so that late messages stay harmless. */
type Memory = {
  /** The highest epoch at which it was taken here. */
  accepted: Epoch | undefined;
  /** The last epochs that were refused here for ever, oldest first; at most `MAX_VOIDS`. */
  voids: readonly Epoch[];
  /** Who gave it here last. */
  source: ServerId | undefined;
  /** The ownership in which it ended, here or elsewhere. */
  ended: Epoch | undefined;
  touchedAtMs: number;
};

/** A void matters until its asker has heard of it: one at a time, plus repeats. */
const MAX_VOIDS = 8;

/** Remembers per entity what was taken, refused and ended; forgets entities that were not heard of for `keepMs`. */
export class EpochMemory {
  readonly #keepMs: number;
  readonly #memories = new Map<EntityId, Memory>();
  #sweepAtMs = 0;

  /**
   * @param keepMs must outlast every question about a commit and every escrow of somebody who could not hear of an end:
   *   far above the time to a proof of death.
   */
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

  cameFrom(entity: EntityId, source: ServerId, nowMs: number): void {
    this.#touch(entity, nowMs).source = source;
  }

  /** Who gave the entity to this server last, as far as that is remembered. */
  sourceOf(entity: EntityId): ServerId | undefined {
    return this.#memories.get(entity)?.source;
  }

  /** The entity is no more since this ownership. Answers whether that is news. */
  end(entity: EntityId, epoch: Epoch, nowMs: number): boolean {
    const memory = this.#touch(entity, nowMs);
    if (memory.ended !== undefined && compareEpochs(memory.ended, epoch) >= 0) return false;
    memory.ended = epoch;
    return true;
  }

  endOf(entity: EntityId): Epoch | undefined {
    return this.#memories.get(entity)?.ended;
  }

  /** What has ended, each at its last ownership. */
  *ended(): IterableIterator<Member> {
    for (const [entity, { ended }] of this.#memories) if (ended !== undefined) yield { entity, epoch: ended };
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
      memory = { accepted: undefined, voids: [], source: undefined, ended: undefined, touchedAtMs: nowMs };
      this.#memories.set(entity, memory);
    }
    memory.touchedAtMs = nowMs;
    return memory;
  }
}
