import { type EntityId, hash32 } from "@ows/base";
import type { EntityStore } from "@ows/game";
import type { GroundPoint, GroundRaster, ServerId } from "@ows/mesh";
import type { MeshSettings } from "./mesh-settings.ts";

/** What should become of an entity, judged by where it stands and goes. */
export type BorderVerdict = {
  /** Where it belongs soon; `undefined` for here. */
  readonly to: ServerId | undefined;
  /** Why it does not leave yet; `undefined` when it may. */
  readonly waitsFor: string | undefined;
};

/** Waived: it may leave before its minimum stay is over. */
type Stay = { readonly sinceMs: number; isWaived: boolean };

const STAYS: BorderVerdict = { to: undefined, waitsFor: undefined };
/** How often an entity changes servers in a storm. */
const STORM_MS = 1_000;

/** Judges entities by the ground: hysteresis in space, a minimum stay in time. */
export class BorderWatch {
  readonly #settings: MeshSettings;
  readonly #store: EntityStore;
  readonly #self: ServerId;
  /** Of entities that came from another server: since when they are here. */
  readonly #stays = new Map<EntityId, Stay>();

  constructor(settings: MeshSettings, store: EntityStore, self: ServerId) {
    this.#settings = settings;
    this.#store = store;
    this.#self = self;
  }

  /** The entity came from `from`; this server itself for one that came back. */
  came(slot: number, from: ServerId, raster: GroundRaster | undefined, nowMs: number): void {
    const isOnForeignGround = raster !== undefined && this.#ownerUnder(slot, raster) !== this.#self;
    // Its former owner knew this ground to be ours: it has moved on since.
    const isWaived = from !== this.#self && isOnForeignGround;
    this.#stays.set(this.#store.ids[slot] as EntityId, { sinceMs: nowMs, isWaived });
  }

  left(entity: EntityId): void {
    this.#stays.delete(entity);
  }

  /** Whoever stands on ground that is not this server's any more may go at once: it did not walk there. */
  groundMoved(before: GroundRaster, now: GroundRaster): void {
    for (const [entity, stay] of this.#stays) {
      const slot = this.#store.slotOf(entity);
      if (slot === undefined || this.#ownerUnder(slot, before) !== this.#self) continue;
      if (this.#ownerUnder(slot, now) !== this.#self) stay.isWaived = true;
    }
  }

  /** Where an entity that leaves will stand, by the ground of `raster`; in a storm, where it stands. */
  placeAfterLeaving(slot: number, raster: GroundRaster): GroundPoint {
    const { positions, velocities } = this.#store;
    const x = positions.x[slot] as number;
    const y = positions.y[slot] as number;
    const { announceSeconds } = this.#settings;
    const vx = velocities.x[slot] as number;
    return raster.placeAfterLeaving(x, y, vx, velocities.y[slot] as number, announceSeconds) ?? { x, y };
  }

  judge(slot: number, raster: GroundRaster, peersUp: readonly ServerId[], nowMs: number): BorderVerdict {
    if (this.#settings.isStorm) return this.#storm(slot, peersUp, nowMs);
    const { positions, velocities } = this.#store;
    const x = positions.x[slot] as number;
    const y = positions.y[slot] as number;
    if (raster.isInterior(x, y)) return STAYS;
    const { announceSeconds, hysteresisMeters } = this.#settings;
    const to = raster.willLeave(x, y, velocities.x[slot] as number, velocities.y[slot] as number, announceSeconds);
    if (to === undefined) return STAYS;
    if (raster.ownerAt(x, y) !== to) return { to, waitsFor: "it to cross the border" };
    if (!raster.isBeyond(x, y, hysteresisMeters)) return { to, waitsFor: `it to be ${hysteresisMeters} m away` };
    return { to, waitsFor: this.#stayLeft(slot, nowMs) };
  }

  #storm(slot: number, peersUp: readonly ServerId[], nowMs: number): BorderVerdict {
    if (peersUp.length === 0) return STAYS;
    const id = this.#store.ids[slot] as EntityId;
    const phaseMs = hash32(`${id}`) % STORM_MS;
    const round = Math.floor((nowMs + phaseMs) / STORM_MS);
    const to = peersUp[hash32(`${id}/${round}/${this.#self}`) % peersUp.length];
    const hereMs = nowMs - (this.#stays.get(id)?.sinceMs ?? 0);
    if (hereMs < STORM_MS / 2) return STAYS;
    return { to, waitsFor: hereMs < STORM_MS ? "its second here to pass" : undefined };
  }

  #stayLeft(slot: number, nowMs: number): string | undefined {
    const stay = this.#stays.get(this.#store.ids[slot] as EntityId);
    const { minimumStayMs } = this.#settings;
    if (stay === undefined || stay.isWaived || nowMs - stay.sinceMs >= minimumStayMs) return undefined;
    return `its minimum stay of ${minimumStayMs} ms`;
  }

  #ownerUnder(slot: number, raster: GroundRaster): ServerId {
    return raster.ownerAt(this.#store.positions.x[slot] as number, this.#store.positions.y[slot] as number);
  }
}
