import { type Clock, compareEpochs, type EntityId, type IdSource } from "@ows/base";
import { type Game, MAX_ENTITIES } from "@ows/game";
import { type GameSchema, schemaOf } from "@ows/protocol/game";
import type { LinkBody, PartitionUpdate } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import type { Characters, LostOwnership } from "./backend/characters.ts";
import { Ghosts } from "./ghosts/ghosts.ts";
import { type Inspection, inspect, Rates } from "./inspect/inspect.ts";
import { answerInspect } from "./inspect/inspect-request.ts";
import type { ClientPipe } from "./link/game-connection.ts";
import { GameLink, type GameLinkCounts, type GameLinkHandlers } from "./link/game-link.ts";
import { MeshNode } from "./mesh/mesh-node.ts";
import type { MeshSettings } from "./mesh/mesh-settings.ts";
import type { AskForLink } from "./mesh/peer-book.ts";
import type { PeerLinks } from "./mesh/peer-links.ts";
import type { Admission } from "./players/admission.ts";
import { ClaimMover } from "./players/claim-mover.ts";
import { FrontDesk } from "./players/front-desk.ts";
import type { PlayerEnding } from "./players/player.ts";
import { Players } from "./players/players.ts";
import { SaveQueue } from "./players/save-queue.ts";
import { SnapshotPace } from "./snapshot/snapshot-pace.ts";
import { SnapshotSender } from "./snapshot/snapshot-sender.ts";
import { TickLoop } from "./tick/tick-loop.ts";
import { TickTimes } from "./tick/tick-times.ts";
import { HandlerFaults } from "./world/handler-faults.ts";
import { World } from "./world/world.ts";
import type { ZoneSettings } from "./zone-settings.ts";

/** What a server of a zone that several servers share needs beside. */
export type MeshOptions = {
  readonly links: PeerLinks;
  readonly settings: MeshSettings;
  /** The partition that is in force at the start. */
  readonly partition: PartitionUpdate;
  /** Sends to the coordinator; `false` when it can't be reached now. */
  readonly tellCoordinator: (body: LinkBody) => boolean;
  /** Asks for a link that is needed and does not stand. */
  readonly askForLink?: AskForLink;
  /** Entities that leave together with one, itself first. */
  readonly unitOf?: (entity: EntityId) => readonly EntityId[];
};

/** Clients, by whatever their messages come. */
export type RuntimeHandlers = GameLinkHandlers<ClientPipe>;

export type ZoneRuntimeOptions = {
  readonly game: Game;
  readonly zoneName: string;
  readonly zoneInstanceId: number;
  readonly settings: ZoneSettings;
  readonly ids: IdSource;
  readonly characters: Characters;
  readonly admission: Admission;
  readonly clock: Clock;
  /** Mesh time in milliseconds: what ticks are numbered by. */
  readonly meshMs: () => number;
  readonly logger: Logger;
  /** Who may look at `GET /inspect`; nobody when not given. */
  readonly inspectCredential: string | undefined;
  readonly onPresence: (characterName: string, isPresent: boolean) => void;
  /** Not given: this server has the zone for itself. */
  readonly mesh?: MeshOptions;
  /** Ticks when somebody else says so, by `runTick`: for tests with their own time. */
  readonly isTickedByHand?: boolean;
};

/** The world of one zone with its players, its game port and its ticks: everything but the ways to the backend. */
export class ZoneRuntime {
  readonly world: World;
  readonly schema: GameSchema;
  readonly times: TickTimes;
  readonly players: Players;
  readonly desk: FrontDesk;
  readonly sender: SnapshotSender;
  readonly saves: SaveQueue;
  readonly claims: ClaimMover;
  readonly pace: SnapshotPace;
  /** This server's part in its mesh instance; `undefined` when it has the zone for itself. */
  readonly mesh: MeshNode | undefined;
  /** What its neighbours own near the border. */
  readonly ghosts: Ghosts | undefined;
  /** What clients want of this server. */
  readonly handlers: RuntimeHandlers;
  readonly #options: ZoneRuntimeOptions;
  readonly #rates: Rates;
  #link: GameLink | undefined;
  #skippedTicks = 0;
  #isStopping = false;
  #loop: TickLoop | undefined;

  private constructor(options: ZoneRuntimeOptions) {
    this.#options = options;
    const { game, settings, clock, logger, zoneName, zoneInstanceId } = options;
    const { viewCap, linkDeadMs, saveEveryMs } = settings;
    this.schema = schemaOf(game);
    const faults = new HandlerFaults(logger);
    // All servers of a mesh instance are born with the same zone, of which each keeps its own ground.
    const seed = options.mesh === undefined ? `${zoneName} ${zoneInstanceId}` : zoneName;
    this.world = new World({ game, zoneName, ids: options.ids, faults, seed });
    this.times = new TickTimes(clock.nowMs());
    this.saves = new SaveQueue({
      characters: options.characters,
      logger,
      onRefused: (lost) => this.#ownershipLost(lost),
    });
    this.claims = new ClaimMover({
      characters: options.characters,
      logger,
      onRefused: (lost) => this.#ownershipLost(lost),
    });
    const { world, schema, times, saves, claims } = this;
    const serverName = `${zoneName}-${zoneInstanceId}`;
    this.players = new Players({
      ...{ world, schema, saves, claims, clock, zoneInstanceId, serverName, viewCap, linkDeadMs, saveEveryMs },
      onPresence: options.onPresence,
    });
    const { characters, admission, ids } = options;
    this.desk = new FrontDesk({
      ...{ players: this.players, characters, saves, claims, admission, ids, clock, logger },
      gameHash: schema.hash,
      hardCap: settings.hardPlayerCap,
      attachWarm: (connection, token) => {
        if (this.mesh !== undefined) this.mesh.clients.attach(connection, token);
        else connection.close("refused", "this zone has one server: nobody is handed to it");
      },
    });
    this.sender = new SnapshotSender({ world, schema, times, clock, viewCap });
    this.pace = new SnapshotPace(game.definition.tickHz);
    this.#rates = new Rates(clock.nowMs());
    this.mesh = options.mesh && this.#meshNode(options.mesh);
    this.ghosts = this.mesh && options.mesh && this.#withGhosts(this.mesh, options.mesh);
    this.handlers = this.#handlers();
  }

  /** Opens the game port and starts ticking. Rejects when the port is taken. */
  static async start(options: ZoneRuntimeOptions): Promise<ZoneRuntime> {
    const runtime = new ZoneRuntime(options);
    await runtime.#open();
    return runtime;
  }

  get port(): number {
    return this.#link?.port ?? 0;
  }

  get linkCounts(): GameLinkCounts | undefined {
    return this.#link?.counts;
  }

  /** What the live map shows. */
  inspect(): Inspection {
    const { zoneInstanceId, clock } = this.#options;
    this.#rates.update(clock.nowMs(), this.#link?.bytesOut ?? 0);
    return inspect(this, zoneInstanceId, this.#rates);
  }

  /**
   * Tells every client why, saves and releases every character, and frees the port. What is not stored by the deadline
   * is lost to the last periodic save: the answer says how many characters that were.
   */
  async stop(ending: PlayerEnding): Promise<{ readonly unsaved: number }> {
    const { clock, settings } = this.#options;
    const deadlineMs = clock.nowMs() + settings.stopWithinMs;
    const left = () => Math.max(0, deadlineMs - clock.nowMs());
    this.#isStopping = true;
    await within(left() / 2, this.desk.close(ending));
    this.#loop?.[Symbol.dispose]();
    this.sender.finish();
    this.world.simulate(this.world.tick + 1, () => {
      for (const player of this.players.all) this.players.end(player, ending);
      this.players.step();
    });
    const stored = this.claims.drained().then(() => this.saves.drained());
    await Promise.all([within(left(), stored), this.#link?.[Symbol.asyncDispose]()]);
    const unsaved = this.saves.size + this.claims.size;
    this.claims[Symbol.dispose]();
    this.saves[Symbol.dispose]();
    return { unsaved };
  }

  async #open(): Promise<void> {
    const { settings, clock, meshMs, game } = this.#options;
    const { host, port, maxConnections, attachDeadlineMs } = settings;
    const { schema, times } = this;
    const { handlers } = this;
    this.#link = await GameLink.listen({
      ...{ host, port, maxConnections, attachDeadlineMs, schema, clock, handlers },
    });
    const { tickHz } = game.definition;
    this.world.simulate(Math.floor((meshMs() * tickHz) / 1000), () => this.#populate());
    if (this.#options.isTickedByHand) return;
    this.#loop = new TickLoop({ tickHz, meshMs, times, runTick: (tick) => this.runTick(tick) });
  }

  #meshNode({ partition: _, ...mesh }: MeshOptions): MeshNode {
    const { world, players, schema } = this;
    const { clock, logger, zoneInstanceId, settings } = this.#options;
    const node = new MeshNode({
      ...mesh,
      ...{ self: zoneInstanceId, world, players, schema, clock, logger },
      snapshots: this.sender,
      refusal: (isPlayer) => {
        if (this.#isStopping) return "draining";
        if (isPlayer && players.count + this.desk.entering >= settings.hardPlayerCap) return "full";
        return world.store.count >= MAX_ENTITIES ? "full" : undefined;
      },
    });
    return node;
  }

  #withGhosts(node: MeshNode, { links, partition, settings }: MeshOptions): Ghosts {
    const { world, schema } = this;
    const { clock, logger, zoneInstanceId } = this.#options;
    const epochOf = (id: EntityId) => node.desk.epochOf(id);
    const ghosts = new Ghosts({
      ...{ world, schema, self: zoneInstanceId, links, clock, epochOf },
      characterOf: (id) => this.players.byEntity(id)?.characterName,
      isScattered: settings.isStorm,
    });
    node.keepsGhosts = true;
    node.playerGhosts = (isOwner) => ghosts.playersOf(isOwner);
    node.listen({
      released: (_slot, entity, to, epoch) => ghosts.onReleased(entity, to, epoch),
      owned: (_slot, entity) => void ghosts.onOwned(entity),
      repartitioned: (version) => ghosts.setPartition(version),
      fenced: (dead) => ghosts.fence(dead),
    });
    links.onUp((peer) => ghosts.peerUp(peer));
    links.onDown((peer) => ghosts.peerDown(peer));
    links.onMessage((from, body) => void ghosts.receive(from, body));
    links.onHandled((durationMs) => this.times.spent("links", durationMs));
    links.onBulk((from, bytes) => {
      const wrong = ghosts.apply(from, bytes);
      if (wrong !== undefined) logger.warn({ from, wrong }, "a ghost batch that makes no sense is dropped");
    });
    node.applyPartition(partition);
    return ghosts;
  }

  /** Brings the zone to life; where others share it, each server keeps what stands on its ground. */
  #populate(): void {
    const { world, mesh } = this;
    world.populate();
    const raster = mesh?.raster;
    if (raster === undefined) return;
    const { x, y } = world.store.positions;
    world.discard((slot) => raster.ownerAt(x[slot] as number, y[slot] as number) !== raster.self);
  }

  #handlers(): RuntimeHandlers {
    const { players, desk, mesh } = this;
    return {
      attach: (connection, message) => void desk.attach(connection, message),
      inputs: (connection, message) => {
        const player = players.byConnection(connection);
        if (player !== undefined) player.inputs.add(message.firstSeq, message.inputs);
        else mesh?.clients.forward(connection, message);
      },
      leave: (connection) => {
        const player = players.byConnection(connection);
        if (player === undefined) connection.close("left", "the player left");
        else players.end(player, { code: "left", reason: "the player left", keep: "save" });
      },
      closed: (connection) => {
        players.lost(connection);
        mesh?.clients.gone(connection);
      },
      tick: () => this.world.tick,
      request: (request, response) =>
        answerInspect(request, response, this.#options.inspectCredential, () => this.inspect()),
    };
  }

  /** Runs one tick and starts to tell the clients. */
  runTick(tick: number): void {
    const { clock } = this.#options;
    const { world, players, times } = this;
    this.sender.finish();
    this.#keepPace();
    const begun = clock.nowMs();
    this.ghosts?.step();
    times.spent("ghosts", clock.nowMs() - begun);
    world.simulate(tick, () => {
      const start = clock.nowMs();
      players.step();
      const inputsDone = clock.nowMs();
      world.runTimers();
      world.runSystems();
      const systemsDone = clock.nowMs();
      world.runCalls();
      times.spent("inputs", inputsDone - start);
      times.spent("systems", systemsDone - inputsDone);
      times.spent("calls", clock.nowMs() - systemsDone);
    });
    const simulated = clock.nowMs();
    this.mesh?.times.during("watch", () => this.mesh?.endOfTick());
    const handedOver = clock.nowMs();
    this.ghosts?.collect(tick);
    times.spent("handoffs", handedOver - simulated);
    times.spent("ghosts", clock.nowMs() - handedOver);
    players.saveDue();
    world.calls.flushAnswers();
    if (this.pace.isDue(tick)) this.sender.begin(tick, players.all);
    else times.finishTick(clock.nowMs());
  }

  #keepPace(): void {
    const { game, logger } = this.#options;
    const { skippedTicks, lastTickMs } = this.times;
    // A skipped tick is one that had no time at all.
    const hasSkipped = skippedTicks > this.#skippedTicks;
    this.#skippedTicks = skippedTicks;
    const share = hasSkipped ? 2 : (lastTickMs * game.definition.tickHz) / 1000;
    if (!this.pace.note(share)) return;
    logger.warn({ every: this.pace.every, tick: this.times.tick }, "snapshots go out at another pace");
  }

  /** Somebody else holds the character: what we have of it is worth nothing, and its player must hear it. */
  #ownershipLost({ characterName, reason, entityId, epoch }: LostOwnership): void {
    const player = this.players.byName(characterName);
    // It may have come back meanwhile, and be here by right.
    if (player?.entityId !== entityId || compareEpochs(player.epoch, epoch) !== 0) return;
    this.#options.logger.warn({ characterName, reason }, "a save was refused: the character leaves this server");
    this.players.end(player, {
      code: "replaced",
      reason: `this character is played elsewhere (${reason})`,
      keep: "discard",
    });
  }
}

/** Waits for a promise, but not longer than `ms`. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, overdue]);
  clearTimeout(timer);
}
