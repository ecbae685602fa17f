import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { GhostCopy, ServerId } from "@ows/mesh";
import type { SimState } from "./state.ts";

/** Ghosts that nobody tells about go after this: sooner than any route, as in the world. */
const REMOVE_LOST_MS = 1_500;

export type ToldGhost = { readonly entity: EntityId; readonly epoch: Epoch; readonly state: SimState };

/** All that a server shows of its players at once, and where those went that it showed before. */
export type GhostNews = {
  readonly shown: readonly ToldGhost[];
  readonly handed: readonly { readonly entity: EntityId; readonly to: ServerId }[];
};

type Ghost = ToldGhost & { readonly owner: ServerId; readonly lostAtMs: number | undefined };

/** The players of others, as their owners last let them be seen. */
export class SimGhosts {
  readonly #ghosts = new Map<EntityId, Ghost>();
  readonly #newest = new Map<EntityId, Epoch>();

  tell(owner: ServerId, { shown, handed }: GhostNews, isOwn: (entity: EntityId) => boolean, nowMs: number): void {
    for (const { entity, to } of handed) {
      const ghost = this.#ghosts.get(entity);
      if (ghost?.owner === owner) this.#ghosts.set(entity, { ...ghost, owner: to, lostAtMs: nowMs });
    }
    for (const told of shown) {
      const newest = this.#newest.get(told.entity);
      if (isOwn(told.entity) || (newest !== undefined && compareEpochs(told.epoch, newest) < 0)) continue;
      this.#newest.set(told.entity, told.epoch);
      this.#ghosts.set(told.entity, { ...told, owner, lostAtMs: undefined });
    }
    for (const [entity, ghost] of this.#ghosts) {
      if (ghost.owner !== owner || ghost.lostAtMs !== undefined) continue;
      if (!shown.some((told) => told.entity === entity)) this.#ghosts.delete(entity);
    }
  }

  /** What lived here lives at `to` from now on. */
  released(told: ToldGhost, to: ServerId, nowMs: number): void {
    this.#newest.set(told.entity, told.epoch);
    this.#ghosts.set(told.entity, { ...told, owner: to, lostAtMs: nowMs });
  }

  owned(entity: EntityId, epoch: Epoch): void {
    this.#newest.set(entity, epoch);
    this.#ghosts.delete(entity);
  }

  /** Nobody is heard of this server any more. */
  lose(owner: ServerId, nowMs: number): void {
    for (const [entity, ghost] of this.#ghosts) {
      if (ghost.owner === owner) this.#ghosts.set(entity, { ...ghost, lostAtMs: ghost.lostAtMs ?? nowMs });
    }
  }

  step(nowMs: number): void {
    for (const [entity, { lostAtMs }] of this.#ghosts) {
      if (lostAtMs !== undefined && nowMs - lostAtMs >= REMOVE_LOST_MS) this.#ghosts.delete(entity);
    }
  }

  of(isDead: (server: ServerId) => boolean): GhostCopy<SimState>[] {
    return [...this.#ghosts.values()].filter(({ owner }) => isDead(owner));
  }
}
