import { isDeepStrictEqual } from "node:util";
import type { Clock, EntityId, Epoch } from "@ows/base";
import { FIRST_EPOCH } from "@ows/base";
import type { Player as ArrivingPlayer, Position } from "@ows/game";
import { encodeWelcome, type GameSchema, type Input } from "@ows/protocol/game";
import type { CharacterSave } from "../backend/characters.ts";
import type { ClientPipe } from "../link/game-connection.ts";
import { ClientStream } from "../snapshot/client-stream.ts";
import type { World } from "../world/world.ts";
import type { ClaimMover } from "./claim-mover.ts";
import { InputQueue } from "./input-queue.ts";
import { type PackedPlayer, packLively, packSteady } from "./pack-player.ts";
import { Player, type PlayerEnding, type Restoring } from "./player.ts";
import { hashResumeToken, newResumeToken } from "./resume-token.ts";
import type { SaveQueue } from "./save-queue.ts";
import { savedComponents } from "./saved-components.ts";

export type PlayersOptions = {
  readonly world: World;
  readonly schema: GameSchema;
  readonly saves: SaveQueue;
  readonly claims: ClaimMover;
  readonly clock: Clock;
  readonly zoneInstanceId: number;
  readonly serverName: string;
  readonly viewCap: number;
  readonly linkDeadMs: number;
  readonly saveEveryMs: number;
  /** A character came (`true`) or its stay ended. */
  readonly onPresence: (characterName: string, isPresent: boolean) => void;
};

/** A character whose claim is held, waiting for the next tick to be put into the world. */
export type Arrival = {
  readonly entityId: EntityId;
  readonly character: ArrivingPlayer;
  /** The client at this moment, if it has not gone meanwhile. */
  readonly connection: () => ClientPipe | undefined;
  /** Set when the character must not stay. */
  readonly ending: () => PlayerEnding | undefined;
  readonly onSettled: (player: Player | undefined) => void;
};

/** A player whose avatar came to this server, and stands in `slot` already. */
export type HandedOver = {
  readonly slot: number;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
  readonly packed: PackedPlayer;
};

/**
 * The characters that live here and their clients. What changes the world happens in `step`, inside the tick; the rest
 * only notes what the next tick has to do.
 */
export class Players {
  readonly #options: PlayersOptions;
  readonly #byName = new Map<string, Player>();
  readonly #byEntity = new Map<EntityId, Player>();
  readonly #byResumeHash = new Map<string, Player>();
  readonly #byConnection = new Map<ClientPipe, Player>();
  readonly #movesAvatar: readonly boolean[];
  readonly #saveRequests = new Set<EntityId>();
  readonly #onRestored = new Map<Player, (player: Player) => void>();
  #arrivals: Arrival[] = [];
  #list: readonly Player[] = [];
  #pastRefusedInputs = 0;

  constructor(options: PlayersOptions) {
    this.#options = options;
    const { predict } = options.world.game.definition;
    this.#movesAvatar = options.schema.inputs.map(({ name }) => predict?.[name] !== undefined);
    options.world.audience = {
      emit: (name, json, at, radius) => this.#emit(name, json, at, radius),
      tell: (id, name, json) => this.#byEntity.get(id)?.stream?.addEvent({ name, json }),
      save: (id) => this.#saveRequests.add(id),
      removing: (slot, id) => this.#removing(slot, id),
    };
  }

  /** Everybody, link-dead ones included, in a stable order. Replaced, never changed, when somebody comes or goes. */
  get all(): readonly Player[] {
    return this.#list;
  }

  get count(): number {
    return this.#list.length;
  }

  /** Inputs that did not fit, of all who are or were here. */
  get refusedInputs(): number {
    return this.#list.reduce((sum, player) => sum + player.inputs.refused, this.#pastRefusedInputs);
  }

  byName(characterName: string): Player | undefined {
    return this.#byName.get(characterName);
  }

  byEntity(id: EntityId): Player | undefined {
    return this.#byEntity.get(id);
  }

  byResumeToken(token: string): Player | undefined {
    return this.#byResumeHash.get(hashResumeToken(token));
  }

  byConnection(connection: ClientPipe): Player | undefined {
    return this.#byConnection.get(connection);
  }

  /** Puts a claimed character into the world at the next tick. */
  arrive(arrival: Arrival): void {
    this.#arrivals.push(arrival);
  }

  /** Gives a living avatar to a newer client. */
  attach(player: Player, connection: ClientPipe): void {
    this.#letGo(player, "replaced", "another client of this character took over");
    player.stream = new ClientStream(connection, this.#options.viewCap);
    player.linkDeadSinceMs = undefined;
    player.inputs.forgetWaiting();
    this.#byConnection.set(connection, player);
    connection.send(this.#welcome(player));
  }

  /** What every tick changes of a player beside its avatar. */
  packLively({ inputs, linkDeadSinceMs }: Player): Uint8Array<ArrayBuffer> {
    const { clock, schema } = this.#options;
    const linkDeadForMs = linkDeadSinceMs === undefined ? undefined : clock.nowMs() - linkDeadSinceMs;
    return packLively({ inputs: inputs.state(), linkDeadForMs }, schema);
  }

  /** The rest; with what its client is about to be told when another server is to tell it. */
  packSteady(player: Player, hasEvents: boolean): Uint8Array<ArrayBuffer> {
    const { characterName, resumeHash, savedFingerprint } = player;
    const isSaveAsked = this.#saveRequests.has(player.entityId);
    const events = player.stream?.waitingEvents ?? player.waitingEvents;
    return packSteady({
      ...{ characterName, resumeHash, savedFingerprint },
      saveInMs: isSaveAsked ? 0 : Math.max(0, player.nextSaveMs - this.#options.clock.nowMs()),
      events: hasEvents ? events : [],
    });
  }

  /** The player lives on another server from now on. Answers its client's connection, which stays open. */
  release(player: Player): ClientPipe | undefined {
    const connection = player.stream?.connection;
    if (connection !== undefined) this.#byConnection.delete(connection);
    player.stream = undefined;
    this.#saveRequests.delete(player.entityId);
    this.#options.saves.forget(player.characterName);
    this.#options.claims.forget(player.characterName);
    this.#remove(player);
    return connection;
  }

  /** A player whose avatar lives here from now on. It has no client until `attachHandedOver`. */
  adopt(handedOver: HandedOver): Player {
    const player = this.#adopt(handedOver);
    const { characterName, entityId, epoch } = player;
    this.#options.claims.move({ characterName, entityId, epoch });
    return player;
  }

  /**
   * The same for one that was only seen from here: until what was saved last is here, nobody attaches to it and it
   * stays on this server.
   */
  adoptSeen(
    handedOver: HandedOver,
    { seen, lastSaved }: Pick<Restoring, "seen" | "lastSaved">,
    onRestored: (player: Player) => void,
  ): Player {
    const player = this.#adopt(handedOver);
    const { characterName, entityId, epoch } = player;
    const { promise: settled, resolve: markSettled } = Promise.withResolvers<void>();
    const restoring: Restoring = { seen, lastSaved, character: undefined, settled, markSettled };
    player.restoring = restoring;
    this.#onRestored.set(player, onRestored);
    this.#options.claims.move({ characterName, entityId, epoch, withCharacter: true }, (character) => {
      restoring.character = character;
    });
    return player;
  }

  #adopt({ slot, entityId, epoch, packed }: HandedOver): Player {
    const { world, clock, onPresence } = this.#options;
    const { characterName } = packed;
    const player = new Player({
      ...{ characterName, entityId, epoch, slot, store: world.store },
      inputs: InputQueue.fromState(this.#movesAvatar, packed.inputs),
    });
    const nowMs = clock.nowMs();
    player.resumeHash = packed.resumeHash;
    player.savedFingerprint = packed.savedFingerprint;
    player.nextSaveMs = nowMs + packed.saveInMs;
    player.linkDeadSinceMs = nowMs - (packed.linkDeadForMs ?? 0);
    player.waitingEvents = packed.events;
    if (packed.resumeHash !== "") this.#byResumeHash.set(packed.resumeHash, player);
    this.#add(player);
    onPresence(characterName, true);
    return player;
  }

  /** Gives an avatar that was handed over to the client that came with it: inputs that wait are still its own. */
  attachHandedOver(player: Player, connection: ClientPipe): void {
    this.#letGo(player, "replaced", "another client of this character took over");
    const stream = new ClientStream(connection, this.#options.viewCap);
    for (const event of player.waitingEvents) stream.addEvent(event);
    player.waitingEvents = [];
    player.stream = stream;
    player.linkDeadSinceMs = undefined;
    this.#byConnection.set(connection, player);
    connection.send(this.#welcome(player));
  }

  /** The client is gone without leaving: its avatar stays for a while. */
  lost(connection: ClientPipe): void {
    const player = this.#byConnection.get(connection);
    this.#byConnection.delete(connection);
    if (player?.stream?.connection !== connection) return;
    player.stream = undefined;
    player.linkDeadSinceMs = this.#options.clock.nowMs();
  }

  /** Ends a player's stay at the next tick. The first reason stands. */
  end(player: Player, ending: PlayerEnding): void {
    player.ending ??= ending;
  }

  /** The part of the tick that belongs to players: who comes, who goes, what they did, what is saved. */
  step(): void {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    for (const arrival of arrivals) this.#settle(arrival);
    const nowMs = this.#options.clock.nowMs();
    for (const player of this.#list) {
      if (player.restoring?.character !== undefined) this.#restore(player, player.restoring);
      if (player.linkDeadSinceMs !== undefined && nowMs - player.linkDeadSinceMs > this.#options.linkDeadMs) {
        player.ending ??= { code: "left", reason: "the client did not come back", keep: "save" };
      }
      if (player.ending !== undefined) this.#finish(player, player.ending);
      else player.inputs.apply((input) => this.#applyInput(player, input));
    }
  }

  /** Queues the saves that are due. Runs at the end of a tick. */
  saveDue(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const player of this.#list) {
      const isAsked = this.#saveRequests.has(player.entityId);
      if (!isAsked && nowMs < player.nextSaveMs) continue;
      // Until the claim is here a save would be refused.
      if (this.#options.claims.isMoving(player.characterName)) continue;
      this.#saveRequests.delete(player.entityId);
      player.nextSaveMs = nowMs + this.#options.saveEveryMs;
      if (player.isAlive && player.ending === undefined) this.#save(player);
    }
    for (const id of this.#saveRequests) if (!this.#byEntity.has(id)) this.#saveRequests.delete(id);
  }

  /** Fills in what could not be seen of the avatar. */
  #restore(player: Player, { character, seen, lastSaved, markSettled }: Restoring): void {
    // What was not saved again since is older than what is here.
    if (player.isAlive && !isDeepStrictEqual(lastSaved, character?.saved)) {
      for (const [name, values] of Object.entries(character?.saved ?? {})) {
        if (!seen.has(name)) this.#options.world.store.setComponent(player.slot, name, values);
      }
    }
    const onRestored = this.#onRestored.get(player);
    player.restoring = undefined;
    this.#onRestored.delete(player);
    if (player.ending === undefined) onRestored?.(player);
    markSettled();
  }

  #settle(arrival: Arrival): void {
    const player = this.#spawn(arrival);
    arrival.onSettled(player);
    if (player === undefined) return;
    const ending = arrival.ending();
    const connection = arrival.connection();
    if (ending !== undefined) player.ending = ending;
    if (connection?.isOpen) this.attach(player, connection);
    else player.linkDeadSinceMs = this.#options.clock.nowMs();
  }

  #spawn({ entityId, character }: Arrival): Player | undefined {
    const { world, clock } = this.#options;
    const slot = world.spawnAvatar(entityId, (ctx) => world.game.definition.join(character, ctx));
    if (slot === undefined) {
      // The claim goes back with the state it came with.
      const position = character.savedPosition ?? world.zoneContext.spawnPoint();
      this.#options.saves.put({
        characterName: character.characterName,
        entityId,
        epoch: FIRST_EPOCH,
        position,
        yaw: character.savedYaw,
        saved: {},
        release: true,
      });
      return undefined;
    }
    const player = new Player({
      characterName: character.characterName,
      entityId,
      epoch: FIRST_EPOCH,
      slot,
      store: world.store,
      inputs: new InputQueue(this.#movesAvatar),
    });
    // The id spreads the saves of those who came together.
    player.nextSaveMs = clock.nowMs() + this.#options.saveEveryMs * (0.5 + ((entityId * 0.618) % 1) / 2);
    this.#add(player);
    this.#options.onPresence(player.characterName, true);
    return player;
  }

  #add(player: Player): void {
    this.#byName.set(player.characterName, player);
    this.#byEntity.set(player.entityId, player);
    this.#list = [...this.#list, player];
  }

  #remove(player: Player): void {
    player.restoring?.markSettled();
    this.#onRestored.delete(player);
    this.#byName.delete(player.characterName);
    this.#byEntity.delete(player.entityId);
    this.#byResumeHash.delete(player.resumeHash);
    this.#list = this.#list.filter((other) => other !== player);
    this.#pastRefusedInputs += player.inputs.refused;
    player.markEnded();
  }

  #applyInput(player: Player, { kind, values }: Input): void {
    const { world, schema } = this.#options;
    const name = schema.inputs[kind]?.name;
    if (name === undefined || !player.isAlive) return;
    const { predict, onInput } = world.game.definition;
    world.run(player.slot, `onInput.${name}`, (me, ctx) => {
      predict?.[name]?.(me, values as never, world.dt);
      return onInput?.[name]?.(me, values as never, ctx);
    });
  }

  /** Ends a stay inside the tick: the game's farewell, the last save, the removal at the end of the tick. */
  #finish(player: Player, ending: PlayerEnding): void {
    const { world } = this.#options;
    const { leave } = world.game.definition;
    if (player.isAlive) {
      if (ending.keep === "save" && leave !== undefined) world.run(player.slot, "leave", leave);
      world.despawn(player.slot);
    }
    this.#forget(player, ending);
  }

  /** An avatar that the game itself removed. */
  #removing(slot: number, id: EntityId): void {
    const player = this.#byEntity.get(id);
    if (player === undefined || player.slot !== slot) return;
    this.#forget(player, { code: "left", reason: "the game removed this character", keep: "save" });
  }

  #forget(player: Player, ending: PlayerEnding): void {
    const { claims, saves } = this.#options;
    if (ending.keep === "save" && player.isAlive) {
      const save = this.#stateOf(player, true);
      claims.whenHeld(player.characterName, () => saves.put(save));
    } else claims.forget(player.characterName);
    this.#letGo(player, ending.code, ending.reason);
    this.#saveRequests.delete(player.entityId);
    this.#options.onPresence(player.characterName, false);
    this.#remove(player);
  }

  #letGo(player: Player, code: PlayerEnding["code"], reason: string): void {
    if (player.stream === undefined) return;
    this.#byConnection.delete(player.stream.connection);
    player.stream.connection.close(code, reason);
    player.stream = undefined;
  }

  #save(player: Player): void {
    const state = this.#stateOf(player, false);
    const fingerprint = JSON.stringify([state.position, state.yaw, state.saved]);
    if (fingerprint === player.savedFingerprint) return;
    player.savedFingerprint = fingerprint;
    this.#options.saves.put(state);
  }

  #stateOf(player: Player, release: boolean): CharacterSave {
    const { store } = this.#options.world;
    const { x, y, z } = store.positions;
    const { slot, restoring } = player;
    const saved = Object.entries(savedComponents(store, slot));
    return {
      characterName: player.characterName,
      entityId: player.entityId,
      epoch: player.epoch,
      position: { x: x[slot] as number, y: y[slot] as number, z: z[slot] as number },
      yaw: store.yaws[slot] as number,
      // What could not be seen yet stays as it was saved.
      saved: Object.fromEntries(restoring ? saved.filter(([name]) => restoring.seen.has(name)) : saved),
      release,
    };
  }

  #emit(name: string, json: string, at: Position, radius: number): void {
    const { positions } = this.#options.world.store;
    const limit = radius * radius;
    for (const player of this.#list) {
      if (player.stream === undefined) continue;
      const dx = (positions.x[player.slot] as number) - at.x;
      const dy = (positions.y[player.slot] as number) - at.y;
      const dz = (positions.z[player.slot] as number) - at.z;
      if (dx * dx + dy * dy + dz * dz <= limit) player.stream.addEvent({ name, json });
    }
  }

  #welcome(player: Player): Uint8Array {
    const { world, zoneInstanceId, serverName } = this.#options;
    const { token, hash } = newResumeToken();
    this.#byResumeHash.delete(player.resumeHash);
    this.#byResumeHash.set(hash, player);
    player.resumeHash = hash;
    return encodeWelcome({
      type: "welcome",
      entityId: player.entityId,
      epoch: player.epoch,
      classIndex: world.store.classIndex[player.slot] as number,
      tick: world.tick,
      tickHz: world.game.definition.tickHz,
      viewRadius: world.game.definition.viewRadius,
      lastInputSeq: player.inputs.lastApplied,
      zoneInstanceId,
      zoneName: world.zone.name,
      serverName,
      bounds: world.zone.bounds,
      resumeToken: token,
    });
  }
}
