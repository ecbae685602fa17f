import type { Clock, EntityId } from "@ows/base";
import type { Member, MemberState, ServerId } from "@ows/mesh";
import type { GameSchema } from "@ows/protocol/game";
import type { Logger } from "@ows/service-kit";
import type { ClientPipe } from "../link/game-connection.ts";
import { readPackedPlayer } from "../players/pack-player.ts";
import type { Player } from "../players/player.ts";
import type { Players } from "../players/players.ts";
import type { World } from "../world/world.ts";
import type { ClientRoutes } from "./client-routes.ts";
import { packEntity, readPackedEntity, unpackEntity } from "./pack-entity.ts";

/** What clients are told around a change of owner. */
export type HandoverSnapshots = {
  /** What is under way is sent: the state is about to change. */
  finish(): void;
  /** A client hears of its avatar at once, instead of with the next tick. */
  sendOwn(player: Player): void;
};

export type HandoverOptions = {
  readonly world: World;
  readonly players: Players;
  readonly schema: GameSchema;
  readonly routes: ClientRoutes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly snapshots: HandoverSnapshots;
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
    const { world, players, schema, logger, snapshots } = this.#options;
    snapshots.finish();
    try {
      const packed = readPackedEntity(world, state);
      if (!packed.ok) throw new Error(packed.reason);
      const slot = unpackEntity(world, entity, packed.value);
      if (packed.value.player.length === 0) return slot;
      const player = readPackedPlayer(packed.value.player, schema);
      if (player.ok) this.#greet(players.adopt({ slot, entityId: entity, epoch, packed: player.value }));
      else logger.error({ entity, reason: player.reason }, "a player that came can't be read: its avatar stays alone");
      return slot;
    } catch (error) {
      logger.error({ err: error, entity }, "an entity that came could not be made");
      return undefined;
    }
  }

  /** The client that was sent here gets its avatar. */
  welcome(player: Player, connection: ClientPipe): void {
    const { players, routes, snapshots } = this.#options;
    routes.taken(connection, player.entityId);
    players.attachHandedOver(player, connection);
    snapshots.sendOwn(player);
  }

  #greet(player: Player): void {
    const { routes, clock } = this.#options;
    const { entityId } = player;
    const connection = routes.arrived(entityId, clock.nowMs()) ?? routes.idleOf(entityId);
    if (connection !== undefined) this.welcome(player, connection);
  }
}
