import type { Epoch } from "@ows/base";
import { MemoryBroker, MemoryBus } from "@ows/bus";
import type { Role } from "@ows/mesh";
import { type Link, linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { type PrepareToReceiveMessage, prepareToReceive, serverShutDown, serverSpinUp } from "@ows/protocol/bus";
import { callEndpoint, instanceManagement, mesh, type RequestOf, type ResponseOf } from "@ows/protocol/http";
import { LINK_PROTOCOL_VERSION, type LinkBody } from "@ows/protocol/mesh";
import { serviceCredential, zoneCredential } from "@ows/protocol/ticket";
import { readSettings } from "@ows/service-kit";
import type { SqliteStore } from "@ows/store";
import { vi } from "vitest";
import { systemClock } from "../../system-clock.ts";
import { logger, pluginOf, storeWithCustomer, testServiceSettings } from "../../test-support/ows-wire.ts";
import { type InstanceManagement, startInstanceManagement } from "../service.ts";
import { type InstanceManagementSettings, instanceManagementSettings } from "../settings.ts";

export const ZONE = "Zone1";
export const bounds = { minX: -400, minY: -400, maxX: 400, maxY: 400 };
const { serviceSecret: secret } = testServiceSettings;

/** A zone that is kept running waits a second after its first failure. */
const RESTART_WITHIN = { timeout: 5_000 };

/** What a fake member says it has of a unit. */
export interface HeldUnit {
  readonly root: number;
  readonly epoch: Epoch;
  readonly role: Role;
  readonly peer: number;
}

/** Instance-management over real ports with a stock launcher that only listens; zone servers are the test's. */
export class MeshStack implements AsyncDisposable {
  readonly store: SqliteStore;
  readonly customerGuid: string;
  service: InstanceManagement;
  /** ZoneInstanceIDs in the order of their spin-up. */
  readonly started: number[] = [];
  readonly stopped: number[] = [];
  /** What the launcher was told to pass on to its zone servers. */
  readonly prepared: PrepareToReceiveMessage[] = [];
  readonly #settings: Partial<InstanceManagementSettings>;
  readonly #broker: MemoryBroker;
  #orders: AsyncDisposable | undefined;
  worldServerId = 0;

  private constructor(parts: {
    readonly store: SqliteStore;
    readonly customerGuid: string;
    readonly broker: MemoryBroker;
    readonly service: InstanceManagement;
    readonly settings: Partial<InstanceManagementSettings>;
  }) {
    this.store = parts.store;
    this.customerGuid = parts.customerGuid;
    this.service = parts.service;
    this.#broker = parts.broker;
    this.#settings = parts.settings;
  }

  static async open(servers = 2, settings: Partial<InstanceManagementSettings> = {}): Promise<MeshStack> {
    const { store, customerGuid } = await storeWithCustomer();
    const broker = new MemoryBroker(() => {});
    const all = { meshedZones: [{ zoneName: ZONE, servers }], keepRunning: [ZONE], ...settings };
    const service = await startService(store, broker, all);
    const stack = new MeshStack({ store, customerGuid, broker, service, settings: all });
    await stack.#startLauncher();
    return stack;
  }

  /** The same store, a new process. */
  async restart(): Promise<void> {
    const controlPort = this.service.controlEndpoint.port;
    await this.service[Symbol.asyncDispose]();
    this.service = await startService(this.store, this.#broker, { ...this.#settings, controlPort });
    // The first question loads the customer.
    await this.overview();
  }

  /** The servers that are ordered next. */
  async nextStarted(count: number): Promise<readonly number[]> {
    await vi.waitFor(() => {
      if (this.started.length < count) throw new Error(`${this.started.length} of ${count} servers were ordered`);
    }, RESTART_WITHIN);
    return this.started.splice(0, count);
  }

  /** All servers of a mesh instance, in and ready. */
  async runningMesh(count = 2): Promise<FakeMember[]> {
    const members: FakeMember[] = [];
    for (const id of await this.nextStarted(count)) members.push(await this.member(id));
    for (const member of members) await member.partition(1);
    for (const member of members) await member.ready();
    return members;
  }

  /** A zone server that has entered, with its control link. */
  async member(zoneInstanceId: number): Promise<FakeMember> {
    const member = new FakeMember(this, zoneInstanceId);
    await member.join();
    await member.link();
    return member;
  }

  /** Where a character is sent. A position is that of its last save in the zone, in metres. */
  async join(characterName: string, zoneName = ZONE) {
    const body = { characterName, zoneName, playerGroupType: 0 };
    const call = { baseUrl: this.service.url, customerGuid: this.customerGuid, body };
    return callEndpoint(instanceManagement.getServerToConnectTo, call);
  }

  /** Answers the session that it was made in. */
  async character(characterName: string, position?: { readonly x: number; readonly y: number }): Promise<string> {
    const { store, customerGuid } = this;
    const email = `${characterName}@localhost`;
    const person = { firstName: "", lastName: "", email, passwordHash: "", role: "Player" };
    const user = await store.users.register({ customerGuid, ...person });
    if (user.kind !== "registered") throw new Error(user.kind);
    const userSessionGuid = (await store.users.createSession(customerGuid, user.userGuid)) ?? "";
    const wish = { customerGuid, userSessionGuid, characterName, className: "MaleWarrior" };
    const created = await store.characters.createFromClass(wish);
    if (created.kind !== "created") throw new Error(created.kind);
    if (position === undefined) return userSessionGuid;
    const [row] = await store.zoneInstances.listAll(customerGuid);
    const zoneInstanceId = row?.mapInstanceId ?? 0;
    const held = { characterName, entityId: 5, epoch: { term: 1, count: 1 } };
    await store.claims.claim({ customerGuid, zoneInstanceId, ...held });
    const place = { x: position.x * 100, y: position.y * 100, z: 0, rx: 0, ry: 0, rz: 0, zoneName: ZONE };
    await store.claims.saveClaimed(customerGuid, zoneInstanceId, [
      { ...held, ...place, customData: [], release: true },
    ]);
    return userSessionGuid;
  }

  overview() {
    const { customerGuid } = this;
    return callEndpoint(mesh.overview, {
      ...{ baseUrl: this.service.url, customerGuid, credential: serviceCredential(secret) },
    });
  }

  /** The one mesh instance of the overview. */
  async mesh(): Promise<ResponseOf<typeof mesh.overview>["mesh"][number]> {
    const [first, ...others] = (await this.overview()).mesh;
    if (first === undefined || others.length > 0) throw new Error("expected one mesh instance");
    return first;
  }

  /** The launcher stops listening, and says nothing. */
  async launcherLeaves(): Promise<void> {
    await this.#orders?.[Symbol.asyncDispose]();
  }

  /** The launcher proves that a process is gone. */
  async exit(zoneInstanceId: number): Promise<void> {
    const body = { zoneInstanceId, pid: 7, exitCode: null, signal: "SIGKILL", reason: "" };
    const call = { baseUrl: this.service.url, customerGuid: this.customerGuid, body };
    await callEndpoint(mesh.reportExit, { ...call, credential: serviceCredential(secret) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
  }

  async #startLauncher(): Promise<void> {
    const { customerGuid } = this;
    const launcherGUID = "7c1c9f57-4f1c-4a55-9a44-0d5f8b1b0a01";
    const plugin = pluginOf(this.service.url, customerGuid);
    const machine = { ServerIP: "127.0.0.1", InternalServerIP: "127.0.0.1" };
    const capacity = { MaxNumberOfInstances: 20, StartingInstancePort: 7778 };
    await plugin.post("api/Instance/RegisterLauncher", { request: { launcherGUID, ...machine, ...capacity } });
    const id = await this.store.worldServers.listAll(customerGuid);
    this.worldServerId = id[0]?.worldServerId ?? 0;
    const bindings = [serverSpinUp, serverShutDown, prepareToReceive].map((exchange) => ({
      exchange,
      routingKey: exchange.routingKey(this.worldServerId),
    }));
    this.#orders = await new MemoryBus(this.#broker).consume({ bindings, capacity: 100 }, ({ exchange, body }) => {
      if (exchange === prepareToReceive.exchange) {
        const decoded = prepareToReceive.decode(body);
        if (decoded.ok) this.prepared.push(decoded.message);
        return;
      }
      const order = JSON.parse(new TextDecoder().decode(body));
      (order.MapName === undefined ? this.stopped : this.started).push(order.ZoneInstanceID);
    });
    const headers = { "X-CustomerGUID": customerGuid, "X-LauncherGUID": launcherGUID };
    await fetch(`${this.service.url}/api/Instance/StartInstanceLauncher`, { headers });
  }
}

/** A zone server without a game: it says what the test lets it say, and remembers what it is told. */
export class FakeMember {
  readonly id: number;
  readonly heard: LinkBody[] = [];
  /** What it has of units, told after each fence; `undefined`: it does not answer. */
  held: readonly HeldUnit[] | undefined = [];
  /** Whether it takes over what it is told to. */
  takesOver = true;
  joined: ResponseOf<typeof mesh.join> | undefined;
  #link: Link | undefined;
  readonly #stack: MeshStack;

  constructor(stack: MeshStack, id: number) {
    this.#stack = stack;
    this.id = id;
  }

  async join(overrides: Partial<RequestOf<typeof mesh.join>> = {}): Promise<ResponseOf<typeof mesh.join>> {
    const at = (scheme: string, port: number) => ({ ip: "127.0.0.1", port, url: `${scheme}://127.0.0.1:${port}` });
    this.joined = await callEndpoint(mesh.join, {
      ...this.#call(),
      body: {
        zoneInstanceId: this.id,
        gameEndpoint: at("ws", 10_000 + this.id),
        s2sEndpoint: at("tcp", 20_000 + this.id),
        s2sSocket: `/tmp/ows-link-${this.id}-x/link`,
        protocolVersion: LINK_PROTOCOL_VERSION,
        schemaHash: "0",
        capacity: 100,
        bounds,
        ...overrides,
      },
    });
    return this.joined;
  }

  async link(): Promise<void> {
    const { port } = this.#stack.service.controlEndpoint;
    this.#link = await linkTransport(tcpChannels).connect({
      address: { host: "127.0.0.1", port },
      peerRoles: ["coordinator"],
      hello: {
        ...{ protocolVersion: LINK_PROTOCOL_VERSION, role: "zone-server", zoneInstanceId: this.id, pid: 1 },
        ...{ customerGuid: this.#stack.customerGuid, credential: this.#call().credential },
        ...{ incarnation: `member ${this.id}`, schemaHash: 0, components: [] },
      },
    });
    this.#link.onMessage((body) => {
      this.heard.push(body);
      this.#answer(body);
    });
  }

  async cut(): Promise<void> {
    const link = this.#link;
    link?.close("stopping", "the test cuts it");
    await link?.ended;
    const isLinked = async () => (await this.#stack.mesh()).servers.find((s) => s.zoneInstanceId === this.id)?.isLinked;
    await vi.waitFor(async () => {
      if ((await isLinked()) !== false) throw new Error("still linked");
    });
  }

  say(body: LinkBody): void {
    if (this.#link?.send(body) !== true) throw new Error(`member ${this.id} has no link`);
  }

  async ready(): Promise<void> {
    const body = { zoneInstanceId: this.id, numberOfConnectedPlayers: 0 };
    await callEndpoint(instanceManagement.updateNumberOfPlayers, { ...this.#call(), body });
  }

  present(characterName: string, present = true): void {
    this.say({ $case: "playerPresence", value: { characterName, present } });
  }

  /** The partition of a version, once it has heard of it. */
  async partition(version: number) {
    return vi.waitFor(() => {
      const found = this.partitions().find((update) => update.version === version);
      if (found === undefined) throw new Error(`member ${this.id} has not heard of version ${version}`);
      return found;
    });
  }

  partitions() {
    return this.heard.flatMap((body) => (body.$case === "partitionUpdate" ? [body.value] : []));
  }

  /** One line per order, as `promote 77@1.2 in term 2`. */
  orders(): string[] {
    return this.heard.flatMap((body) => (body.$case === "ownershipOrder" ? [orderText(body.value)] : []));
  }

  #answer(body: LinkBody): void {
    if (body.$case !== "ownershipOrder") return;
    const { term, order } = body.value;
    if (order?.$case === "fence" && this.held !== undefined) {
      const copies = this.held.map(({ root, epoch, role, peer }) => ({
        root,
        role,
        peer,
        members: [{ entity: root, epoch }],
      }));
      this.say({ $case: "copies", value: { hasMore: false, term, copies } });
    }
    if ((order?.$case === "promote" && this.takesOver) || order?.$case === "supersede") {
      const { root, role } = order.value;
      this.say({ $case: "settled", value: { order: order.$case, term, root, role } });
    }
  }

  #call() {
    const { customerGuid, service } = this.#stack;
    return { baseUrl: service.url, customerGuid, credential: zoneCredential(secret, customerGuid, this.id) };
  }
}

function orderText({ term, order }: Extract<LinkBody, { $case: "ownershipOrder" }>["value"]): string {
  const at = (epoch: Epoch | undefined) => `${epoch?.term}.${epoch?.count}`;
  switch (order?.$case) {
    case "fence":
      return `fence ${order.value.dead.join(" and ")} in term ${term}`;
    case "resolved":
      return `resolved ${order.value.entity}@${at(order.value.epoch)} taken: ${order.value.isTaken}`;
    case "promote":
    case "supersede":
      return `${order.$case} ${order.value.root}@${at(order.value.members[0]?.epoch)} in term ${term}`;
    case "ask":
      return `ask ${order.value.entity}@${at(order.value.epoch)} in term ${term}`;
    default:
      return "nothing";
  }
}

function startService(
  store: SqliteStore,
  broker: MemoryBroker,
  settings: Partial<InstanceManagementSettings>,
): Promise<InstanceManagement> {
  const defaults = readSettings(instanceManagementSettings, { OWS_SERVICE_SECRET: secret });
  return startInstanceManagement({
    settings: { ...defaults, ...testServiceSettings, ...settings },
    ...{ store, bus: new MemoryBus(broker), logger, clock: systemClock },
  });
}
