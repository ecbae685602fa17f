import { assert, type EntityId, type IdSource, Prng, type PrngState } from "@ows/base";
import {
  type Entity,
  type EntityClass,
  EntityStore,
  fitField,
  type Game,
  type NewEntity,
  type Position,
  StoreFull,
  type ZoneDefinition,
  type ZoneInfo,
} from "@ows/game";
import { InterestGrid } from "@ows/mesh";
import type { Borders } from "./borders.ts";
import {
  type Application,
  acceptableArguments,
  CallFailureAnswer,
  CallQueue,
  decodeArguments,
  type PendingCall,
} from "./call-queue.ts";
import type { HandlerFaults } from "./handler-faults.ts";
import { clampInto, MoveLimits } from "./move-limits.ts";
import { Timers } from "./timers.ts";
import { WorldContext } from "./world-context.ts";

/** Where a world's events go, and who is told what happens to entities. */
export type WorldAudience = {
  /** To every player within `radius` of `at`. */
  emit(name: string, json: string, at: Position, radius: number): void;
  /** To the player of an entity, if it has one. */
  tell(id: EntityId, name: string, json: string): void;
  /** Game code wants this entity saved now. */
  save(id: EntityId): void;
  /** The entity is about to be removed at the end of the tick. */
  removing(slot: number, id: EntityId): void;
};

/** Who keeps count of what lives here, in a zone that several servers share. */
export type WorldOwnership = {
  /** A new entity: nobody else has ever had it. */
  spawned(id: EntityId): void;
  /** The entity is no more, anywhere. */
  removed(id: EntityId): void;
  /** The entity is somewhere else without having gone there. */
  teleported(id: EntityId): void;
};

/** An entity that lived elsewhere. */
export type SettledEntity = {
  readonly id: EntityId;
  readonly className: string;
  readonly position: Position;
  readonly velocity: Position;
  readonly yaw: number;
  readonly components: SpawnValues;
};

export class SpawnRefused extends Error {
  override readonly name = "SpawnRefused";
}

/**
 * The entities of one zone and the rules by which game code may change them. `simulate` is the only time in which
 * anything is written.
 */
export class World {
  readonly game: Game;
  readonly store: EntityStore;
  readonly grid: InterestGrid;
  readonly timers: Timers;
  readonly calls = new CallQueue();
  readonly faults: HandlerFaults;
  readonly zone: ZoneInfo;
  readonly zoneDefinition: ZoneDefinition;
  readonly dt: number;
  audience: WorldAudience = silentAudience;
  /** Ways to the other servers of a meshed zone; a zone of one server has none. */
  borders: Borders | undefined;
  ownership: WorldOwnership | undefined;
  tick = 0;

  readonly #ids: IdSource;
  readonly #classIndex: ReadonlyMap<EntityClass, number>;
  readonly #systems: readonly { readonly name: string; readonly isFor: Uint8Array; readonly run: SystemRun }[];
  readonly #randoms: (Prng | undefined)[] = [];
  readonly #contexts: (WorldContext | undefined)[] = [];
  readonly #contextGeneration: number[] = [];
  /** What game code gets when no entity is concerned. */
  readonly zoneContext: WorldContext;
  readonly #zoneRandom: Prng;
  readonly #despawning = new Map<number, number>();
  /** Slots of entities that came from a server that was ahead, and the tick that they have lived there already. */
  readonly #livedUntil = new Map<number, number>();
  #reserved: { readonly id: EntityId; readonly entityClass: EntityClass } | undefined;
  #scratch = new Uint16Array(0);
  readonly #moves: MoveLimits;

  constructor(options: {
    readonly game: Game;
    readonly zoneName: string;
    readonly ids: IdSource;
    readonly faults: HandlerFaults;
    /** Of the zone's own random numbers. */
    readonly seed: number | string;
  }) {
    const { definition } = options.game;
    this.game = options.game;
    this.store = new EntityStore(options.game);
    this.store.writable = false;
    this.zoneDefinition = definition.zones[options.zoneName] ?? definition.zones.default;
    this.zone = { name: options.zoneName, bounds: this.zoneDefinition.bounds };
    this.grid = new InterestGrid(this.zone.bounds, definition.viewRadius / 2);
    this.timers = new Timers(this.store);
    this.faults = options.faults;
    this.dt = 1 / definition.tickHz;
    this.#moves = new MoveLimits(this.store, this.zone.bounds, this.dt);
    this.#ids = options.ids;
    this.#classIndex = new Map(definition.classes.map((entityClass, index) => [entityClass, index]));
    this.#systems = Object.entries(definition.everyTick ?? {}).map(([name, system]) => ({
      name,
      isFor: Uint8Array.from(definition.classes, (entityClass) => (system.each.includes(entityClass) ? 1 : 0)),
      run: system.run,
    }));
    this.#zoneRandom = Prng.fromSeed(options.seed);
    this.zoneContext = new WorldContext(this, -1);
  }

  /** Moves that were cut back because they were faster than the class allows. */
  get tooFastMoves(): number {
    return this.#moves.tooFast;
  }

  /** Runs the writing part of one tick. */
  simulate(tick: number, parts: () => void): void {
    this.tick = tick;
    this.store.writable = true;
    try {
      parts();
      this.#removeDespawned();
      this.#moves.keepInBounds();
    } finally {
      this.store.writable = false;
    }
    this.grid.rebuild(this.store.liveSlots(), this.store.positions.x, this.store.positions.y);
  }

  populate(): void {
    const { populate } = this.zoneDefinition;
    if (populate !== undefined) this.runForZone("populate", (ctx) => populate(ctx, this.zone));
  }

  /** Runs zone-wide game code. Answers `undefined` when it threw. */
  runForZone<T>(handler: string, run: (ctx: WorldContext) => T): T | undefined {
    try {
      return run(this.zoneContext);
    } catch (error) {
      this.faults.report("zone", handler, error);
      return undefined;
    }
  }

  /** Lets the game make a player's avatar under an id that is claimed already. */
  spawnAvatar(id: EntityId, join: (ctx: WorldContext) => Entity): number | undefined {
    this.#reserved = { id, entityClass: this.game.definition.player };
    const made = this.runForZone("join", join);
    this.#reserved = undefined;
    const slot = this.store.slotOf(id);
    if (slot !== undefined && made?.ref === id) return slot;
    if (slot !== undefined) this.#remove(slot);
    if (made !== undefined) {
      this.faults.report(
        "zone",
        "join",
        new SpawnRefused("join must spawn the game's player class first and return it"),
      );
    }
    return undefined;
  }

  /**
   * Runs one handler of an entity. What it throws is reported; how far it moves its entity is limited by the class's
   * top speed. A handler's later part, after an await, can't write any more.
   */
  run(slot: number, handler: string, body: (me: Entity, ctx: WorldContext) => unknown): void {
    const entityClass = this.classOf(slot);
    this.#moves.begin(slot);
    try {
      const result = body(this.store.entity(slot), this.context(slot));
      if (result instanceof Promise) {
        result.catch((error: unknown) => this.faults.report(entityClass.name, handler, error));
      }
    } catch (error) {
      this.faults.report(entityClass.name, handler, error);
    }
    this.#moves.end(slot, entityClass.maxSpeed);
  }

  runTimers(): void {
    for (;;) {
      const due = this.timers.takeDue(this.tick);
      if (due === undefined) return;
      if (this.store.isGhost(due.slot)) continue;
      const handler = this.classOf(due.slot).timers[due.name];
      if (handler !== undefined) this.run(due.slot, `timers.${due.name}`, handler);
    }
  }

  runSystems(): void {
    for (const system of this.#systems) {
      // A system may spawn, which changes the store's own list.
      const live = this.store.liveSlots();
      if (this.#scratch.length < live.length) this.#scratch = new Uint16Array(live.length * 2);
      this.#scratch.set(live);
      for (let i = 0, count = live.length; i < count; i++) {
        const slot = this.#scratch[i] as number;
        if (this.store.isGhost(slot) || this.#hasLived(slot)) continue;
        if (system.isFor[this.store.classIndex[slot] as number]) this.run(slot, system.name, system.run);
      }
    }
    for (const [slot, tick] of this.#livedUntil) if (tick <= this.tick) this.#livedUntil.delete(slot);
  }

  /**
   * Another server has simulated the entity up to `tick`, this tick included: here it goes on after that, so that
   * nothing that happens every tick happens twice. At most a second is waited for.
   */
  goesOnAfter(slot: number, tick: number): void {
    const latest = this.tick + this.game.definition.tickHz;
    if (tick > this.tick) this.#livedUntil.set(slot, Math.min(tick, latest));
  }

  runCalls(): void {
    this.calls.drain((call) => this.#applyCall(call));
  }

  classOf(slot: number): EntityClass {
    return this.store.classes[this.store.classIndex[slot] as number] as EntityClass;
  }

  context(slot: number): WorldContext {
    const generation = this.store.generation[slot] as number;
    let context = this.#contexts[slot];
    if (context === undefined || this.#contextGeneration[slot] !== generation) {
      context = new WorldContext(this, slot);
      this.#contexts[slot] = context;
      this.#contextGeneration[slot] = generation;
      this.#randoms[slot] = undefined;
    }
    return context;
  }

  /** Random numbers of an entity, or of the zone for slot -1. */
  random(slot: number): Prng {
    if (slot < 0) return this.#zoneRandom;
    let random = this.#randoms[slot];
    if (random === undefined) {
      random = Prng.fromSeed(`entity ${this.store.ids[slot]}`);
      this.#randoms[slot] = random;
    }
    return random;
  }

  spawn(entityClass: EntityClass, at: Position, yaw: number, components: Readonly<Record<string, unknown>>): Entity {
    this.store.requireWritable();
    const classIndex = this.#classIndex.get(entityClass);
    if (classIndex === undefined) throw new SpawnRefused(`class ${entityClass.name} is not among the game's classes`);
    const isReserved = this.#reserved?.entityClass === entityClass;
    const id = isReserved ? this.#reserved?.id : this.#ids.next();
    if (id === undefined) throw new SpawnRefused("this server has used up its entity ids and waits for more");
    if (isReserved) this.#reserved = undefined;
    try {
      const position = clampInto(this.zone.bounds, at);
      const slot = this.store.spawn({ id, classIndex, position, yaw, components: components as SpawnValues });
      this.ownership?.spawned(id);
      return this.store.entity(slot);
    } catch (error) {
      throw error instanceof StoreFull ? new SpawnRefused(error.message, { cause: error }) : error;
    }
  }

  /** Removes at the end of the tick. */
  despawn(slot: number): void {
    this.store.requireWritable();
    this.#despawning.set(slot, this.store.generation[slot] as number);
  }

  isDespawning(slot: number): boolean {
    return this.#despawning.get(slot) === this.store.generation[slot];
  }

  /**
   * An entity that lived elsewhere lives here from now on: in the slot of its ghost, if there is one. Not inside a
   * tick. Throws `StoreFull`.
   */
  settle({ id, className, position, velocity, yaw, components }: SettledEntity): number {
    const ghost = this.store.slotOf(id);
    if (ghost === undefined) {
      const classIndex = this.store.classes.findIndex(({ name }) => name === className);
      return this.store.spawn({ id, classIndex, position, velocity, yaw, components });
    }
    assert(this.store.isGhost(ghost), `entity ${id} lives elsewhere`);
    this.store.promoteGhost(ghost);
    setAt(this.store.positions, ghost, position);
    setAt(this.store.velocities, ghost, velocity);
    this.store.yaws[ghost] = yaw;
    for (const [name, values] of Object.entries(components)) {
      if (values !== undefined) this.store.setComponent(ghost, name, values);
    }
    return ghost;
  }

  /** The entity lives on another server from now on: it stays as its ghost, or goes when ghosts are not kept. */
  release(slot: number, owner: number, isKeptAsGhost: boolean): void {
    this.timers.forget(slot);
    this.#livedUntil.delete(slot);
    this.#contexts[slot] = undefined;
    this.#randoms[slot] = undefined;
    if (isKeptAsGhost) this.store.demoteToGhost(slot, owner);
    else this.store.remove(slot);
  }

  /** Forgets entities that were just spawned and belong to others: nobody was told of them. */
  discard(isForeign: (slot: number) => boolean): void {
    for (const slot of Uint16Array.from(this.store.liveSlots())) if (isForeign(slot)) this.#remove(slot);
  }

  /** State of an entity's own random numbers, once it has drawn one. */
  randomState(slot: number): PrngState | undefined {
    return this.#contextGeneration[slot] === this.store.generation[slot] ? this.#randoms[slot]?.state() : undefined;
  }

  setRandom(slot: number, state: PrngState): void {
    this.context(slot);
    this.#randoms[slot] = Prng.fromState(state);
  }

  teleport(slot: number, to: Position): void {
    const { x, y, z } = clampInto(this.zone.bounds, to);
    this.store.entity(slot).position.set(x, y, z);
    this.#moves.teleported(slot);
    this.ownership?.teleported(this.store.ids[slot] as EntityId);
  }

  /** Tells the player of an entity, wherever it lives. */
  tell(id: EntityId, name: string, json: string): void {
    const slot = this.store.slotOf(id);
    if (slot !== undefined && !this.store.isGhost(slot)) this.audience.tell(id, name, json);
    else this.borders?.tell(id, name, json);
  }

  /** Tells every player within `radius` of `at`, on whatever server. */
  emit(name: string, json: string, at: Position, radius: number): void {
    this.audience.emit(name, json, at, radius);
    this.borders?.emit(name, json, at, radius);
  }

  #applyCall(call: PendingCall): Application {
    const slot = this.store.slotOf(call.ref);
    if (slot === undefined || this.store.isGhost(slot)) {
      return this.borders?.call(call) ?? new CallFailureAnswer("gone");
    }
    const entityClass = this.classOf(slot);
    const given = call.args instanceof Uint8Array ? decodeArguments(entityClass, call.name, call.args) : call.args;
    if (given instanceof CallFailureAnswer) return given;
    const fields = acceptableArguments(entityClass, call.name, given);
    if (fields instanceof CallFailureAnswer) return fields;
    const args = Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, fitField(field, given[name] ?? field.initial)]),
    );
    let result: Application = new CallFailureAnswer("failed");
    const handler = entityClass.onCall[call.name];
    this.run(slot, `onCall.${call.name}`, (me, ctx) => {
      result = handler?.(me, args as Record<string, never>, ctx);
      return result;
    });
    return result;
  }

  #removeDespawned(): void {
    for (const [slot, generation] of this.#despawning) {
      if (this.store.generation[slot] !== generation) continue;
      this.audience.removing(slot, this.store.ids[slot] as EntityId);
      this.#remove(slot);
    }
    this.#despawning.clear();
  }

  #hasLived(slot: number): boolean {
    const tick = this.#livedUntil.size === 0 ? undefined : this.#livedUntil.get(slot);
    return tick !== undefined && this.tick <= tick;
  }

  #remove(slot: number): void {
    const id = this.store.ids[slot] as EntityId;
    this.timers.forget(slot);
    this.#contexts[slot] = undefined;
    this.store.remove(slot);
    this.ownership?.removed(id);
  }
}

type SpawnValues = NonNullable<NewEntity["components"]>;
type SystemRun = (me: Entity, ctx: WorldContext) => void;

function setAt(columns: EntityStore["positions"], slot: number, { x, y, z }: Position): void {
  columns.x[slot] = x;
  columns.y[slot] = y;
  columns.z[slot] = z;
}

const silentAudience: WorldAudience = { emit() {}, tell() {}, save() {}, removing() {} };
