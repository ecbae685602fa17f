import type { Clock } from "@ows/base";
import { StoreFull } from "@ows/game";
import type { ServerId } from "@ows/mesh";
import { dequantise, dequantiseYaw, type GameSchema } from "@ows/protocol/game";
import { type GhostAppear, type GhostBatch, GhostBatchReader, type GhostUpdate } from "@ows/protocol/mesh";
import { DurationHistogram } from "../tick/duration-histogram.ts";
import type { World } from "../world/world.ts";
import { GhostEpochs } from "./ghost-epochs.ts";
import { GhostPlayers, type PlayerGhost } from "./ghost-players.ts";
import { LostGhosts, REMOVE_LOST_MS, REMOVE_UNTOLD_MS } from "./lost-ghosts.ts";

/** Batches of one neighbour that wait for the next tick: more means that this server stands still. */
const MAX_WAITING_BATCHES = 256;
/** A longer silence says nothing about speed. */
const MAX_TICKS_APART = 40;

/** One entity as a neighbour tells it, whether or not it is believed. Coordinates in wire steps, as they came. */
type Told = { slot: number; generation: number; x: number; y: number; z: number; movedAt: number };

type Neighbour = {
  readonly reader: GhostBatchReader;
  readonly told: Map<number, Told>;
  waiting: GhostBatch[];
  moving: Told[];
  tick: number;
};

export type GhostReceiverOptions = {
  readonly world: World;
  readonly self: ServerId;
  readonly schema: GameSchema;
  readonly clock: Clock;
  readonly isUp: (peer: ServerId) => boolean;
};

/** Makes and moves the ghosts that neighbours tell of, in the world's own store. */
export class GhostReceiver {
  readonly epochs: GhostEpochs;
  readonly lost: LostGhosts;
  readonly #players: GhostPlayers;
  readonly #options: GhostReceiverOptions;
  readonly #neighbours = new Map<ServerId, Neighbour>();
  /** Neighbours whose batches make no sense, until their link is made anew. */
  readonly #broken = new Set<ServerId>();
  readonly #fenced = new Set<ServerId>();
  /** How old what is told is when it is first shown, in mesh time. */
  readonly age: DurationHistogram;
  /** Entities that were told with an older epoch than known, of another class, or that live here. */
  refused = 0;
  /** Ghosts that found no room. */
  withoutRoom = 0;

  constructor(options: GhostReceiverOptions) {
    this.#options = options;
    this.epochs = new GhostEpochs(options.world.store);
    this.lost = new LostGhosts(options.world.store);
    this.#players = new GhostPlayers(options.world.store);
    this.age = new DurationHistogram(options.clock.nowMs());
  }

  /**
   * Takes a batch; it counts from the next `step`. Answers, once, why it can't: nothing more of this link is taken
   * before it is made anew.
   */
  receive(peer: ServerId, bytes: Uint8Array): string | undefined {
    if (this.#broken.has(peer) || this.#fenced.has(peer)) return undefined;
    const neighbour = this.#neighbour(peer);
    const isFull = neighbour.waiting.length >= MAX_WAITING_BATCHES;
    const batch = isFull ? undefined : neighbour.reader.read(bytes);
    if (batch?.ok) {
      neighbour.waiting.push(batch.value);
      return undefined;
    }
    this.peerDown(peer);
    this.#broken.add(peer);
    return batch === undefined ? `${MAX_WAITING_BATCHES} ghost batches wait already` : batch.reason;
  }

  /** Players that stand here as ghosts of these servers'. */
  playersOf(isOwner: (server: ServerId) => boolean): PlayerGhost[] {
    return this.#players.of(isOwner, this.epochs, this.lost);
  }

  /** The link is down: its ghosts move on for a moment, stand, and go. */
  peerDown(peer: ServerId): void {
    this.#neighbours.delete(peer);
    this.#broken.delete(peer);
    this.#loseAllOf(peer, REMOVE_LOST_MS);
  }

  /** The server is proven dead: whatever it still says counts for nothing. */
  fence(peer: ServerId): void {
    this.#fenced.add(peer);
    this.peerDown(peer);
  }

  /** Applies what came since the last tick. Before a tick's simulation: nobody reads the store then. */
  step(): void {
    for (const [peer, neighbour] of this.#neighbours) {
      const batches = neighbour.waiting;
      if (batches.length === 0) continue;
      neighbour.waiting = [];
      for (const batch of batches) this.#apply(peer, neighbour, batch);
    }
    this.lost.step(this.#options.clock.nowMs(), (slot) => this.#remove(slot));
  }

  #apply(peer: ServerId, neighbour: Neighbour, batch: GhostBatch): void {
    const { world, clock } = this.#options;
    // What is applied now is seen in the tick that follows.
    this.age.record(Math.max(0, (world.tick + 1 - batch.tick) * world.dt * 1000), clock.nowMs());
    if (batch.isReset) {
      neighbour.told.clear();
      neighbour.moving = [];
      // What there is follows in this batch or, when it is much, in the next ones.
      this.#loseAllOf(peer, REMOVE_UNTOLD_MS);
    }
    for (const alias of batch.gone) this.#gone(peer, neighbour, alias);
    for (const { alias, to } of batch.handed) this.#handed(peer, neighbour, alias, to);
    for (const appear of batch.appears) neighbour.told.set(appear.alias, this.#appear(peer, appear));
    this.#move(peer, neighbour, batch);
  }

  #appear(peer: ServerId, appear: GhostAppear): Told {
    const { x, y, z } = appear;
    const told = { slot: -1, generation: -1, x, y, z, movedAt: -1 };
    const slot = this.#slotFor(appear);
    if (slot === undefined) return told;
    const { store } = this.#options.world;
    store.demoteToGhost(slot, peer);
    this.epochs.note(slot, appear.epoch);
    this.#players.note(slot, appear.character);
    this.lost.find(slot);
    told.slot = slot;
    told.generation = store.generation[slot] as number;
    this.#place(told);
    this.#setVelocity(told, 0, 0, 0);
    store.yaws[slot] = dequantiseYaw(appear.yaw);
    for (const [name, values] of appear.components) store.setComponent(slot, name, values);
    return told;
  }

  /** The slot that a told entity has or gets here, unless it is not to be believed or there is no room. */
  #slotFor({ id, epoch, classIndex, x, y, z }: GhostAppear): number | undefined {
    const { store } = this.#options.world;
    const slot = store.slotOf(id);
    const isOther = slot !== undefined && (!store.isGhost(slot) || store.classIndex[slot] !== classIndex);
    if (isOther || this.epochs.isOlder(id, epoch)) {
      this.refused++;
      return undefined;
    }
    if (slot !== undefined) return slot;
    try {
      return store.spawn({ id, classIndex, position: { x: dequantise(x), y: dequantise(y), z: dequantise(z) } });
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error;
      this.withoutRoom++;
      return undefined;
    }
  }

  #gone(peer: ServerId, neighbour: Neighbour, alias: number): void {
    const told = neighbour.told.get(alias);
    neighbour.told.delete(alias);
    if (told !== undefined && this.#isBelieved(peer, told)) this.#remove(told.slot);
  }

  #handed(peer: ServerId, neighbour: Neighbour, alias: number, to: ServerId): void {
    const { self, world, clock, isUp } = this.#options;
    const told = neighbour.told.get(alias);
    neighbour.told.delete(alias);
    if (told === undefined || !this.#isBelieved(peer, told)) return;
    // What is handed to this server is still to be owned here.
    if (to !== self) world.store.demoteToGhost(told.slot, to);
    const isSoon = to !== self && isUp(to);
    this.lost.lose(told.slot, clock.nowMs(), isSoon ? REMOVE_UNTOLD_MS : REMOVE_LOST_MS);
  }

  #move(peer: ServerId, neighbour: Neighbour, batch: GhostBatch): void {
    const passed = (batch.tick - neighbour.tick) >>> 0;
    const seconds = (passed > 0 && passed <= MAX_TICKS_APART ? passed : 1) * this.#options.world.dt;
    neighbour.tick = batch.tick;
    const moving: Told[] = [];
    for (const update of batch.updates) {
      const told = neighbour.told.get(update.alias);
      if (told !== undefined) this.#update(peer, told, update, seconds, batch.tick, moving);
    }
    for (const told of neighbour.moving) {
      if (told.movedAt !== batch.tick && this.#isBelieved(peer, told)) this.#setVelocity(told, 0, 0, 0);
    }
    neighbour.moving = moving;
  }

  #update(peer: ServerId, told: Told, update: GhostUpdate, seconds: number, tick: number, moving: Told[]): void {
    const { dx, dy, dz, yaw, components } = update;
    told.x += dx;
    told.y += dy;
    told.z += dz;
    if (!this.#isBelieved(peer, told)) return;
    const { store } = this.#options.world;
    if (dx !== 0 || dy !== 0 || dz !== 0) {
      this.#place(told);
      this.#setVelocity(told, dequantise(dx) / seconds, dequantise(dy) / seconds, dequantise(dz) / seconds);
      told.movedAt = tick;
      moving.push(told);
    }
    if (yaw >= 0) store.yaws[told.slot] = dequantiseYaw(yaw);
    for (const [name, values] of components) store.setComponent(told.slot, name, values);
  }

  /** Whether the neighbour is the one to say what happens to this ghost: nobody newer has spoken. */
  #isBelieved(peer: ServerId, { slot, generation }: Told): boolean {
    const { store } = this.#options.world;
    return slot >= 0 && store.generation[slot] === generation && store.ghostOwners[slot] === peer;
  }

  /** The very steps that came: quantised again for a client, they are the same integers. */
  #place({ slot, x, y, z }: Told): void {
    const { positions } = this.#options.world.store;
    positions.x[slot] = dequantise(x);
    positions.y[slot] = dequantise(y);
    positions.z[slot] = dequantise(z);
  }

  #setVelocity({ slot }: Told, x: number, y: number, z: number): void {
    const { velocities } = this.#options.world.store;
    velocities.x[slot] = x;
    velocities.y[slot] = y;
    velocities.z[slot] = z;
  }

  #remove(slot: number): void {
    this.epochs.remember(slot);
    this.#options.world.store.remove(slot);
  }

  #loseAllOf(peer: ServerId, removeAfterMs: number): void {
    const { clock, world } = this.#options;
    const { ghostOwners } = world.store;
    const nowMs = clock.nowMs();
    for (const slot of world.store.liveSlots()) {
      if (ghostOwners[slot] === peer) this.lost.lose(slot, nowMs, removeAfterMs);
    }
  }

  #neighbour(peer: ServerId): Neighbour {
    let neighbour = this.#neighbours.get(peer);
    if (neighbour === undefined) {
      const reader = new GhostBatchReader(this.#options.schema);
      neighbour = { reader, told: new Map(), waiting: [], moving: [], tick: 0 };
      this.#neighbours.set(peer, neighbour);
    }
    return neighbour;
  }
}
