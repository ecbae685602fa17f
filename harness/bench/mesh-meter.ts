import type { EntityId } from "@ows/base";
import type { ServerId } from "@ows/mesh";
import type { PeerLinks, ZoneRuntime } from "@ows/zone-server";
import { machineClock } from "./machine-clock.ts";

export type Leaving = {
  readonly entity: EntityId;
  readonly to: ServerId;
  readonly tick: number;
  readonly atMs: number;
};
export type Coming = {
  readonly entity: EntityId;
  readonly from: ServerId;
  readonly arrivedMs: number;
  /** The first tick that simulated it here. */
  readonly tick: number;
  readonly atMs: number;
};
/** The newest tick of a peer that this server's tick saw in its ghosts. */
export type SeenTick = { readonly peer: ServerId; readonly tick: number; readonly atMs: number };

/** Where an own entity of the sample stood at the end of a tick. */
export type OwnPlace = { readonly entity: EntityId; readonly tick: number; readonly x: number; readonly y: number };
/** Where its ghost stood, and the tick that its owner had told of last. */
export type GhostPlace = OwnPlace & { readonly toldTick: number };

/** One entity in so many is followed, on all servers alike. */
const FOLLOWED = 16;

export type MeterFigures = {
  readonly owned: readonly OwnPlace[];
  readonly ghosts: readonly GhostPlace[];
  readonly leaving: readonly Leaving[];
  readonly coming: readonly Coming[];
  /** Given away and not taken: it is here again. */
  readonly returned: readonly { readonly entity: EntityId; readonly atMs: number }[];
  /** When each tick began. */
  readonly ticks: readonly (readonly [tick: number, atMs: number])[];
  readonly seen: readonly SeenTick[];
  /** Ghosts that the neighbours have of this server's entities, summed over the ticks. */
  readonly ghostTicks: number;
  /** Own entities, summed over the ticks. */
  readonly ownedTicks: number;
};

/** Notes what a server of a mesh does, tick by tick. `before` and `after` stand around each tick. */
export class MeshMeter {
  readonly #runtime: ZoneRuntime;
  readonly #newest = new Map<ServerId, number>();
  #arrived: { entity: EntityId; from: ServerId; arrivedMs: number }[] = [];
  #leaving: Leaving[] = [];
  #coming: Coming[] = [];
  #returned: { entity: EntityId; atMs: number }[] = [];
  #ticks: [number, number][] = [];
  #seen: SeenTick[] = [];
  #ghostTicks = 0;
  #ownedTicks = 0;
  #owned: OwnPlace[] = [];
  #ghosts: GhostPlace[] = [];
  /** What is known of the peers in the tick under way. */
  #told: ReadonlyMap<ServerId, number> = new Map();

  constructor(runtime: ZoneRuntime, links: PeerLinks | undefined, self: ServerId) {
    this.#runtime = runtime;
    const nowMs = () => machineClock.nowMs();
    runtime.mesh?.listen({
      released: (_slot, entity, to) => this.#leaving.push({ entity, to, tick: runtime.world.tick, atMs: nowMs() }),
      owned: (_slot, entity, from) => {
        if (from === self) this.#returned.push({ entity, atMs: nowMs() });
        else this.#arrived.push({ entity, from, arrivedMs: nowMs() });
      },
    });
    // A ghost batch says after its kind which tick it tells of.
    links?.onBulk((from, bytes) => {
      if (bytes.length >= 5) {
        this.#newest.set(from, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1, true));
      }
    });
  }

  before(tick: number): void {
    const atMs = machineClock.nowMs();
    this.#ticks.push([tick, atMs]);
    this.#told = new Map(this.#newest);
    for (const [peer, seen] of this.#told) this.#seen.push({ peer, tick: seen, atMs });
    for (const arrived of this.#arrived) this.#coming.push({ ...arrived, tick, atMs });
    this.#arrived = [];
  }

  after(): void {
    const { ghosts, world } = this.#runtime;
    for (const peer of this.#newest.keys()) this.#ghostTicks += ghosts?.told(peer) ?? 0;
    this.#ownedTicks += world.store.count - world.store.ghostCount;
    this.#follow();
  }

  #follow(): void {
    const { store, tick } = this.#runtime.world;
    const { x, y } = store.positions;
    for (const slot of store.liveSlots()) {
      const entity = store.ids[slot] as EntityId;
      if (entity % FOLLOWED !== 0) continue;
      const place = { entity, tick, x: x[slot] as number, y: y[slot] as number };
      if (!store.isGhost(slot)) this.#owned.push(place);
      else {
        const toldTick = this.#told.get(store.ghostOwners[slot] as ServerId);
        if (toldTick !== undefined) this.#ghosts.push({ ...place, toldTick });
      }
    }
  }

  /** What was noted since the last time. */
  take(): MeterFigures {
    const figures: MeterFigures = {
      leaving: this.#leaving,
      coming: this.#coming,
      returned: this.#returned,
      ticks: this.#ticks,
      seen: this.#seen,
      ghostTicks: this.#ghostTicks,
      ownedTicks: this.#ownedTicks,
      owned: this.#owned,
      ghosts: this.#ghosts,
    };
    this.#owned = [];
    this.#ghosts = [];
    this.#leaving = [];
    this.#coming = [];
    this.#returned = [];
    this.#ticks = [];
    this.#seen = [];
    this.#ghostTicks = 0;
    this.#ownedTicks = 0;
    return figures;
  }
}
