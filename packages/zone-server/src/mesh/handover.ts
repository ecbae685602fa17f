import type { Clock, EntityId } from "@ows/base";
import type { Member, MemberState, ServerId } from "@ows/mesh";
import type { GameSchema } from "@ows/protocol/game";
import type { Logger } from "@ows/service-kit";
import { readPackedPlayer } from "../players/pack-player.ts";
import type { Player } from "../players/player.ts";
import type { Players } from "../players/players.ts";
import type { World } from "../world/world.ts";
import type { ClientRoutes } from "./client-routes.ts";
import { packEntity, readPackedEntity, unpackEntity } from "./pack-entity.ts";

export type HandoverOptions = {
  readonly world: World;
  readonly players: Players;
  readonly schema: GameSchema;
  readonly routes: ClientRoutes;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is under way to clients is sent: the state is about to change. */
  readonly finishSnapshots: () => void;
};

/** Takes entities with their players out of the world and puts them in, outside of ticks. */
export class Handover {
  readonly #options: HandoverOptions;

  constructor(options: HandoverOptions) {
    this.#options = options;
  }

  /** All of an entity and its player, which stay as they are; `undefined` when it is not here. */
  pack(entity: EntityId): Uint8Array | undefined {
    const { world, players } = this.#options;
    const slot = world.store.slotOf(entity);
    if (slot === undefined || world.store.isGhost(slot)) return undefined;
    const player = players.byEntity(entity);
    return packEntity(world, slot, player === undefined ? undefined : players.pack(player));
  }

  /** The entity lives at `to` from now on; its client's connection stays open and silent. Answers its slot. */
  release({ entity }: Member, to: ServerId, isKeptAsGhost: boolean): number | undefined {
    const { world, players, routes, clock } = this.#options;
    const slot = world.store.slotOf(entity);
    if (slot === undefined) return undefined;
    const player = players.byEntity(entity);
    const connection = player === undefined ? undefined : players.release(player);
    if (connection !== undefined) routes.keepIdle(connection, entity, clock.nowMs());
    world.release(slot, to, isKeptAsGhost);
    return slot;
  }

  /** Makes an entity from its state, at once. Answers its slot; `undefined`, with the reason logged, when it can't be. */
  settle({ entity, epoch, state }: MemberState<Uint8Array>): number | undefined {
    const { world, players, schema, logger, finishSnapshots } = this.#options;
    finishSnapshots();
    try {
      const packed = readPackedEntity(world, state);
      if (!packed.ok) throw new Error(packed.reason);
      const slot = unpackEntity(world, entity, packed.value);
      if (packed.value.player.length === 0) return slot;
      const player = readPackedPlayer(packed.value.player, schema);
      if (player.ok) this.#welcome(players.adopt({ slot, entityId: entity, epoch, packed: player.value }));
      else logger.error({ entity, reason: player.reason }, "a player that came can't be read: its avatar stays alone");
      return slot;
    } catch (error) {
      logger.error({ err: error, entity }, "an entity that came could not be made");
      return undefined;
    }
  }

  #welcome(player: Player): void {
    const { players, routes, clock } = this.#options;
    const { entityId } = player;
    const connection = routes.arrived(entityId, clock.nowMs()) ?? routes.idleOf(entityId);
    if (connection === undefined) return;
    routes.taken(connection, entityId);
    players.attachHandedOver(player, connection);
  }
}
