import type { EntityId } from "@ows/base";
import type { UnitCopy } from "./copies.ts";
import {
  type GhostCopy,
  type GhostEffect,
  type GhostEvent,
  type GhostState,
  holdGhost,
  stepGhost,
} from "./ghost-copy.ts";

type Parts<S> = { readonly holdGhost?: typeof holdGhost<S>; readonly stepGhost?: typeof stepGhost<S> };

/** Players' ghosts that the dead left here, until it is decided who has the best of each. */
export class HeldGhosts<S> {
  readonly #states = new Map<EntityId, GhostState<S>>();
  readonly #hold: typeof holdGhost<S>;
  readonly #step: typeof stepGhost<S>;

  constructor(parts: Parts<S> = {}) {
    this.#hold = parts.holdGhost ?? holdGhost;
    this.#step = parts.stepGhost ?? stepGhost;
  }

  get size(): number {
    return this.#states.size;
  }

  hold(copy: GhostCopy<S>): void {
    const held = this.#states.get(copy.entity);
    const { state } = held === undefined ? this.#hold(copy) : this.#step(held, { kind: "owner-dead", copy });
    if (state !== undefined) this.#states.set(copy.entity, state);
  }

  step(entity: EntityId, event: GhostEvent<S>): readonly GhostEffect<S>[] {
    const held = this.#states.get(entity);
    if (held === undefined) return [];
    const { state, effects } = this.#step(held, event);
    if (state === undefined) this.#states.delete(entity);
    else this.#states.set(entity, state);
    return effects;
  }

  copies(): UnitCopy[] {
    return [...this.#states.values()].map(({ copy: { entity, epoch, owner } }) => ({
      ...{ root: entity, members: [{ entity, epoch }] },
      ...{ role: "ghost", peer: owner },
    }));
  }
}
