import { randomUUID } from "node:crypto";
import { backoffMs, type Clock, type Endpoint, endpointFrom, IdSource, Prng } from "@ows/base";
import type { Bounds, Components, Game, InputFields } from "@ows/game";
import { hostChannels, type LinkTransport, linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { schemaOf } from "@ows/protocol/game";
import { CallError } from "@ows/protocol/http";
import type { PartitionUpdate, Peer } from "@ows/protocol/mesh";
import { type Hello, LINK_PROTOCOL_VERSION, type LinkBody } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import { HttpBackend, isFinal, type JoinAnswer } from "./backend/http-backend.ts";
import type { Inspection } from "./inspect/inspect.ts";
import { ControlLink } from "./mesh/control-link.ts";
import { describeComponents } from "./mesh/describe-components.ts";
import { LauncherLink } from "./mesh/launcher-link.ts";
import { MeshClock } from "./mesh/mesh-clock.ts";
import { MeshEntrance } from "./mesh/mesh-entrance.ts";
import type { LinkWish } from "./mesh/peer-book.ts";
import { PlayerCountHeartbeat } from "./mesh/player-count-heartbeat.ts";
import { secureAdmission } from "./players/admission.ts";
import type { PlayerEnding } from "./players/player.ts";
import { processClock } from "./process-clock.ts";
import { anyGame } from "./world/any-game.ts";
import type { ZoneArguments } from "./zone-arguments.ts";
import type { ZoneProcessSettings } from "./zone-process-settings.ts";
import { type MeshOptions, ZoneRuntime } from "./zone-runtime.ts";
import { defaultZoneSettings } from "./zone-settings.ts";

export type ZoneServer = AsyncDisposable & {
  readonly endpoint: Endpoint;
  readonly zoneInstanceId: number;
  /** Resolves with the reason when the server wants to end or was disposed. The caller then disposes it. */
  readonly stopping: Promise<string>;
  inspect(): Inspection;
};

export type ZoneServerOptions<C extends Components, I extends InputFields> = {
  readonly game: Game<C, I>;
  readonly place: ZoneArguments;
  readonly settings: ZoneProcessSettings;
  readonly logger: Logger;
  readonly clock?: Clock;
};

/** How often entering the mesh is tried before the process gives up. */
const ENTER_ATTEMPTS = 5;
const ENTER_BACKOFF = { firstMs: 200, maxMs: 2_000 };
/** How long the first tick waits for the coordinator's clock. */
const CLOCK_WAIT_MS = 500;

/**
 * Starts the zone server of one zone instance: enters the mesh, opens the game port, ticks, and says that players can
 * come. Rejects with a clear error when the services refuse it, can't be reached, or the port is taken.
 */
export async function startZoneServer<C extends Components, I extends InputFields>(
  options: ZoneServerOptions<C, I>,
): Promise<ZoneServer> {
  const starting = new StartingZoneServer(anyGame(options.game), options.place, options.settings, {
    logger: options.logger,
    clock: options.clock ?? processClock,
  });
  try {
    return await starting.start();
  } catch (error) {
    await starting.end(`it did not start: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

/** The parts of a zone server, from the first to the last; each is undone in reverse by `end`. */
class StartingZoneServer {
  readonly #game: Game;
  readonly #place: ZoneArguments;
  readonly #settings: ZoneProcessSettings;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #backend: HttpBackend;
  readonly #ids = new IdSource();
  readonly #prng: Prng;
  readonly #meshClock: MeshClock;
  readonly #endpoint: Endpoint;
  readonly #hello: Hello;
  readonly #stopping = Promise.withResolvers<string>();
  readonly #cpu = new CpuShare();
  #launcher: LauncherLink | undefined;
  #control: ControlLink | undefined;
  #entrance: MeshEntrance | undefined;
  #runtime: ZoneRuntime | undefined;
  #heartbeat: PlayerCountHeartbeat | undefined;
  #bounds: Bounds;
  #state: "running" | "draining" = "running";
  #ended: Promise<void> | undefined;

  constructor(
    game: Game,
    place: ZoneArguments,
    settings: ZoneProcessSettings,
    tools: { readonly logger: Logger; readonly clock: Clock },
  ) {
    this.#game = game;
    this.#place = place;
    this.#settings = settings;
    this.#logger = tools.logger;
    this.#clock = tools.clock;
    const { customerGuid, credential, publicIp, urlTemplate } = settings;
    const { zoneInstanceId, port } = place;
    this.#backend = new HttpBackend({ ...settings, zoneInstanceId, playerClass: game.definition.player });
    const incarnation = randomUUID();
    this.#prng = Prng.fromSeed(incarnation);
    this.#meshClock = new MeshClock(tools.clock, 1000 / game.definition.tickHz);
    this.#endpoint = endpointFrom(urlTemplate, publicIp, port);
    this.#bounds = game.definition.zones.default.bounds;
    this.#hello = {
      protocolVersion: LINK_PROTOCOL_VERSION,
      role: "zone-server",
      customerGuid,
      zoneInstanceId,
      incarnation,
      credential,
      schemaHash: schemaOf(game).hash,
      components: describeComponents(game),
      pid: process.pid,
    };
  }

  async start(): Promise<ZoneServer> {
    const transport = linkTransport(tcpChannels);
    const { launcherLink, hardPlayerCap } = this.#settings;
    const stop = (reason: string) => this.#stop(reason);
    const [logger, prng, hello] = [this.#logger, this.#prng, this.#hello];
    if (launcherLink !== "") {
      const [host = "", port] = launcherLink.split(":");
      const address = { host, port: Number(port) };
      this.#launcher = new LauncherLink({
        ...{ transport, address, hello, prng, logger, stop },
        prepareToReceive: (preparation) => this.#entrance?.prepareToReceive(preparation),
      });
    }
    const row = await this.#enter(() => this.#backend.zoneInstance());
    const { zones } = this.#game.definition;
    this.#bounds = (zones[row?.zoneName ?? ""] ?? zones.default).bounds;
    const { host, publicIp, minimumStayMs, partitionWaitMs } = this.#settings;
    const place = { clock: this.#clock, host, publicIp, minimumStayMs, partitionWaitMs };
    const entrance = await MeshEntrance.open({ ...place, transport: this.#peerTransport(), hello, prng, logger });
    this.#entrance = entrance;
    const join = await this.#enter(() => this.#join());
    const mesh = entrance.joined(join);
    this.#ids.grant(join.idBlock);
    this.#control = new ControlLink({
      ...{ transport, hello, join, logger, prng, stop },
      joinAgain: () => this.#join(),
      ids: this.#ids,
      meshClock: this.#meshClock,
      clock: this.#clock,
      load: () => this.#load(),
      present: () => this.#runtime?.players.all.map(({ characterName }) => characterName) ?? [],
      evict: (characterName, reason) => this.#evict(characterName, reason),
      receive: (body) => entrance.receive(body),
    });
    await this.#clockIsSet();
    const partition = mesh === undefined ? undefined : await this.#ground(entrance);
    this.#meshClock.startTicking();
    const [tellCoordinator, askForLink] = [this.#tellCoordinator, this.#askForLink];
    const meshOptions = mesh && partition && { ...mesh, partition, tellCoordinator, askForLink };
    this.#runtime = await this.#run(join, Math.min(hardPlayerCap, join.zone.hardPlayerCap), meshOptions);
    if (this.#runtime.mesh !== undefined) entrance.handTo(this.#runtime.mesh);
    await this.#enter(() => this.#backend.reportPlayers(0));
    this.#heartbeat = new PlayerCountHeartbeat({
      report: (players) => this.#backend.reportPlayers(players),
      count: () => this.#runtime?.players.count ?? 0,
      logger,
      clock: this.#clock,
    });
    this.#launcher?.tellReady(this.#endpoint);
    logger.info({ zone: join.zone, endpoint: this.#endpoint }, "players can come");
    return this.#asZoneServer();
  }

  /** Ends everything that was started. Repeated calls wait for the first. */
  end(reason: string): Promise<void> {
    this.#ended ??= this.#end(reason);
    return this.#ended;
  }

  #asZoneServer(): ZoneServer {
    const runtime = this.#runtime as ZoneRuntime;
    return {
      endpoint: this.#endpoint,
      zoneInstanceId: this.#place.zoneInstanceId,
      stopping: this.#stopping.promise,
      inspect: () => runtime.inspect(),
      [Symbol.asyncDispose]: () => {
        this.#stop("it was asked to stop");
        return this.end("stopped");
      },
    };
  }

  #stop(reason: string): void {
    if (this.#state === "draining") return;
    this.#state = "draining";
    this.#logger.info({ reason }, "stopping");
    this.#launcher?.tellEnding(reason);
    this.#stopping.resolve(reason);
  }

  async #end(reason: string): Promise<void> {
    this.#launcher?.tellEnding(reason);
    await this.#heartbeat?.[Symbol.asyncDispose]();
    const stopped = await this.#runtime?.stop({
      code: "stopping",
      reason: "this server is stopping; your character is saved",
      keep: "save",
    });
    if (stopped !== undefined && stopped.unsaved > 0) {
      this.#logger.error({ characters: stopped.unsaved }, "ended before the last state of these characters was stored");
    }
    await this.#entrance?.[Symbol.asyncDispose]();
    await this.#control?.[Symbol.asyncDispose]();
    await this.#launcher?.[Symbol.asyncDispose]();
  }

  /** Servers of one machine take the short way. */
  #peerTransport(): LinkTransport {
    if (!this.#settings.unixSockets) return linkTransport(tcpChannels);
    const onTcpOnly = (error: unknown) => this.#logger.info({ err: error }, "links within this machine go over TCP");
    return linkTransport(hostChannels({ onTcpOnly }));
  }

  #join(): Promise<JoinAnswer> {
    return this.#backend.join({
      gameEndpoint: this.#endpoint,
      s2sEndpoint: (this.#entrance as MeshEntrance).endpoint,
      s2sSocket: (this.#entrance as MeshEntrance).links.address.socketPath ?? null,
      schemaHash: this.#hello.schemaHash,
      capacity: this.#settings.hardPlayerCap,
      bounds: this.#bounds,
    });
  }

  readonly #tellCoordinator = (body: LinkBody): boolean => this.#control?.send(body) ?? false;

  readonly #askForLink = (wish: LinkWish): Promise<Peer> => this.#backend.requestHandoffPreparation(wish);

  /** The ground is divided when all servers that share it are in. */
  async #ground(entrance: MeshEntrance): Promise<PartitionUpdate> {
    const ground = await Promise.race([entrance.ground, this.#stopping.promise]);
    if (typeof ground !== "string") return ground;
    throw new Error(`told to stop before the ground was divided: ${ground}`);
  }

  #run(join: JoinAnswer, hardPlayerCap: number, mesh: MeshOptions | undefined): Promise<ZoneRuntime> {
    const { settings, place } = { settings: this.#settings, place: this.#place };
    return ZoneRuntime.start({
      game: this.#game,
      zoneName: join.zone.zoneName,
      zoneInstanceId: place.zoneInstanceId,
      settings: { ...defaultZoneSettings, ...settings, port: place.port, hardPlayerCap },
      ids: this.#ids,
      characters: this.#backend,
      admission: secureAdmission({
        customerGuid: settings.customerGuid,
        zoneInstanceId: place.zoneInstanceId,
        ticketPublicKey: join.ticketPublicKey,
        encryptionKey: settings.encryptionKey === "" ? undefined : settings.encryptionKey,
        ownCharacterOf: (session) => this.#backend.ownCharacterOf(session),
        clock: this.#clock,
      }),
      clock: this.#clock,
      meshMs: () => this.#meshClock.nowMs(),
      logger: this.#logger,
      inspectCredential: settings.credential,
      ...(mesh !== undefined && { mesh }),
      onPresence: (characterName, isPresent) => {
        this.#heartbeat?.changed();
        if (isPresent) this.#control?.tellPresence(characterName, true);
        else void this.#tellDeparture(characterName);
      },
    });
  }

  /** Who waits for the character may claim it as soon as this is heard: so first its last save has to be stored. */
  async #tellDeparture(characterName: string): Promise<void> {
    await this.#runtime?.saves.settled(characterName);
    this.#control?.tellPresence(characterName, false);
  }

  async #evict(characterName: string, reason: string): Promise<boolean> {
    const code: PlayerEnding["code"] = "travelled";
    return (await this.#runtime?.desk.evict(characterName, { code, reason, keep: "save" })) ?? false;
  }

  #load() {
    return {
      players: this.#runtime?.players.count ?? 0,
      entities: this.#runtime?.world.store.count ?? 0,
      cpu: this.#cpu.take(this.#clock.nowMs()),
      tickP99Ms: this.#runtime?.times.tick.p99Ms ?? 0,
      state: this.#state,
    };
  }

  /** Repeats a call to the services while they can't be reached. */
  async #enter<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof CallError) || isFinal(error) || attempt + 1 >= ENTER_ATTEMPTS) throw error;
        this.#logger.warn({ err: error }, "the services do not answer yet");
        await pause(backoffMs(attempt, this.#prng, ENTER_BACKOFF));
      }
    }
  }

  async #clockIsSet(): Promise<void> {
    const untilMs = this.#clock.nowMs() + CLOCK_WAIT_MS;
    while (!this.#meshClock.isSet && this.#clock.nowMs() < untilMs) await pause(5);
    if (!this.#meshClock.isSet) this.#logger.warn("the coordinator's clock is not known: ticks follow this machine's");
  }
}

/** Share of one core between two looks. */
class CpuShare {
  #usage = process.cpuUsage();
  #atMs: number | undefined;

  take(nowMs: number): number {
    const { user, system } = process.cpuUsage(this.#usage);
    const passedMs = nowMs - (this.#atMs ?? nowMs);
    this.#usage = process.cpuUsage();
    this.#atMs = nowMs;
    return passedMs > 0 ? (user + system) / 1_000 / passedMs : 0;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
