import type { EntityId, Prng } from "@ows/base";
import {
  type AnyEntity,
  type CallOutcome,
  type Components,
  type Context,
  distance,
  type Entity,
  type EntityClass,
  type FieldValue,
  type Json,
  type Position,
  type SeenEntity,
  type SpawnOptions,
  type ZoneInfo,
} from "@ows/game";
import { middleOf } from "./move-limits.ts";
import type { World } from "./world.ts";

/** Data of one event as JSON, in bytes. */
const MAX_EVENT_BYTES = 1024;
const MAX_EVENT_NAME_BYTES = 64;
/** The grid is as old as the last tick: entities may have moved this far since. */
const GRID_SLACK_METERS = 5;
const ORIGIN: Position = { x: 0, y: 0, z: 0 };

export class EventTooLarge extends Error {
  override readonly name = "EventTooLarge";
}

/** What game code gets as `ctx`: bound to one use of a slot, or to the zone itself (slot -1). */
export class WorldContext implements Context {
  readonly #world: World;
  readonly #slot: number;
  readonly #generation: number;

  constructor(world: World, slot: number) {
    this.#world = world;
    this.#slot = slot;
    this.#generation = slot < 0 ? 0 : (world.store.generation[slot] as number);
  }

  get tick(): number {
    return this.#world.tick;
  }

  get dt(): number {
    return this.#world.dt;
  }

  get random(): Prng {
    // Its state travels with the entity: drawing after an await would change a copy.
    this.#world.store.requireWritable();
    return this.#world.random(this.#slot);
  }

  get zone(): ZoneInfo {
    return this.#world.zone;
  }

  spawn<C extends Components>(entityClass: EntityClass<C>, options: SpawnOptions<C>): Entity<C> {
    const { at, yaw, ...components } = options;
    return this.#world.spawn(entityClass as EntityClass, at, yaw ?? 0, components) as Entity<C>;
  }

  despawn(entity: AnyEntity): void {
    const { store } = this.#world;
    const slot = store.slotOf(entity.ref);
    if (slot !== undefined && !store.isGhost(slot)) this.#world.despawn(slot);
  }

  see(ref: EntityId): SeenEntity | undefined {
    const { store, game } = this.#world;
    const slot = store.slotOf(ref);
    if (slot === undefined) return undefined;
    const here = this.#position();
    if (here === undefined) return this.#slot < 0 ? store.seen(slot) : undefined;
    const dx = (store.positions.x[slot] as number) - here.x;
    const dy = (store.positions.y[slot] as number) - here.y;
    return Math.hypot(dx, dy) <= game.definition.viewRadius ? store.seen(slot) : undefined;
  }

  near(radius: number): readonly SeenEntity[] {
    const here = this.#position();
    if (here === undefined) return [];
    const { grid, store } = this.#world;
    const count = grid.query(here.x, here.y, radius + GRID_SLACK_METERS);
    const result: SeenEntity[] = [];
    for (let i = 0; i < count; i++) {
      const slot = grid.found[i] as number;
      if (slot === this.#slot || store.ids[slot] === 0) continue;
      const seen = store.seen(slot);
      if (distance(here, seen.position) <= radius) result.push(seen);
    }
    return result;
  }

  call(ref: EntityId, name: string, args: Readonly<Record<string, FieldValue>>): Promise<CallOutcome> {
    return this.#world.calls.add(ref, name, args);
  }

  emit(event: string, data: Json, where: { readonly at: Position; readonly radius: number }): void {
    const { x, y, z } = where.at;
    this.#world.emit(event, eventJson(event, data), { x, y, z }, where.radius);
  }

  broadcast(event: string, data: Json): void {
    this.#world.emit(event, eventJson(event, data), ORIGIN, Number.POSITIVE_INFINITY);
  }

  tell(entity: AnyEntity | EntityId, event: string, data: Json): void {
    const id = typeof entity === "number" ? entity : entity.ref;
    this.#world.tell(id, event, eventJson(event, data));
  }

  after(ms: number, name: string, me: AnyEntity): void {
    const slot = this.#ownSlot(me);
    const entityClass = this.#world.classOf(slot);
    if (!Object.hasOwn(entityClass.timers, name)) throw new RangeError(`${entityClass.name} has no timer "${name}"`);
    const ticks = Math.max(1, Math.ceil((ms / 1000) * this.#world.game.definition.tickHz));
    this.#world.timers.set(slot, name, this.#world.tick + ticks);
  }

  cancel(name: string, me: AnyEntity): void {
    this.#world.timers.cancel(this.#ownSlot(me), name);
  }

  teleport(me: AnyEntity, to: Position): void {
    this.#world.teleport(this.#ownSlot(me), to);
  }

  spawnPoint(name?: string): Position {
    const points = this.#world.zoneDefinition.spawnPoints ?? {};
    const point = name === undefined ? undefined : points[name];
    return point ?? Object.values(points)[0] ?? middleOf(this.#world.zone.bounds);
  }

  save(me: AnyEntity): void {
    this.#world.audience.save(me.ref);
  }

  /** The slot of an entity that game code may change now. */
  #ownSlot(me: AnyEntity): number {
    this.#world.store.requireWritable();
    const slot = this.#world.store.slotOf(me.ref);
    if (slot === undefined || this.#world.store.isGhost(slot))
      throw new RangeError(`entity ${me.ref} does not live here`);
    return slot;
  }

  #position(): Position | undefined {
    const { store } = this.#world;
    if (this.#slot < 0 || store.generation[this.#slot] !== this.#generation) return undefined;
    return store.entity(this.#slot).position;
  }
}

function eventJson(event: string, data: Json): string {
  const json = JSON.stringify(data) ?? "null";
  // One UTF-16 unit is at most three bytes of UTF-8, so most texts need no counting.
  if (json.length * 3 > MAX_EVENT_BYTES && Buffer.byteLength(json) > MAX_EVENT_BYTES) {
    throw new EventTooLarge(`event ${event} has ${Buffer.byteLength(json)} bytes of data, at most 1024 are allowed`);
  }
  if (Buffer.byteLength(event) > MAX_EVENT_NAME_BYTES) {
    throw new EventTooLarge(`the name of event ${event.slice(0, 20)}… is longer than 64 bytes`);
  }
  return json;
}
