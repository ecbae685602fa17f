import type { EntityId, Epoch } from "@ows/base";
import type { EntityStore, Position } from "@ows/game";
import type { ServerId } from "@ows/mesh";
import type { GhostEpochs } from "./ghost-epochs.ts";
import type { LostGhosts } from "./lost-ghosts.ts";

/** A player of another server, as far as it can be seen here. */
export type PlayerGhost = {
  readonly slot: number;
  readonly entity: EntityId;
  readonly epoch: Epoch;
  /** Who told of it last. */
  readonly owner: ServerId;
  readonly character: string;
  /** As it was told last, wherever it has moved on to meanwhile. */
  readonly position: Position;
  readonly velocity: Position;
  /** For how long nobody has told about it. */
  readonly silentMs: number;
};

/** Which ghosts are players' avatars, and whose. */
export class GhostPlayers {
  readonly #store: EntityStore;
  readonly #bySlot = new Map<number, { readonly generation: number; readonly character: string }>();

  constructor(store: EntityStore) {
    this.#store = store;
  }

  note(slot: number, character: string): void {
    if (character === "") this.#bySlot.delete(slot);
    else this.#bySlot.set(slot, { generation: this.#store.generation[slot] as number, character });
  }

  /** Those that stand here and were told of by these servers. */
  of(isOwner: (server: ServerId) => boolean, epochs: GhostEpochs, lost: LostGhosts): PlayerGhost[] {
    const { generation, ghostOwners, ids } = this.#store;
    const ghosts: PlayerGhost[] = [];
    for (const [slot, known] of this.#bySlot) {
      if (generation[slot] !== known.generation || !this.#store.isGhost(slot)) {
        this.#bySlot.delete(slot);
        continue;
      }
      const owner = ghostOwners[slot] as ServerId;
      const epoch = epochs.of(slot);
      if (epoch === undefined || !isOwner(owner)) continue;
      const { position, velocity } = lost.lastTold(slot);
      const told = { epoch, owner, character: known.character, position, velocity, silentMs: lost.silentMs(slot) };
      ghosts.push({ slot, entity: ids[slot] as EntityId, ...told });
    }
    return ghosts;
  }
}
