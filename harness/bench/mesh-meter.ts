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

export type MeterFigures = {
  readonly leaving: readonly Leaving[];
  readonly coming: readonly Coming[];
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
  #ticks: [number, number][] = [];
  #seen: SeenTick[] = [];
  #ghostTicks = 0;
  #ownedTicks = 0;

  constructor(runtime: ZoneRuntime, links: PeerLinks | undefined, self: ServerId) {
    this.#runtime = runtime;
    const nowMs = () => machineClock.nowMs();
    runtime.mesh?.listen({
      released: (_slot, entity, to) => this.#leaving.push({ entity, to, tick: runtime.world.tick, atMs: nowMs() }),
      owned: (_slot, entity, from) => {
        if (from !== self) this.#arrived.push({ entity, from, arrivedMs: nowMs() });
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
    for (const [peer, seen] of this.#newest) this.#seen.push({ peer, tick: seen, atMs });
    for (const arrived of this.#arrived) this.#coming.push({ ...arrived, tick, atMs });
    this.#arrived = [];
  }

  after(): void {
    const { ghosts, world } = this.#runtime;
    for (const peer of this.#newest.keys()) this.#ghostTicks += ghosts?.told(peer) ?? 0;
    this.#ownedTicks += world.store.count - world.store.ghostCount;
  }

  /** What was noted since the last time. */
  take(): MeterFigures {
    const figures: MeterFigures = {
      leaving: this.#leaving,
      coming: this.#coming,
      ticks: this.#ticks,
      seen: this.#seen,
      ghostTicks: this.#ghostTicks,
      ownedTicks: this.#ownedTicks,
    };
    this.#leaving = [];
    this.#coming = [];
    this.#ticks = [];
    this.#seen = [];
    this.#ghostTicks = 0;
    this.#ownedTicks = 0;
    return figures;
  }
}
