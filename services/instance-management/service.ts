import type { Clock, Endpoint } from "@ows/base";
import type { Bus } from "@ows/bus";
import { instanceManagement } from "@ows/protocol/http";
import { ticketKeys } from "@ows/protocol/ticket";
import { createService, type HttpService, knownCustomers, type Logger, Registry, route } from "@ows/service-kit";
import type { Store } from "@ows/store";
import type { InstanceManagementContext } from "./context.ts";
import { ControlLinks } from "./control/control-links.ts";
import { Customers } from "./joins/customers.ts";
import { GameEndpoints } from "./joins/game-endpoints.ts";
import { MeshInstances } from "./mesh/mesh-instances.ts";
import { measureJoins } from "./metrics.ts";
import { addZone } from "./routes/add-zone.ts";
import { getServerToConnectTo } from "./routes/get-server-to-connect-to.ts";
import { getZoneInstance } from "./routes/get-zone-instance.ts";
import { getZoneInstancesForWorldServer } from "./routes/get-zone-instances-for-world-server.ts";
import { getZoneInstancesForZone } from "./routes/get-zone-instances-for-zone.ts";
import { launcherHeartbeat } from "./routes/launcher-heartbeat.ts";
import { meshJoin } from "./routes/mesh-join.ts";
import { neighboringServerForCell } from "./routes/neighboring-server-for-cell.ts";
import { overview } from "./routes/overview.ts";
import { registerLauncher } from "./routes/register-launcher.ts";
import { reportExit } from "./routes/report-exit.ts";
import { requestHandoffPreparation } from "./routes/request-handoff-preparation.ts";
import { setZoneInstanceStatus } from "./routes/set-zone-instance-status.ts";
import { shutDownInstanceLauncher } from "./routes/shut-down-instance-launcher.ts";
import { shutDownServerInstance } from "./routes/shut-down-server-instance.ts";
import { spinUpServerInstance } from "./routes/spin-up-server-instance.ts";
import { startInstanceLauncher } from "./routes/start-instance-launcher.ts";
import { updateNumberOfPlayers } from "./routes/update-number-of-players.ts";
import type { InstanceManagementSettings } from "./settings.ts";
import { translateError } from "./translate-error.ts";

export interface InstanceManagementParts {
  readonly settings: InstanceManagementSettings;
  readonly store: Store;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly registry?: Registry;
}

/** A running instance-management. Disposing it answers everybody who waits; store and bus stay the caller's. */
export interface InstanceManagement extends HttpService {
  /** Where zone servers open their control links. */
  readonly controlEndpoint: Endpoint;
}

/** Starts instance-management: which player goes where, and which zone servers run for that. */
export async function startInstanceManagement(parts: InstanceManagementParts): Promise<InstanceManagement> {
  const { settings, store, bus, logger, clock } = parts;
  const gameEndpoints = new GameEndpoints();
  await using started = new AsyncDisposableStack();
  const meshes = started.use(
    new MeshInstances({
      store: store.mesh,
      clock,
      logger,
      send: (customerGuid, zoneInstanceId, body) => controlLinks.send(customerGuid, zoneInstanceId, body),
      joinsOf: (customerGuid) => customers.peek(customerGuid),
    }),
  );
  const controlLinks: ControlLinks = started.use(
    new ControlLinks({
      secret: settings.serviceSecret,
      clock,
      leaseMs: settings.leaseMs,
      mesh: store.mesh,
      logger,
      joinsOf: (customerGuid) => customers.peek(customerGuid),
      meshes,
    }),
  );
  const customers: Customers = started.use(
    new Customers({ settings, store, bus, clock, logger, controlLinks, gameEndpoints, meshes }),
  );
  const controlPort = await controlLinks.listen(settings.controlHost, settings.controlPort);
  const controlEndpoint = endpointOf(settings.controlHost, controlPort);
  const registry = parts.registry ?? new Registry();
  const context: InstanceManagementContext = {
    settings,
    store,
    bus,
    clock,
    customers,
    controlLinks,
    controlEndpoint,
    gameEndpoints,
    meshes,
    metrics: measureJoins(registry, { customers, controlLinks }),
    ticketKeys: ticketKeys(settings.serviceSecret),
  };
  const http = started.use(await listenHttp(parts, context, registry));
  for (const customerGuid of settings.customerGuids) await customers.of(customerGuid.toLowerCase());
  const owned = started.move();
  return {
    url: http.url,
    port: http.port,
    registry: http.registry,
    controlEndpoint,
    async [Symbol.asyncDispose]() {
      // First of all who waits is answered, or closing the HTTP side would wait for them.
      await customers[Symbol.asyncDispose]();
      await owned.disposeAsync();
    },
  };
}

function listenHttp(
  { settings, store, logger }: InstanceManagementParts,
  context: InstanceManagementContext,
  registry: Registry,
): Promise<HttpService> {
  return createService({
    ...settings,
    name: "instance-management",
    routes: [
      route(instanceManagement.status, () => true),
      registerLauncher,
      startInstanceLauncher,
      shutDownInstanceLauncher,
      spinUpServerInstance,
      shutDownServerInstance,
      setZoneInstanceStatus,
      updateNumberOfPlayers,
      getZoneInstance,
      getZoneInstancesForWorldServer,
      getZoneInstancesForZone,
      getServerToConnectTo,
      addZone,
      meshJoin,
      reportExit,
      launcherHeartbeat,
      overview,
      neighboringServerForCell,
      requestHandoffPreparation,
    ],
    context,
    customers: knownCustomers({ exists: (guid) => store.customers.exists(guid), nowMs: () => context.clock.nowMs() }),
    logger,
    registry,
    translateError,
  });
}

function endpointOf(ip: string, port: number): Endpoint {
  return { ip, port, url: `tcp://${ip}:${port}` };
}
