import type { EntityId } from "@ows/base";
import type { UnitCopy } from "./copies.ts";
import { type Member, withoutState } from "./messages.ts";
import type { SourceState } from "./source.ts";

/** The units that are leaving or left, by their roots, and the root under which each of their entities is found. */
export class Sources<S> {
  readonly #states = new Map<EntityId, SourceState<S>>();
  readonly #rootOf = new Map<EntityId, EntityId>();

  get size(): number {
    return this.#states.size;
  }

  /** As they were when asked: what is done with one may change them. */
  list(): (readonly [EntityId, SourceState<S>])[] {
    return [...this.#states];
  }

  get(root: EntityId): SourceState<S> | undefined {
    return this.#states.get(root);
  }

  has(root: EntityId): boolean {
    return this.#states.has(root);
  }

  /** The unit under which an entity is leaving or left; itself when it is in none. */
  rootOf(entity: EntityId): EntityId {
    return this.#rootOf.get(entity) ?? entity;
  }

  isLeaving(entity: EntityId): boolean {
    const phase = this.#states.get(this.rootOf(entity))?.phase;
    return phase === "preparing" || phase === "ready";
  }

  /** `undefined`: nothing of this handoff is left to remember. */
  set(root: EntityId, state: SourceState<S> | undefined): void {
    const before = this.#states.get(root);
    if (state === undefined) this.#states.delete(root);
    else this.#states.set(root, state);
    if (state?.phase === "preparing" && before?.phase !== "preparing") {
      for (const { entity } of state.members) this.#rootOf.set(entity, root);
    } else if (before !== undefined) this.#unroot(root, membersOf(before), state === undefined ? [] : membersOf(state));
  }

  /** The entity lives here: what is left of its former handoff is about others. */
  unlink(entity: EntityId): void {
    this.#rootOf.delete(entity);
  }

  /** Whether a new handoff of this root may begin. What is left of a former one goes on under the first of the others. */
  makeWay(root: EntityId): boolean {
    const former = this.#states.get(root);
    if (former?.phase === "released") return false;
    if (former?.phase !== "confirmed") return true;
    // Whose target is dead is being decided on under this name.
    const first = former.escrow[0]?.entity;
    if (former.isTargetDead || first === undefined) return false;
    this.#states.delete(root);
    this.#states.set(first, former);
    for (const { entity } of former.escrow) this.#rootOf.set(entity, first);
    return true;
  }

  /** What was given away, as long as it is kept. */
  copies(): UnitCopy[] {
    const copies: UnitCopy[] = [];
    for (const [root, source] of this.#states) {
      if (source.phase !== "released" && source.phase !== "confirmed") continue;
      copies.push({ root, members: source.escrow.map(withoutState), role: "escrow", peer: source.to });
    }
    return copies;
  }

  /** Those that are not among the members any more are their own roots. */
  #unroot(root: EntityId, before: readonly Member[], now: readonly Member[]): void {
    if (before.length === now.length) return;
    for (const { entity } of before) {
      if (this.#rootOf.get(entity) === root && now.every((member) => member.entity !== entity)) {
        this.#rootOf.delete(entity);
      }
    }
  }
}

function membersOf<S>(state: SourceState<S>): readonly Member[] {
  return "escrow" in state ? state.escrow : state.members;
}
