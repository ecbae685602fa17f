import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrokerServer, MemoryBroker, MemoryBus, RemoteBus, serveBroker } from "@ows/bus";
import { callEndpoint, instanceManagement, mesh } from "@ows/protocol/http";
import { serviceCredential } from "@ows/protocol/ticket";
import { readSettings, silentLogger } from "@ows/service-kit";
import { openSqliteStore, type Store, type ZoneSettings } from "@ows/store";
import { type InstanceManagement, startInstanceManagement } from "../../instance-management/service.ts";
import { type InstanceManagementSettings, instanceManagementSettings } from "../../instance-management/settings.ts";
import { systemClock } from "../../system-clock.ts";
import { type Launcher, startLauncher } from "../service.ts";
import { instanceLauncherSettings, type LauncherSettings } from "../settings.ts";

export const customerGuid = "0e5a4e6e-0000-4000-8000-000000000001";
export const secret = "a secret of the tests, long enough to be accepted";
export const fixtureEntry = fileURLToPath(new URL("./fixture-zone-server.ts", import.meta.url));

const fastZone = { softPlayerCap: 60, hardPlayerCap: 80, minutesToShutdownAfterEmpty: 1 };

/** Store, bus, instance-management and launchers of one test, with real zone server processes. */
export class TestStack implements AsyncDisposable {
  readonly store: Store;
  readonly broker: MemoryBroker;
  readonly brokerServer: BrokerServer;
  readonly dataDir: string;
  instances: InstanceManagement;
  readonly #owned = new AsyncDisposableStack();

  private constructor(
    store: Store,
    broker: MemoryBroker,
    brokerServer: BrokerServer,
    instances: InstanceManagement,
    dataDir: string,
  ) {
    this.store = store;
    this.broker = broker;
    this.brokerServer = brokerServer;
    this.instances = instances;
    this.dataDir = dataDir;
  }

  static async open(settings: Partial<InstanceManagementSettings> = {}): Promise<TestStack> {
    const store = await openSqliteStore({ file: ":memory:" });
    await store.customers.ensure({ customerGuid, customerName: "Test", customerEmail: "test@localhost" });
    await store.templates.addClass(customerGuid, { className: "Wanderer", startingZoneName: "Cellar", stats: {} });
    for (const zoneName of ["Cellar", "Never", "Crash", "Stubborn", "Hang"]) {
      await store.zones.addOrUpdate(customerGuid, { zoneName, mapName: zoneName, ...fastZone });
    }
    const broker = new MemoryBroker(() => {});
    const brokerServer = await serveBroker({ broker, secret, port: 0 });
    const instances = await startInstances(store, broker, settings);
    const dataDir = mkdtempSync(join(tmpdir(), "ows-launcher-"));
    return new TestStack(store, broker, brokerServer, instances, dataDir);
  }

  /** As after a crash of instance-management: the same store, a new process. */
  async restartInstances(settings: Partial<InstanceManagementSettings> = {}): Promise<void> {
    const port = Number(new URL(this.instances.url).port);
    const controlPort = this.instances.controlEndpoint.port;
    await this.instances[Symbol.asyncDispose]();
    this.instances = await startInstances(this.store, this.broker, { port, controlPort, ...settings });
  }

  launcherSettings(settings: Partial<LauncherSettings> = {}): LauncherSettings {
    return {
      ...readSettings(instanceLauncherSettings, { OWS_CUSTOMER_GUID: customerGuid, OWS_SERVICE_SECRET: secret }),
      instanceManagementUrl: this.instances.url,
      dataDir: this.dataDir,
      zoneEntry: fixtureEntry,
      heartbeatMs: 200,
      stopGraceMs: 500,
      ...settings,
    };
  }

  async startLauncher(settings: Partial<LauncherSettings> = {}): Promise<Launcher> {
    const bus = this.#owned.use(
      new RemoteBus({ host: "127.0.0.1", port: this.brokerServer.port, secret, onHandlerError: () => {} }),
    );
    const launcher = this.#owned.use(
      await startLauncher({
        settings: this.launcherSettings(settings),
        bus,
        logger: silentLogger(),
        clock: systemClock,
        env: process.env,
      }),
    );
    await launcher.ready;
    return launcher;
  }

  zone(settings: ZoneSettings) {
    return this.store.zones.addOrUpdate(customerGuid, settings);
  }

  /** A character with a session of its owner. */
  async player(characterName: string) {
    const user = await this.store.users.register({
      customerGuid,
      firstName: "",
      lastName: "",
      email: `${characterName}@localhost`,
      passwordHash: "",
      role: "Player",
    });
    if (user.kind !== "registered") throw new Error(user.kind);
    const userSessionGuid = (await this.store.users.createSession(customerGuid, user.userGuid)) ?? "";
    const character = { customerGuid, userSessionGuid, characterName, className: "Wanderer" };
    const created = await this.store.characters.createFromClass(character);
    if (created.kind !== "created") throw new Error(created.kind);
    return { characterName, userSessionGUID: userSessionGuid };
  }

  join(player: { readonly characterName: string; readonly userSessionGUID: string }, zoneName: string) {
    return callEndpoint(instanceManagement.getServerToConnectTo, {
      baseUrl: this.instances.url,
      customerGuid,
      body: { ...player, zoneName, playerGroupType: 0 },
    });
  }

  overview() {
    const credential = serviceCredential(secret);
    return callEndpoint(mesh.overview, { baseUrl: this.instances.url, customerGuid, credential });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
    await this.instances[Symbol.asyncDispose]();
    await this.brokerServer[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function startInstances(
  store: Store,
  broker: MemoryBroker,
  settings: Partial<InstanceManagementSettings>,
): Promise<InstanceManagement> {
  const defaults = readSettings(instanceManagementSettings, { OWS_SERVICE_SECRET: secret });
  return startInstanceManagement({
    settings: { ...defaults, port: 0, customerGuids: [customerGuid], swagger: false, ...settings },
    store,
    bus: new MemoryBus(broker),
    logger: silentLogger(),
    clock: systemClock,
  });
}
