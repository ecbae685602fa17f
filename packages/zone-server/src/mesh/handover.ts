import type { Clock, EntityId, Parsed } from "@ows/base";
import { MAX_ENTITIES } from "@ows/game";
import type { GhostCopy, Member, MemberState, RefuseReason, ServerId } from "@ows/mesh";
import type { GameSchema } from "@ows/protocol/game";
import type { Logger } from "@ows/service-kit";
import type { PlayerGhost } from "../ghosts/ghost-players.ts";
import type { ClientPipe } from "../link/game-connection.ts";
import {
  NO_PLAYER,
  olderPlayer,
  packLively,
  packSteady,
  readPackedPlayer,
  savedOf,
  unknownPlayer,
} from "../players/pack-player.ts";
import type { Player } from "../players/player.ts";
import type { HandedOver, Players } from "../players/players.ts";
import type { World } from "../world/world.ts";
import type { ClientRoutes } from "./client-routes.ts";
import {
  type EntityBytes,
  type PackedEntity,
  packEntity,
  packGhost,
  readPackedEntity,
  unpackEntity,
} from "./pack-entity.ts";
import { ToldEntity } from "./told-entity.ts";

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

/** Where a state comes from that is not what its owner had at the end. */
export type Settling = {
  /** It was only seen from here. */
  readonly isGhost?: boolean;
  /** It is what was given away, and its next owner, who died, has let it be seen since. */
  readonly seenSince?: PlayerGhost | undefined;
};

/** Takes entities with their players out of the world and puts them in, outside of ticks. */
export class Handover {
  readonly #options: HandoverOptions;
  /** Of those that are leaving: what their target was told last. */
  readonly #told = new Map<EntityId, ToldEntity>();
  readonly #restored: Player[] = [];
  /** A commit is read before it is taken, and made right after. */
  readonly #parsed = new WeakMap<EntityBytes, Parsed<PackedEntity>>();

  constructor(options: HandoverOptions) {
    this.#options = options;
  }

  /**
   * An entity and its player, which stay as they are: all of it for `state` and `leave`, for `delta` what has changed
   * since the last of either. `undefined` when it is not here.
   */
  tell(entity: EntityId, kind: "state" | "delta" | "leave"): Uint8Array | undefined {
    const { world, players } = this.#options;
    const slot = world.store.slotOf(entity);
    if (slot === undefined || world.store.isGhost(slot)) return undefined;
    const player = players.byEntity(entity);
    const lively = player && players.packLively(player);
    const packSteady = () => (player === undefined ? NO_PLAYER.steady : players.packSteady(player, kind === "leave"));
    const told = player && lively && { lively, texts: player, packSteady };
    if (kind === "delta") return this.#toldOf(entity, slot).delta(world, slot, told);
    if (kind === "state") this.#toldOf(entity, slot).told(world, slot, told);
    return packEntity(world, slot, lively && { lively, steady: packSteady() });
  }

  /** The entity does not leave any more, or has left. */
  forget(entity: EntityId): void {
    this.#told.delete(entity);
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

  /** Why these can't be made here: another build's fields, or no room. What was read is kept for `settle`. */
  cannotTake(members: readonly MemberState<EntityBytes>[]): RefuseReason | undefined {
    const { world, schema, logger } = this.#options;
    let wanted = world.store.count;
    for (const { entity, state } of members) {
      if (world.store.slotOf(entity) === undefined) wanted++;
      const read = this.#read(state);
      const player = read.ok && read.value.player.steady.length > 0 && readPackedPlayer(read.value.player, schema);
      const mistake = read.ok ? player && !player.ok && player.reason : read.reason;
      if (!mistake) continue;
      logger.error({ entity, reason: mistake }, "an entity that came can't be read here: its former server keeps it");
      return "unknown-class";
    }
    return wanted > MAX_ENTITIES ? "full" : undefined;
  }

  #read(state: EntityBytes): Parsed<PackedEntity> {
    const known = this.#parsed.get(state);
    if (known !== undefined) return known;
    const read = readPackedEntity(this.#options.world, state);
    this.#parsed.set(state, read);
    return read;
  }

  /** Makes an entity from its state, at once. Answers its slot; `undefined`, with the reason logged, when it can't be. */
  settle({ entity, epoch, state }: MemberState<EntityBytes>, how: Settling = {}): number | undefined {
    const { world, schema, logger, snapshots } = this.#options;
    snapshots.finish();
    try {
      const read = this.#read(state);
      if (!read.ok) throw new Error(read.reason);
      const seen = how.seenSince && this.#overlay(read.value, how.seenSince);
      const packed = seen ?? read.value;
      const slot = unpackEntity(world, entity, packed);
      if (packed.player.steady.length === 0) return slot;
      const player = readPackedPlayer(packed.player, schema);
      if (player.ok) {
        const isOld = seen !== undefined;
        const came = { slot, entityId: entity, epoch, packed: isOld ? olderPlayer(player.value) : player.value };
        if (isOld || how.isGhost) this.#adoptSeen(came, isOld ? savedOf(player.value) : undefined);
        else this.#greet(this.#options.players.adopt(came));
      } else
        logger.error({ entity, reason: player.reason }, "a player that came can't be read: its avatar stays alone");
      return slot;
    } catch (error) {
      logger.error({ err: error, entity }, "an entity that came could not be made");
      return undefined;
    }
  }

  /** How a player's ghost was told last, as far as that goes. */
  packGhost({ entity, epoch, owner, character, ...at }: PlayerGhost): GhostCopy<EntityBytes> {
    const { world, schema } = this.#options;
    const unknown = unknownPlayer(character);
    const player = { lively: packLively(unknown, schema), steady: packSteady(unknown) };
    return { entity, epoch, owner, state: [packGhost(world, at, this.#seenOf(at.slot), player)] };
  }

  #seenOf(slot: number): string[] {
    const { world, schema } = this.#options;
    return schema.classes[world.store.classIndex[slot] as number]?.near.map(({ name }) => name) ?? [];
  }

  /** The client that was sent here gets its avatar. */
  welcome(player: Player, connection: ClientPipe): void {
    const { players, routes, snapshots } = this.#options;
    routes.taken(connection, player.entityId);
    players.attachHandedOver(player, connection);
    snapshots.sendOwn(player);
  }

  #toldOf(entity: EntityId, slot: number): ToldEntity {
    const known = this.#told.get(entity);
    if (known !== undefined) return known;
    const told = new ToldEntity(Object.keys(this.#options.world.classOf(slot).components).length);
    this.#told.set(entity, told);
    return told;
  }

  /** Outside of a tick: clients that waited on silent links for all of their avatars get them. */
  greetRestored(): void {
    for (const player of this.#restored.splice(0)) if (player.stream === undefined) this.#greet(player);
  }

  #adoptSeen(came: HandedOver, lastSaved: unknown): void {
    const seen = new Set(this.#seenOf(came.slot));
    this.#options.players.adoptSeen(came, { seen, lastSaved }, (player) => this.#restored.push(player));
  }

  /**
   * How it was told last over what it was when it was given away. Unless it lived there for a second the old state stands
   * alone: its client may still have every input since, and plays them again.
   */
  #overlay(packed: PackedEntity, { slot, position, velocity, silentMs }: PlayerGhost): PackedEntity | undefined {
    const { world } = this.#options;
    const { tickHz } = world.game.definition;
    if (world.tick - packed.tick - (silentMs * tickHz) / 1000 < tickHz) return undefined;
    const told = this.#seenOf(slot).map((name) => [name, { ...world.store.componentValues(slot, name) }] as const);
    const components = { ...packed.components, ...Object.fromEntries(told) };
    return { ...packed, tick: world.tick, position, velocity, yaw: world.store.yaws[slot] as number, components };
  }

  #greet(player: Player): void {
    const { routes, clock } = this.#options;
    const { entityId } = player;
    const connection = routes.arrived(entityId, clock.nowMs()) ?? routes.idleOf(entityId);
    if (connection !== undefined) this.welcome(player, connection);
  }
}
