import type { EntityId } from "@ows/base";

/** Which entities move together: the game's doing, so what a server has of a unit may be of an older grouping. */
export class Units {
  readonly #members = new Map<EntityId, readonly EntityId[]>();
  readonly #rootOf = new Map<EntityId, EntityId>();

  /** Roots with their members, the root first. */
  [Symbol.iterator](): IterableIterator<[EntityId, readonly EntityId[]]> {
    return this.#members.entries();
  }

  get entities(): readonly EntityId[] {
    return [...this.#rootOf.keys()];
  }

  /** Their roots. */
  keys(): IterableIterator<EntityId> {
    return this.#members.keys();
  }

  rootOf(entity: EntityId): EntityId {
    return this.#rootOf.get(entity) ?? entity;
  }

  /** Those that move with the entity, the root first; none once it has ended. */
  of(entity: EntityId): readonly EntityId[] {
    return this.#members.get(this.rootOf(entity)) ?? [];
  }

  add(members: readonly EntityId[]): void {
    const root = members[0];
    if (root === undefined) return;
    this.#members.set(root, members);
    for (const entity of members) this.#rootOf.set(entity, root);
  }

  /** These leave their units; those of one unit stay together. */
  separate(entities: readonly EntityId[]): void {
    const byRoot = new Map<EntityId, EntityId[]>();
    for (const entity of entities) {
      const root = this.rootOf(entity);
      const those = byRoot.get(root);
      if (those === undefined) byRoot.set(root, [entity]);
      else those.push(entity);
    }
    for (const [root, those] of byRoot) {
      const all = this.of(root);
      this.#members.delete(root);
      this.add(all.filter((entity) => !those.includes(entity)));
      this.add(all.filter((entity) => those.includes(entity)));
    }
  }

  merge(one: EntityId, other: EntityId): void {
    const [first, second] = [this.of(one), this.of(other)];
    this.#members.delete(this.rootOf(other));
    this.add([...first, ...second]);
  }

  end(entity: EntityId): void {
    this.separate([entity]);
    this.#members.delete(entity);
    this.#rootOf.delete(entity);
  }
}
