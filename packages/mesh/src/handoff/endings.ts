import { compareEpochs, type EntityId, type Epoch, FIRST_EPOCH } from "@ows/base";
import type { UnitCopy } from "./copies.ts";
import type { EpochMemory } from "./memory.ts";
import type { HandoffMessage, ServerId } from "./messages.ts";

type Send = {
  readonly kind: "send";
  readonly to: ServerId;
  readonly message: Extract<HandoffMessage<never>, { kind: "ended" }>;
};

/**
 * What has ended must not come back from somebody's escrow. Whoever an entity came from hears of its end, and tells
 * those before; whoever knows of it says so after a death.
 */
export class Endings {
  readonly #memory: EpochMemory;
  readonly #isFenced: (server: ServerId) => boolean;

  constructor(memory: EpochMemory, isFenced: (server: ServerId) => boolean) {
    this.#memory = memory;
    this.#isFenced = isFenced;
  }

  /** The entity ended here, in this ownership. */
  here(entity: EntityId, epoch: Epoch, nowMs: number): Send[] {
    // In its first ownership nobody else ever had it.
    if (compareEpochs(epoch, FIRST_EPOCH) === 0) return [];
    this.#memory.end(entity, epoch, nowMs);
    return this.#tell(entity);
  }

  /** Somebody says that the entity ended there. `undefined`: that is no news, or not true. */
  elsewhere(entity: EntityId, epoch: Epoch, nowMs: number): Send[] | undefined {
    // What was owned here at this epoch or a later one did not end elsewhere at it.
    if (this.#memory.hasAccepted(entity, epoch) || !this.#memory.end(entity, epoch, nowMs)) return undefined;
    return this.#tell(entity);
  }

  /** A server that gave these can be heard again, and may have missed what became of them. */
  again(to: ServerId, entities: Iterable<EntityId> = this.#entities()): Send[] {
    return [...entities].flatMap((entity) => (this.#memory.sourceOf(entity) === to ? this.#tell(entity) : []));
  }

  copies(): UnitCopy[] {
    return [...this.#memory.ended()].map((member) => ({
      ...{ root: member.entity, members: [member] },
      ...{ role: "ended", peer: undefined },
    }));
  }

  #tell(entity: EntityId): Send[] {
    const to = this.#memory.sourceOf(entity);
    const epoch = this.#memory.endOf(entity);
    if (to === undefined || epoch === undefined || this.#isFenced(to)) return [];
    return [{ kind: "send", to, message: { kind: "ended", root: entity, epoch } }];
  }

  *#entities(): IterableIterator<EntityId> {
    for (const { entity } of this.#memory.ended()) yield entity;
  }
}
