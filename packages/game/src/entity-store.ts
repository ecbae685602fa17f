import { assert, type EntityId } from "@ows/base";
import type { Component, Components } from "./component.ts";
import { ComponentColumns, grown } from "./component-columns.ts";
import type { EntityClass } from "./define-class.ts";
import type { Game, InputFields } from "./define-game.ts";
import type { AnyEntity, Entity, SeenEntity } from "./entity.ts";
import type { Fields, FieldValue, ValuesOf } from "./field.ts";
import { ColumnVector, distance, type Position, type VectorColumns } from "./vector.ts";

/** A slot is an entity's 16-bit alias on the wire. */
export const MAX_ENTITIES = 0xffff;
const INITIAL_CAPACITY = 256;

export type NewEntity = {
  readonly id: EntityId;
  readonly classIndex: number;
  readonly position: Position;
  readonly velocity?: Position;
  readonly yaw?: number;
  readonly components?: Readonly<Record<string, Readonly<Record<string, FieldValue>> | undefined>>;
};

/** The store holds `MAX_ENTITIES`: the caller says so to whoever wanted one more. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";
}

/** Game code wrote to an entity when it does not own the moment: after an `await`, or outside its handler. */
export class WriteOutsideTick extends Error {
  override readonly name = "WriteOutsideTick";
}

/**
 * Entities as a struct of arrays. `slot` is where one lives, from its spawn to its removal; `generation` tells two uses
 * of a slot apart. The typed arrays are replaced when the store grows: read them through the store.
 */
export class EntityStore {
  readonly classes: readonly EntityClass[];
  ids = new Float64Array(INITIAL_CAPACITY);
  classIndex = new Uint8Array(INITIAL_CAPACITY);
  generation = new Uint32Array(INITIAL_CAPACITY);
  positions: VectorColumns = newVectorColumns(INITIAL_CAPACITY);
  velocities: VectorColumns = newVectorColumns(INITIAL_CAPACITY);
  yaws = new Float64Array(INITIAL_CAPACITY);
  /** Of a ghost, the server that owns it; 0 for what lives here. */
  ghostOwners = new Uint32Array(INITIAL_CAPACITY);
  /** False outside the part of a tick in which game code may write. */
  writable = true;

  readonly #columns = new Map<string, ComponentColumns>();
  readonly #byClass: readonly (readonly ComponentColumns[])[];
  readonly #handleClasses: readonly (new (
    slot: number,
    generation: number,
  ) => AnyEntity)[];
  readonly #handles: (AnyEntity | undefined)[] = [];
  readonly #seen: (SeenEntity | undefined)[] = [];
  readonly #slotById = new Map<number, number>();
  readonly #freeSlots: number[] = [];
  /** Used slots without gaps, and where each stands in that list. */
  #live = new Uint16Array(INITIAL_CAPACITY);
  #liveAt = new Uint16Array(INITIAL_CAPACITY);
  #count = 0;
  #ghostCount = 0;
  #neverUsed = 0;

  constructor(
    game: Game<Components, InputFields> | { readonly definition: { readonly classes: readonly EntityClass[] } },
  ) {
    this.classes = game.definition.classes;
    this.#byClass = this.classes.map((entityClass) =>
      Object.entries(entityClass.components).map(([name, component]) => this.#columnsOf(name, component)),
    );
    this.#handleClasses = this.classes.map((entityClass) => this.#handleClass(entityClass));
  }

  get count(): number {
    return this.#count;
  }

  /** Read-only copies of what other servers own; the rest of `count` lives here. */
  get ghostCount(): number {
    return this.#ghostCount;
  }

  isGhost(slot: number): boolean {
    return this.ghostOwners[slot] !== 0;
  }

  /** The entity in this slot is another server's from now on: game code can look at it, not write to it. */
  demoteToGhost(slot: number, ownerServer: number): void {
    assert(this.ids[slot] !== 0, `slot ${slot} is in use`);
    assert(ownerServer > 0, "a ghost has an owner");
    if (this.ghostOwners[slot] === 0) this.#ghostCount++;
    this.ghostOwners[slot] = ownerServer;
  }

  /** The ghost in this slot lives here from now on. Slot, generation and handle stay: nobody sees it change hands. */
  promoteGhost(slot: number): void {
    if (this.ghostOwners[slot] !== 0) this.#ghostCount--;
    this.ghostOwners[slot] = 0;
  }

  /** Used slots, ghosts included, in no particular order: valid until the next spawn or removal. */
  liveSlots(): Uint16Array {
    return this.#live.subarray(0, this.#count);
  }

  slotOf(id: EntityId): number | undefined {
    return this.#slotById.get(id);
  }

  /** Puts an entity into a free slot. Throws `StoreFull`. An id that is already here is a bug. */
  spawn(entity: NewEntity): number {
    assert(!this.#slotById.has(entity.id), `entity ${entity.id} is here already`);
    assert(entity.classIndex < this.classes.length, `class ${entity.classIndex} exists`);
    const slot = this.#takeSlot();
    this.ids[slot] = entity.id;
    this.classIndex[slot] = entity.classIndex;
    this.generation[slot] = (this.generation[slot] as number) + 1;
    setVector(this.positions, slot, entity.position);
    setVector(this.velocities, slot, entity.velocity ?? ORIGIN);
    this.yaws[slot] = entity.yaw ?? 0;
    for (const columns of this.#byClass[entity.classIndex] ?? []) columns.clear(slot);
    for (const [name, values] of Object.entries(entity.components ?? {})) {
      if (values !== undefined) this.setComponent(slot, name, values);
    }
    this.#slotById.set(entity.id, slot);
    this.#live[this.#count] = slot;
    this.#liveAt[slot] = this.#count++;
    return slot;
  }

  remove(slot: number): void {
    const id = this.ids[slot] as EntityId;
    assert(this.#slotById.get(id) === slot, `slot ${slot} is in use`);
    this.#slotById.delete(id);
    this.promoteGhost(slot);
    this.ids[slot] = 0;
    this.generation[slot] = (this.generation[slot] as number) + 1;
    this.#handles[slot] = undefined;
    this.#seen[slot] = undefined;
    const at = this.#liveAt[slot] as number;
    const last = this.#live[--this.#count] as number;
    this.#live[at] = last;
    this.#liveAt[last] = at;
    this.#freeSlots.push(slot);
  }

  /** The handle that game code gets as `me`: one object for each use of a slot. */
  entity<C extends Components = Components>(slot: number): Entity<C> {
    let handle = this.#handles[slot];
    if (handle === undefined) {
      const Handle = this.#handleClasses[this.classIndex[slot] as number];
      assert(Handle !== undefined && this.ids[slot] !== 0, `slot ${slot} is in use`);
      handle = new Handle(slot, this.generation[slot] as number);
      this.#handles[slot] = handle;
    }
    return handle as Entity<C>;
  }

  /** The same entity, to look at. */
  seen(slot: number): SeenEntity {
    let seen = this.#seen[slot];
    if (seen === undefined) {
      seen = new Seen(this, this.entity(slot));
      this.#seen[slot] = seen;
    }
    return seen;
  }

  /** The live values of one component of a slot, by field name. */
  componentValues(slot: number, name: string): Readonly<Record<string, FieldValue>> {
    return (this.entity(slot) as unknown as Record<string, Record<string, FieldValue>>)[name] ?? {};
  }

  /** Grows whenever a field of the component changes. `bit` is the component's index in its class. */
  componentVersion(slot: number, bit: number): number {
    return this.#byClass[this.classIndex[slot] as number]?.[bit]?.version(slot) ?? 0;
  }

  /** Writes fields of a component at any time: for what comes from the wire or the store. Unknown names are ignored. */
  setComponent(slot: number, name: string, values: Readonly<Record<string, FieldValue>>): void {
    const component = this.classes[this.classIndex[slot] as number]?.components[name];
    const columns = this.#columns.get(name);
    if (component === undefined || columns === undefined) return;
    for (const [field, value] of Object.entries(values)) {
      if (field in component.fields) columns.set(field, slot, value);
    }
  }

  /** Throws unless game code may write now. */
  requireWritable(): void {
    if (this.writable) return;
    throw new WriteOutsideTick(
      "an entity was written to outside its tick: after an await it may live elsewhere, so call yourself instead: " +
        'ctx.call(me.ref, "…", { … })',
    );
  }

  #takeSlot(): number {
    const free = this.#freeSlots.pop();
    if (free !== undefined) return free;
    if (this.#neverUsed >= MAX_ENTITIES) throw new StoreFull(`this server holds ${MAX_ENTITIES} entities, its limit`);
    if (this.#neverUsed >= this.ids.length) this.#grow(Math.min(MAX_ENTITIES, this.ids.length * 2));
    return this.#neverUsed++;
  }

  #grow(capacity: number): void {
    this.ids = grown(this.ids, new Float64Array(capacity));
    this.classIndex = grown(this.classIndex, new Uint8Array(capacity));
    this.generation = grown(this.generation, new Uint32Array(capacity));
    this.yaws = grown(this.yaws, new Float64Array(capacity));
    this.ghostOwners = grown(this.ghostOwners, new Uint32Array(capacity));
    this.#live = grown(this.#live, new Uint16Array(capacity));
    this.#liveAt = grown(this.#liveAt, new Uint16Array(capacity));
    // Vectors hold their columns object, so its arrays are replaced inside it.
    for (const columns of [this.positions, this.velocities]) {
      columns.x = grown(columns.x, new Float64Array(capacity));
      columns.y = grown(columns.y, new Float64Array(capacity));
      columns.z = grown(columns.z, new Float64Array(capacity));
    }
    for (const columns of this.#columns.values()) columns.grow(capacity);
  }

  #columnsOf(name: string, component: Component): ComponentColumns {
    let columns = this.#columns.get(name);
    if (columns === undefined) {
      columns = new ComponentColumns(component, INITIAL_CAPACITY);
      this.#columns.set(name, columns);
    }
    return columns;
  }

  #handleClass(entityClass: EntityClass): new (slot: number, generation: number) => AnyEntity {
    const store = this;
    const views = Object.keys(entityClass.components).map(
      (name) => [name, (this.#columns.get(name) as ComponentColumns).viewClass()] as const,
    );
    return class Handle implements AnyEntity {
      readonly ref: EntityId;
      readonly className = entityClass.name;
      readonly position: ColumnVector;
      readonly velocity: ColumnVector;
      readonly #slot: number;
      readonly #generation: number;

      constructor(slot: number, generation: number) {
        this.ref = store.ids[slot] as EntityId;
        this.#slot = slot;
        this.#generation = generation;
        const guard = () => this.#requireOwn();
        this.position = new ColumnVector(store.positions, slot, guard);
        this.velocity = new ColumnVector(store.velocities, slot, guard);
        for (const [name, View] of views)
          Object.defineProperty(this, name, { enumerable: true, value: new View(slot, guard) });
      }

      get yaw(): number {
        return store.yaws[this.#slot] as number;
      }
      set yaw(radians: number) {
        this.#requireOwn();
        store.yaws[this.#slot] = radians;
      }
      get alive(): boolean {
        return store.generation[this.#slot] === this.#generation;
      }
      distanceTo(other: { readonly position: Position }): number {
        return distance(this.position, other.position);
      }
      #requireOwn(): void {
        store.requireWritable();
        if (!this.alive)
          throw new WriteOutsideTick(`entity ${this.ref} no longer exists here: keep its ref, not itself`);
        if (store.isGhost(this.#slot))
          throw new WriteOutsideTick(`entity ${this.ref} lives on another server: ask it by ctx.call(ref, "…", { … })`);
      }
    };
  }
}

/** A read-only face of a handle. */
class Seen implements SeenEntity {
  readonly #store: EntityStore;
  readonly #entity: AnyEntity;

  constructor(store: EntityStore, entity: AnyEntity) {
    this.#store = store;
    this.#entity = entity;
  }
  get ref(): EntityId {
    return this.#entity.ref;
  }
  get className(): string {
    return this.#entity.className;
  }
  get position(): Position {
    return this.#entity.position;
  }
  get velocity(): Position {
    return this.#entity.velocity;
  }
  get yaw(): number {
    return this.#entity.yaw;
  }
  get alive(): boolean {
    return this.#entity.alive;
  }
  distanceTo(other: { readonly position: Position }): number {
    return this.#entity.distanceTo(other);
  }
  get<F extends Fields>(component: Component<F>): Readonly<ValuesOf<F>> | undefined {
    const entityClass = this.#store.classes.find((c) => c.name === this.className);
    const found = Object.entries(entityClass?.components ?? {}).find(([, known]) => Object.is(known, component));
    // What stands under a component's name in a handle is the view of that component.
    return found === undefined ? undefined : Reflect.get(this.#entity, found[0]);
  }
}

const ORIGIN: Position = { x: 0, y: 0, z: 0 };

function newVectorColumns(capacity: number): VectorColumns {
  return { x: new Float64Array(capacity), y: new Float64Array(capacity), z: new Float64Array(capacity) };
}

function setVector(columns: VectorColumns, slot: number, value: Position): void {
  columns.x[slot] = value.x;
  columns.y[slot] = value.y;
  columns.z[slot] = value.z;
}
