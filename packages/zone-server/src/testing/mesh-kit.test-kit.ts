import { type EntityId, ID_BLOCK_SIZE, IdSource, ManualClock, Prng } from "@ows/base";
import type { Components, Game, InputFields } from "@ows/game";
import {
  type CoordinatorEvent,
  moveCells,
  OwnershipCoordinator,
  type Partition,
  partitionToWire,
  type ServerId,
  staticPartition,
  withoutServer,
} from "@ows/mesh";
import { type ByteChannel, type ChannelTransport, linkTransport, MemoryChannels } from "@ows/mesh-runtime";
import { schemaOf } from "@ows/protocol/game";
import {
  type HandoffReport,
  LINK_PROTOCOL_VERSION,
  type LinkBody,
  orderToWire,
  ownershipEventFromWire,
} from "@ows/protocol/mesh";
import { type Logger, silentLogger } from "@ows/service-kit";
import { MemoryCharacters } from "../backend/characters.ts";
import { defaultMeshSettings, type MeshSettings } from "../mesh/mesh-settings.ts";
import { PeerLinks } from "../mesh/peer-links.ts";
import { openAdmission } from "../players/admission.ts";
import { anyGame } from "../world/any-game.ts";
import { ZoneRuntime } from "../zone-runtime.ts";
import { defaultZoneSettings } from "../zone-settings.ts";
import { KitClient } from "./kit-client.test-kit.ts";

export type MeshKitOptions<C extends Components, I extends InputFields> = {
  readonly game: Game<C, I>;
  readonly servers: number;
  readonly settings?: Partial<MeshSettings>;
  readonly logger?: Logger;
  readonly unitOf?: (entity: EntityId) => readonly EntityId[];
};

export type KitServer = {
  readonly id: ServerId;
  readonly runtime: ZoneRuntime;
  readonly links: PeerLinks;
  readonly channels: TrackedChannels;
};

/** Channels of one server, so that all of them can be cut at once. */
class TrackedChannels implements ChannelTransport {
  readonly #inner: ChannelTransport;
  readonly #open = new Set<ByteChannel>();

  constructor(inner: ChannelTransport) {
    this.#inner = inner;
  }
  listen(...[address, onChannel]: Parameters<ChannelTransport["listen"]>): ReturnType<ChannelTransport["listen"]> {
    return this.#inner.listen(address, (channel) => {
      this.#open.add(channel);
      onChannel(channel);
    });
  }
  async connect(...args: Parameters<ChannelTransport["connect"]>): Promise<ByteChannel> {
    const channel = await this.#inner.connect(...args);
    this.#open.add(channel);
    return channel;
  }
  cut(): void {
    for (const channel of this.#open) channel.destroy();
    this.#open.clear();
  }
}

/** Zone servers of one mesh instance in one process, with a coordinator and a time of their own. */
export class MeshKit implements AsyncDisposable {
  readonly clock = new ManualClock(1_000_000);
  readonly characters = new MemoryCharacters();
  readonly clients: KitClient[] = [];
  readonly reports: HandoffReport[] = [];
  readonly coordinator = new OwnershipCoordinator();
  /** Called in each step when the servers have ticked and nothing that they said has arrived. */
  beforeWire: (() => void) | undefined;
  readonly #servers = new Map<ServerId, KitServer>();
  readonly #schema;
  readonly #tickMs: number;
  #partition: Partition;
  #tick = 0;

  private constructor(game: Game, partition: Partition) {
    this.#schema = schemaOf(game);
    this.#tickMs = 1000 / game.definition.tickHz;
    this.#partition = partition;
  }

  static async start<C extends Components, I extends InputFields>(options: MeshKitOptions<C, I>): Promise<MeshKit> {
    const game = anyGame(options.game);
    const ids = Array.from({ length: options.servers }, (_, i) => i + 1);
    const { bounds } = game.definition.zones.default;
    const kit = new MeshKit(game, staticPartition(bounds, ids));
    const memory = new MemoryChannels();
    const links = await Promise.all(ids.map((id) => kit.#link(id, memory, options.logger)));
    for (const [i, id] of ids.entries()) await kit.#start(id, links[i] as (typeof links)[number], game, options);
    // Ground is divided once all are there.
    for (const { runtime } of kit.servers) runtime.mesh?.applyPartition(kit.#update());
    for (const id of ids) kit.#decide({ kind: "server-up", server: id });
    await kit.allLinked();
    return kit;
  }

  /** Links come to be, and come back, in real time. */
  allLinked(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (this.servers.every(({ links }) => links.up.length === this.servers.length - 1)) resolve();
    };
    for (const { links } of this.servers) links.onUp(look);
    look();
    return promise;
  }

  /** Those that live. */
  get servers(): readonly KitServer[] {
    return [...this.#servers.values()];
  }

  get tick(): number {
    return this.#tick;
  }

  server(id: ServerId): KitServer {
    const server = this.#servers.get(id);
    if (server === undefined) throw new Error(`server ${id} is dead`);
    return server;
  }

  /** A client that enters at a server. */
  enter(name: string, id: ServerId): KitClient {
    const client = new KitClient(
      this.#schema,
      (url) => this.servers.find((server) => urlOf(server.id) === url)?.runtime,
    );
    this.clients.push(client);
    client.enter(this.server(id).runtime, name);
    return client;
  }

  /** Runs ticks: clients, then servers, then what is on the wire. */
  async step(ticks = 1): Promise<void> {
    for (let i = 0; i < ticks; i++) {
      this.clock.advance(this.#tickMs);
      this.#tick++;
      for (const client of this.clients) client.turn();
      for (const { runtime } of this.servers) runtime.runTick(this.#tick);
      this.beforeWire?.();
      await turnOfTheLoop();
    }
  }

  /** Runs ticks until a condition holds. Throws when it does not within `most`. */
  async until(isMet: () => boolean, most = 1_500): Promise<void> {
    for (let i = 0; i < most; i++) {
      if (isMet()) return;
      await this.step();
    }
    throw new Error(`not met within ${most} ticks`);
  }

  /** Who says that it owns the entity. */
  ownersOf(entity: EntityId): ServerId[] {
    return this.servers.filter(({ runtime }) => runtime.mesh?.owns(entity)).map(({ id }) => id);
  }

  /** Who simulates it: has it, and not as a ghost. */
  simulatorsOf(entity: EntityId): ServerId[] {
    return this.servers
      .filter(({ runtime: { world } }) => {
        const slot = world.store.slotOf(entity);
        return slot !== undefined && !world.store.isGhost(slot);
      })
      .map(({ id }) => id);
  }

  /** All ground goes to one server; only those named hear of it now, the others with the next version. */
  giveGround(to: ServerId, toldTo: readonly ServerId[]): void {
    this.#partition = moveCells(this.#partition, this.#partition.cells.keys(), to);
    this.announce(toldTo);
  }

  /** The present partition is in force at these servers. */
  announce(toldTo: readonly ServerId[]): void {
    for (const id of toldTo) this.server(id).runtime.mesh?.applyPartition(this.#update());
  }

  /** A server is gone from one moment to the next; its links break, and nobody knows more. */
  crash(id: ServerId): void {
    const server = this.server(id);
    this.#servers.delete(id);
    server.channels.cut();
    void server.links[Symbol.asyncDispose]();
    for (const client of this.clients) client.lose(server.runtime);
    void server.runtime.stop({ code: "stopping", reason: "crashed", keep: "discard" });
  }

  /** Its launcher says that it is dead. */
  proveDead(id: ServerId): void {
    this.#decide({ kind: "proof-of-death", server: id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.servers.map(async ({ runtime, links }) => {
        await links[Symbol.asyncDispose]();
        await runtime.stop({ code: "stopping", reason: "the test is over", keep: "discard" });
      }),
    );
  }

  async #link(id: ServerId, memory: MemoryChannels, logger = silentLogger()) {
    const channels = new TrackedChannels(memory);
    const links = await PeerLinks.listen({
      transport: linkTransport(channels),
      address: { host: "kit", port: id },
      hello: {
        protocolVersion: LINK_PROTOCOL_VERSION,
        role: "zone-server",
        customerGuid: "11111111-2222-3333-4444-555555555555",
        zoneInstanceId: id,
        incarnation: `server ${id}`,
        schemaHash: this.#schema.hash,
        components: [],
        pid: 1,
      },
      prng: Prng.fromSeed(id),
      clock: this.clock,
      logger,
    });
    links.admitWith("secret");
    return { channels, links };
  }

  async #start(
    id: ServerId,
    { channels, links }: Pick<KitServer, "channels" | "links">,
    game: Game,
    { settings, logger, unitOf }: Omit<MeshKitOptions<Components, InputFields>, "game">,
  ): Promise<void> {
    const ids = new IdSource();
    ids.grant({ first: 1 + id * ID_BLOCK_SIZE, size: ID_BLOCK_SIZE });
    const runtime = await ZoneRuntime.start({
      ...{ game, zoneName: "Border", zoneInstanceId: id, ids, characters: this.characters, clock: this.clock },
      settings: { ...defaultZoneSettings, stopWithinMs: 100 },
      admission: openAdmission,
      meshMs: () => this.clock.nowMs(),
      logger: logger ?? silentLogger(),
      inspectCredential: undefined,
      onPresence: () => {},
      isTickedByHand: true,
      mesh: {
        links,
        settings: { ...defaultMeshSettings, ...settings },
        partition: this.#update(),
        tellCoordinator: (body) => this.#hear(id, body),
        ...(unitOf !== undefined && { unitOf }),
      },
    });
    this.#servers.set(id, { id, runtime, links, channels });
  }

  #update() {
    const { version, cells } = partitionToWire(this.#partition);
    const ids = this.#servers.size > 0 ? [...this.#servers.keys()] : [...new Set(this.#partition.cells.values())];
    const peers = ids.map((zoneInstanceId) => ({
      zoneInstanceId,
      s2sEndpoint: { ip: "kit", port: zoneInstanceId, url: "" },
      s2sSocket: "",
      gameEndpoint: { ip: "kit", port: zoneInstanceId, url: urlOf(zoneInstanceId) },
    }));
    return { version, cells: [...cells], peers };
  }

  #hear(from: ServerId, body: LinkBody): boolean {
    if (!this.#servers.has(from)) return false;
    switch (body.$case) {
      case "handoffReports":
        this.reports.push(...body.value.reports);
        return true;
      default: {
        const event = ownershipEventFromWire(from, body);
        if (event?.ok) this.#decide(event.value);
        return true;
      }
    }
  }

  /** Decisions reach the servers a little later, as on a wire. */
  #decide(event: CoordinatorEvent): void {
    for (const effect of this.coordinator.step(event)) {
      if (effect.kind === "order") {
        const { to, order } = effect;
        const told = orderToWire(order);
        queueMicrotask(() => {
          if (told.$case === "ownershipOrder") this.#servers.get(to)?.runtime.mesh?.order(told.value);
        });
      } else if (effect.kind === "settled") {
        const { bounds } = (this.servers[0] as KitServer).runtime.world.zone;
        this.#partition = withoutServer(bounds, this.#partition, effect.dead) ?? this.#partition;
        const update = this.#update();
        queueMicrotask(() => {
          for (const { runtime } of this.servers) runtime.mesh?.applyPartition(update);
        });
      }
    }
  }
}

function urlOf(id: ServerId): string {
  return `ws://kit:${id}`;
}

/** Lets what is on the wire arrive: memory channels need a few turns of microtasks. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
