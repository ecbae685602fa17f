import { MemoryBroker, MemoryBus } from "@ows/bus";
import { serverShutDown, serverSpinUp } from "@ows/protocol/bus";
import { callEndpoint, mesh } from "@ows/protocol/http";
import { serviceCredential } from "@ows/protocol/ticket";
import { readSettings } from "@ows/service-kit";
import type { SqliteStore } from "@ows/store";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../system-clock.ts";
import {
  logger,
  pluginOf,
  storeWithCustomer,
  testServiceSettings,
  unservedEndpoints,
} from "../test-support/ows-wire.ts";
import { type InstanceManagement, startInstanceManagement } from "./service.ts";
import { instanceManagementSettings } from "./settings.ts";

const launcherGUID = "7c1c9f57-4f1c-4a55-9a44-0d5f8b1b0a01";

let store: SqliteStore;
let customerGuid: string;
let broker: MemoryBroker;
let service: InstanceManagement;

function startService(): Promise<InstanceManagement> {
  const { serviceSecret } = testServiceSettings;
  const defaults = readSettings(instanceManagementSettings, { OWS_SERVICE_SECRET: serviceSecret });
  const settings = { ...defaults, ...testServiceSettings };
  return startInstanceManagement({ settings, store, bus: new MemoryBus(broker), logger, clock: systemClock });
}

beforeEach(async () => {
  ({ store, customerGuid } = await storeWithCustomer());
  broker = new MemoryBroker(() => {});
  service = await startService();
});

afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const post = (path: string, body: unknown) => pluginOf(service.url, customerGuid).post(path, body);

async function registerLauncher(overrides: Record<string, unknown> = {}) {
  // As the stock launcher spells it.
  const request = {
    launcherGUID,
    ServerIP: "10.0.0.1",
    MaxNumberOfInstances: 10,
    InternalServerIP: "127.0.0.1",
    StartingInstancePort: 7778,
    ...overrides,
  };
  return post("api/Instance/RegisterLauncher", { request });
}

async function startLauncher(guid = launcherGUID) {
  const headers = { "X-CustomerGUID": customerGuid, "X-LauncherGUID": guid };
  return (await fetch(`${service.url}/api/Instance/StartInstanceLauncher`, { headers })).text();
}

/** A stock launcher that only listens. */
async function listenAsLauncher(worldServerId: number) {
  const orders: unknown[] = [];
  const bindings = [serverSpinUp, serverShutDown].map((exchange) => ({
    exchange,
    routingKey: exchange.routingKey(worldServerId),
  }));
  await new MemoryBus(broker).consume({ bindings, capacity: 10 }, ({ body }) => {
    orders.push(JSON.parse(new TextDecoder().decode(body)));
  });
  return orders;
}

async function startedInstance() {
  await registerLauncher();
  const worldServerId = Number(await startLauncher());
  const orders = await listenAsLauncher(worldServerId);
  const answer = post("api/Instance/GetServerToConnectTo", { CharacterName: "Test", ZoneName: "Zone1" });
  await vi.waitFor(() => expect(orders).toHaveLength(1));
  const [row] = await store.zoneInstances.listAll(customerGuid);
  return { worldServerId, orders, answer, zoneInstanceId: row?.mapInstanceId ?? 0 };
}

test("every endpoint of its table is served", async () => {
  expect(await unservedEndpoints("instance-management", service.url)).toEqual([]);
});

test("a stock launcher registers, starts and shuts down over the OWS wire", async () => {
  expect((await registerLauncher()).json).toEqual({ success: true, errorMessage: "" });
  expect(await startLauncher("00000000-1111-2222-3333-444444444444")).toBe("-1");
  const id = Number(await startLauncher());
  expect(id).toBeGreaterThan(0);
  await registerLauncher({ ServerIP: "10.0.0.2" });
  expect(Number(await startLauncher())).toBe(id);
  expect(await store.worldServers.get(customerGuid, id)).toMatchObject({ serverIp: "10.0.0.2", serverStatus: 1 });
  const body = { request: { WorldServerID: id } };
  expect((await post("api/Instance/ShutDownInstanceLauncher", body)).json).toEqual({ success: true, errorMessage: "" });
  expect(await store.worldServers.listActive(customerGuid)).toEqual([]);
});

test("a launcher without an internal address is reached at its external one", async () => {
  await registerLauncher({ InternalServerIP: null });
  const [server] = await store.worldServers.listAll(customerGuid);
  expect(server).toMatchObject({ serverIp: "10.0.0.1", internalServerIp: "10.0.0.1" });
});

test.each([
  [{ launcherGUID: "nonsense" }, "RegisterLauncher: launcherGUID should be a GUID of 36 characters."],
  [{ ServerIP: "" }, "RegisterLauncher: ServerIP is missing."],
  [{ MaxNumberOfInstances: 0 }, "RegisterLauncher: MaxNumberOfInstances should be at least 1, got 0."],
  [{ StartingInstancePort: 65_530 }, "RegisterLauncher: ports 65530 to 65539 are not all between 1024 and 65535."],
])("a registration with %j is refused with a reason", async (fields, errorMessage) => {
  expect((await registerLauncher(fields)).json).toEqual({ success: false, errorMessage });
});

test("a stock game server is ordered, becomes ready by its first heartbeat, and gets its player", async () => {
  const { orders, answer, zoneInstanceId, worldServerId } = await startedInstance();
  expect(orders).toEqual([
    {
      CustomerGUID: customerGuid,
      WorldServerID: worldServerId,
      ZoneInstanceID: zoneInstanceId,
      MapName: (await store.zones.getByName(customerGuid, "Zone1"))?.mapName,
      Port: 7778,
    },
  ]);
  const beat = { zoneInstanceId, numberOfConnectedPlayers: "0" };
  expect((await post("api/Instance/UpdateNumberOfPlayers", beat)).json).toEqual({ success: true, errorMessage: "" });
  const { json } = await answer;
  expect(json).toMatchObject({ success: true, serverIP: "10.0.0.1", port: 7778, mapInstanceStatus: 2, ticket: null });
  expect(json.url).toBe("ws://10.0.0.1:7778");
  // A session that is not the player's, or ended meanwhile, opens nothing: better a reason than a way without a ticket.
  const userSessionGUID = "99999999-2222-3333-4444-555555555555";
  const late = await post("api/Instance/GetServerToConnectTo", {
    userSessionGUID,
    characterName: "Test",
    zoneName: "Zone1",
  });
  expect(late.json).toMatchObject({ success: false, errorMessage: "Invalid User Session", port: 0 });
  // A player of whom nobody knew comes and goes.
  await post("api/Instance/UpdateNumberOfPlayers", { zoneInstanceId, numberOfConnectedPlayers: "3" });
  expect(await store.zoneInstances.get(customerGuid, zoneInstanceId)).toMatchObject({ numberOfReportedPlayers: 3 });
});

test("a starting game server learns its zone, whichever way it asks", async () => {
  const { zoneInstanceId } = await startedInstance();
  const asObject = await post("api/Instance/GetZoneInstance", { ZoneInstanceId: zoneInstanceId });
  const asNumber = await post("api/Instance/GetZoneInstance", String(zoneInstanceId));
  expect(asObject.json).toMatchObject({ zoneName: "Zone1", mapInstanceID: zoneInstanceId, status: 1 });
  expect(asNumber.json).toEqual(asObject.json);
  const unknown = await post("api/Instance/GetZoneInstance", { ZoneInstanceId: 999_999 });
  expect(unknown.json).toMatchObject({ zoneName: null, mapInstanceID: 0, status: 0 });
});

test("instances are listed by world server and by zone, in OWS's own spelling", async () => {
  const { zoneInstanceId, worldServerId } = await startedInstance();
  const byServer = await post("api/Instance/GetZoneInstancesForWorldServer", {
    request: { WorldServerID: worldServerId },
  });
  expect(byServer.json).toMatchObject([{ mapInstanceID: zoneInstanceId, playerGoupID: 0, status: 1, mapMode: 1 }]);
  const byZone = await post("api/Instance/GetZoneInstancesForZone", { request: { zoneName: "Zone1" } });
  expect(byZone.json).toMatchObject([{ mapInstanceID: zoneInstanceId, zoneName: "Zone1", mapMode: "1" }]);
  expect((await post("api/Instance/GetZoneInstancesForZone", { request: { zoneName: "None" } })).json).toEqual([]);
});

test("a status set to ready lets players in; set to 0 it stops the server", async () => {
  const { orders, answer, zoneInstanceId } = await startedInstance();
  const set = (InstanceStatus: number) =>
    post("api/Instance/SetZoneInstanceStatus", { request: { ZoneInstanceID: zoneInstanceId, InstanceStatus } });
  expect((await set(2)).json).toEqual({ success: true, errorMessage: "" });
  expect((await answer).json).toMatchObject({ success: true, mapInstanceID: zoneInstanceId });
  expect((await set(7)).json).toMatchObject({ success: false });
  await set(0);
  // It heartbeats until it has saved everybody; neither that nor a hand lets players in again.
  await post("api/Instance/UpdateNumberOfPlayers", { zoneInstanceId, numberOfConnectedPlayers: 1 });
  expect((await set(2)).json).toEqual({
    success: false,
    errorMessage: `SetZoneInstanceStatus: Zone instance ${zoneInstanceId} is being stopped.`,
  });
  expect(await store.zoneInstances.get(customerGuid, zoneInstanceId)).toMatchObject({ status: 0 });
  await vi.waitFor(() => expect(orders).toHaveLength(2));
  expect(orders[1]).toEqual({ CustomerGUID: customerGuid, WorldServerID: 0, ZoneInstanceID: zoneInstanceId });
});

test.each(["stopped", "removed"])("a player whose server is %s in that very moment is not sent there", async (end) => {
  const { answer, zoneInstanceId } = await startedInstance();
  const { zoneInstances } = store;
  const get = zoneInstances.get;
  vi.spyOn(zoneInstances, "get").mockImplementationOnce(async (customer, id) => {
    await (end === "stopped" ? zoneInstances.setStatus(customer, id, 0) : zoneInstances.remove(customer, id));
    return get(customer, id);
  });
  await post("api/Instance/UpdateNumberOfPlayers", { zoneInstanceId, numberOfConnectedPlayers: 0 });
  expect((await answer).json).toMatchObject({
    ...{ success: false, serverIP: "", port: 0 },
    errorMessage: `GetServerToConnectTo: Zone server ${zoneInstanceId} stopped just now. Please try again.`,
  });
});

test("after a restart an instance is shown as unreachable, and gets nobody, until it is heard of", async () => {
  const { answer, zoneInstanceId } = await startedInstance();
  const beat = () => post("api/Instance/UpdateNumberOfPlayers", { zoneInstanceId, numberOfConnectedPlayers: 0 });
  await beat();
  await answer;
  await service[Symbol.asyncDispose]();
  service = await startService();
  const overview = async () => {
    const credential = serviceCredential(testServiceSettings.serviceSecret);
    return callEndpoint(mesh.overview, { baseUrl: service.url, customerGuid, credential });
  };
  expect((await overview()).instances).toMatchObject([{ zoneInstanceId, state: "unreachable" }]);
  const next = post("api/Instance/GetServerToConnectTo", { CharacterName: "Test", ZoneName: "Zone1" });
  await vi.waitFor(async () => expect((await overview()).pendingJoins).toHaveLength(1));
  await beat();
  expect((await next).json).toMatchObject({ success: true, mapInstanceID: zoneInstanceId });
  expect((await overview()).instances).toMatchObject([{ state: "ready", reserved: 1 }]);
});

test("joins, instances and link endings are measured", async () => {
  const { answer, zoneInstanceId } = await startedInstance();
  await post("api/Instance/UpdateNumberOfPlayers", { zoneInstanceId, numberOfConnectedPlayers: 0 });
  await answer;
  const text = await (await fetch(`${service.url}/metrics`)).text();
  expect(text).toContain('ows_join_duration_seconds_count{outcome="placed"} 1');
  expect(text).toContain('ows_zone_instances{phase="ready"} 1');
  expect(text).toContain("ows_joins_waiting 0");
  expect(text).toContain("# TYPE ows_control_link_endings_total counter");
});

test("an order by hand says when no launcher took it", async () => {
  await registerLauncher();
  const worldServerId = Number(await startLauncher());
  const body = { WorldServerID: worldServerId, ZoneInstanceID: 5, ZoneName: "Map2", Port: 7778 };
  expect((await post("api/Instance/SpinUpServerInstance", body)).json).toEqual({
    success: false,
    errorMessage: `SpinUpServerInstance: The launcher of world server ${worldServerId} does not answer.`,
  });
  const orders = await listenAsLauncher(worldServerId);
  expect((await post("api/Instance/SpinUpServerInstance", body)).json).toEqual({ success: true, errorMessage: "" });
  await vi.waitFor(() => expect(orders).toMatchObject([{ ZoneInstanceID: 5, MapName: "Map2", Port: 7778 }]));
});

test("an order or a shut-down for a world server that this customer does not have is refused", async () => {
  await registerLauncher();
  const worldServerId = Number(await startLauncher());
  const orders = await listenAsLauncher(worldServerId);
  const { customerGuid: other } = await store.customers.addNewCustomer({
    ...{ customerName: "Other", firstName: "Bob", lastName: "B", email: "other@example.com" },
    ...{ passwordHash: "none", customerGuid: null },
  });
  const body = { WorldServerID: worldServerId, ZoneInstanceID: 5, ZoneName: "Map2", Port: 7778 };
  for (const action of ["SpinUpServerInstance", "ShutDownServerInstance"]) {
    expect((await pluginOf(service.url, other).post(`api/Instance/${action}`, body)).json).toEqual({
      success: false,
      errorMessage: `${action}: There is no world server ${worldServerId}.`,
    });
  }
  expect(orders).toEqual([]);
});

test("an instance whose row OWS's own PublicAPI wrote is known from its spin-up on", async () => {
  await registerLauncher();
  const worldServerId = Number(await startLauncher());
  const orders = await listenAsLauncher(worldServerId);
  const zone = await store.zones.getByName(customerGuid, "Zone1");
  const place = { customerGuid, worldServerId, mapId: zone?.mapId ?? 0, playerGroupId: 0 };
  const row = await store.zoneInstances.insertStarting(place);
  const ZoneInstanceID = row.kind === "inserted" ? row.instance.mapInstanceId : 0;
  const order = { WorldServerID: worldServerId, ZoneInstanceID, ZoneName: zone?.mapName, Port: 7778 };
  expect((await post("api/Instance/SpinUpServerInstance", order)).json).toEqual({ success: true, errorMessage: "" });
  // Who asks for the zone now waits for that server, and no second one is started.
  const answer = post("api/Instance/GetServerToConnectTo", { CharacterName: "Test", ZoneName: "Zone1" });
  await post("api/Instance/UpdateNumberOfPlayers", { zoneInstanceId: ZoneInstanceID, numberOfConnectedPlayers: "0" });
  expect((await answer).json).toMatchObject({ success: true, mapInstanceID: ZoneInstanceID, port: 7778 });
  expect(orders).toHaveLength(1);
});

test("a zone is added, and changed when it is added again", async () => {
  const zone = { mapId: 0, zoneName: "Attic", mapName: "AtticMap", softPlayerCap: 5, hardPlayerCap: 6, mapMode: 2 };
  const add = (fields: Record<string, unknown>) =>
    post("api/Zones/AddZone", { addOrUpdateZone: { ...zone, ...fields } });
  expect((await add({})).json).toEqual({ success: true, errorMessage: "" });
  await add({ softPlayerCap: 4 });
  expect(await store.zones.getByName(customerGuid, "Attic")).toMatchObject({ softPlayerCap: 4, mapMode: 2 });
  expect((await add({ mapName: "Attic -exec" })).json).toMatchObject({ success: false });
  expect((await add({ hardPlayerCap: 1 })).json.errorMessage).toBe(
    "AddZone: SoftPlayerCap should be at least 1 and at most HardPlayerCap, got 5 and 1.",
  );
});

test("a heartbeat of an instance that does not exist is told so", async () => {
  const body = { zoneInstanceId: 999_999, numberOfConnectedPlayers: 0 };
  expect((await post("api/Instance/UpdateNumberOfPlayers", body)).json).toEqual({
    success: false,
    errorMessage: "UpdateNumberOfPlayers: There is no zone instance 999999.",
  });
});

test("zone servers can't be given up between two of their heartbeats", () => {
  const environment = { OWS_SERVICE_SECRET: testServiceSettings.serviceSecret, OWS_ZONE_STALE_MS: "10000" };
  expect(() => readSettings(instanceManagementSettings, environment)).toThrow(
    "OWS_ZONE_STALE_MS=10000: expected a whole number from 15000 to 3600000",
  );
});

test("a caller without a good customer or credential is turned away", async () => {
  const stranger = pluginOf(service.url, "11111111-2222-3333-4444-555555555555");
  expect((await stranger.post("api/Instance/GetZoneInstance", { ZoneInstanceId: 1 })).status).toBe(401);
  for (const path of ["Join", "ReportExit", "LauncherHeartbeat"]) {
    expect((await post(`api/Mesh/${path}`, { zoneInstanceId: 1 })).status).toBeGreaterThanOrEqual(400);
  }
  expect((await pluginOf(service.url, customerGuid).get("api/Mesh/Overview")).status).toBe(401);
});
