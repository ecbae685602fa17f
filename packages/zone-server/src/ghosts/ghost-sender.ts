import { ByteWriter, type EntityId, type Epoch, FIRST_EPOCH } from "@ows/base";
import { GHOST_MIN_MS, GhostChanges, type GhostGround, type ServerId, SlotStates, ToldGhosts } from "@ows/mesh";
import { type ClassSchema, type ComponentValues, type GameSchema, quantise, quantiseYaw } from "@ows/protocol/game";
import { type HandedGhost, writeGhostAppear, writeGhostBatch, writeGhostUpdate } from "@ows/protocol/mesh";
import type { World } from "../world/world.ts";
import type { GhostLinks } from "./ghost-links.ts";

/** A neighbour that has more than this unread gets no batch: the next one tells the whole difference. */
const CONGESTED_ABOVE_BYTES = 256 * 1024;

type Neighbour = { told: ToldGhosts; needsReset: boolean; isCongested: boolean };

export type GhostSenderOptions = {
  readonly world: World;
  readonly schema: GameSchema;
  readonly links: GhostLinks;
  /** The epoch at which an entity is owned here. */
  readonly epochOf: (id: EntityId) => Epoch | undefined;
  /** The character whose avatar it is. */
  readonly characterOf: (id: EntityId) => string | undefined;
};

/** Tells each neighbour, once per tick, about the own entities near its ground. */
export class GhostSender {
  readonly #options: GhostSenderOptions;
  readonly #states = new SlotStates();
  readonly #neighbours = new Map<ServerId, Neighbour>();
  readonly #changes = new GhostChanges();
  readonly #appears = new ByteWriter(4096);
  readonly #updates = new ByteWriter(4096);
  readonly #batch = new ByteWriter(8192);
  readonly #minSteps: number;
  /** Counts the batches: ticks may be skipped or run twice. */
  #step = 0;
  /** The slot whose record is being written, for `#values`: one function for all records. */
  #writing = 0;
  readonly #values = (name: string): ComponentValues => this.#options.world.store.componentValues(this.#writing, name);
  skippedBatches = 0;

  constructor(options: GhostSenderOptions) {
    this.#options = options;
    this.#minSteps = Math.ceil((GHOST_MIN_MS * options.world.game.definition.tickHz) / 1000);
  }

  /** The neighbour knows nothing yet. */
  peerUp(peer: ServerId): void {
    this.#neighbours.set(peer, { told: new ToldGhosts(), needsReset: true, isCongested: false });
  }

  peerDown(peer: ServerId): void {
    this.#neighbours.delete(peer);
  }

  /** Ghosts that a neighbour has of this server's entities. */
  told(peer: ServerId): number {
    return this.#neighbours.get(peer)?.told.count ?? 0;
  }

  /** Sends what changed. At the end of a tick, when nobody writes any more. */
  collect(tick: number, ground: GhostGround): void {
    if (this.#neighbours.size === 0) return;
    this.#step++;
    for (const [peer, neighbour] of this.#neighbours) {
      neighbour.isCongested = this.#options.links.unsentBytes(peer) > CONGESTED_ABOVE_BYTES;
      if (neighbour.isCongested) this.skippedBatches++;
    }
    this.#record(ground);
    for (const [peer, neighbour] of this.#neighbours) {
      if (!neighbour.isCongested) this.#tell(peer, neighbour, tick, ground);
    }
  }

  #record(ground: GhostGround): void {
    const { store } = this.#options.world;
    const { x, y, z } = store.positions;
    for (const slot of store.liveSlots()) {
      if (store.isGhost(slot)) continue;
      const [atX, atY] = [x[slot] as number, y[slot] as number];
      const near = ground.made.neighboursNear(atX, atY);
      if (near.length === 0 && !this.#isTold(slot)) continue;
      const generation = store.generation[slot] as number;
      const [qx, qy, qz] = [quantise(atX), quantise(atY), quantise(z[slot] as number)];
      this.#states.record(this.#step, slot, generation, qx, qy, qz, quantiseYaw(store.yaws[slot] as number));
      const components = this.#classOf(slot).near;
      for (let i = 0; i < components.length; i++) {
        this.#states.recordComponent(this.#step, slot, i, store.componentVersion(slot, components[i]?.bit ?? 0));
      }
      for (const server of near) {
        const neighbour = this.#neighbours.get(server);
        if (neighbour !== undefined && !neighbour.isCongested) neighbour.told.want(slot);
      }
    }
  }

  #tell(peer: ServerId, neighbour: Neighbour, tick: number, ground: GhostGround): void {
    const changes = this.#changes;
    changes.reset();
    const { x, y } = this.#options.world.store.positions;
    neighbour.told.step(
      {
        tick: this.#step,
        states: this.#states,
        fate: this.#fate,
        componentCount: this.#componentCount,
        isKept: (slot) => ground.kept.neighboursNear(x[slot] as number, y[slot] as number).includes(peer),
        minTicks: this.#minSteps,
      },
      changes,
    );
    // Batches of a neighbour that has ghosts go out even when empty: who stands still is known to stand still.
    if (changes.isEmpty && neighbour.told.count === 0 && !neighbour.needsReset) return;
    this.#encode(tick, neighbour.needsReset);
    if (this.#options.links.sendBulk(peer, this.#batch.finish())) neighbour.needsReset = false;
    else this.peerUp(peer);
  }

  #encode(tick: number, isReset: boolean): void {
    const changes = this.#changes;
    this.#appears.reset();
    for (let i = 0; i < changes.appearCount; i++) this.#writeAppear(changes.appear[i] as number);
    this.#updates.reset();
    for (let i = 0; i < changes.updateCount; i++) this.#writeUpdate(i);
    const handed: HandedGhost[] = [];
    for (let i = 0; i < changes.handedCount; i++) {
      handed.push({ alias: changes.handed[i] as number, to: changes.handedTo[i] as number });
    }
    this.#batch.reset();
    writeGhostBatch(this.#batch, {
      tick: tick >>> 0,
      isReset,
      gone: changes.gone.subarray(0, changes.goneCount),
      handed,
      appearCount: changes.appearCount,
      appears: this.#appears.written(),
      updateCount: changes.updateCount,
      updates: this.#updates.written(),
    });
  }

  #writeAppear(slot: number): void {
    const { store } = this.#options.world;
    const states = this.#states;
    const id = store.ids[slot] as EntityId;
    const schema = this.#classOf(slot);
    this.#writing = slot;
    writeGhostAppear(
      this.#appears,
      {
        alias: slot,
        epoch: this.#options.epochOf(id) ?? FIRST_EPOCH,
        character: this.#options.characterOf(id) ?? "",
      },
      {
        id,
        classIndex: schema.index,
        x: states.x[slot] as number,
        y: states.y[slot] as number,
        z: states.z[slot] as number,
        yaw: states.yaw[slot] as number,
      },
      schema,
      this.#values,
    );
  }

  #writeUpdate(i: number): void {
    const changes = this.#changes;
    const slot = changes.update[i] as number;
    const yaw = changes.yaw[i] as number;
    this.#writing = slot;
    const delta = {
      dx: changes.dx[i] as number,
      dy: changes.dy[i] as number,
      dz: changes.dz[i] as number,
      yaw: yaw < 0 ? undefined : yaw,
      componentMask: changes.componentMask[i] as number,
    };
    writeGhostUpdate(this.#updates, slot, delta, this.#classOf(slot), this.#values);
  }

  readonly #fate = {
    handedTo: (slot: number, generation: number): ServerId => {
      const { store } = this.#options.world;
      return store.generation[slot] === generation ? (store.ghostOwners[slot] as number) : 0;
    },
  };

  readonly #componentCount = (slot: number): number => this.#classOf(slot).near.length;

  #isTold(slot: number): boolean {
    for (const { told } of this.#neighbours.values()) if (told.knows(slot)) return true;
    return false;
  }

  #classOf(slot: number): ClassSchema {
    return this.#options.schema.classes[this.#options.world.store.classIndex[slot] as number] as ClassSchema;
  }
}
