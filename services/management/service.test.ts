import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callEndpoint, EMPTY_GUID, management, mesh, statusOf } from "@ows/protocol/http";
import { zoneCredential } from "@ows/protocol/ticket";
import { createService, readSettings, route, silentLogger } from "@ows/service-kit";
import { afterAll, expect, test } from "vitest";
import { startManagement } from "./service.ts";
import { managementSettings } from "./settings.ts";

const SECRET = "s".repeat(32);
const CUSTOMER = "7106af98-6395-4392-8cfd-35664e03935f";
const pages = mkdtempSync(join(tmpdir(), "ows-management-"));
for (const site of ["dashboard", "demo"]) {
  mkdirSync(join(pages, site, "assets"), { recursive: true });
  writeFileSync(join(pages, site, "index.html"), `<title>${site}</title>`);
  writeFileSync(join(pages, site, "assets", "main-abcd1234.js"), "export {}");
}
writeFileSync(join(pages, "secret"), "secret");

const openHandoff = {
  ...{ entity: 11, characterName: "Ada", from: 7, to: 8, epoch: { term: 1, count: 4 } },
  ...{ phase: "preparing", outcome: "", waitsFor: "the target", prepareMs: 0, warmMs: 0, commitMs: 0, ageMs: 5 },
};
const link = {
  ...{ peer: 8, isUp: true, kind: "tcp", roundTripMs: 0.25, bulkBytesOut: 1000, bulkBytesIn: 900 },
  ...{ messagesOut: 10, messagesIn: 9, unsentBytes: 0, skippedBulk: 0 },
};
const endedHandoff = {
  ...{ entityId: 12, characterName: "", from: 8, to: 7, epoch: { term: 1, count: 2 }, outcome: "done" },
  ...{ prepareMs: 3, warmMs: 20, commitMs: 2, at: "2024-03-05T10:11:12.123" },
};
const loss = {
  ...{ zoneInstanceId: 6, at: "2024-03-05T10:11:12.123", players: 3 },
  ...{ ground: [{ to: 7, squareMeters: 400 }], entities: [{ to: 8, count: 2 }] },
};
const meshServer = { isLinked: true, s2sUrl: "", players: 1, entities: 2, cpu: 0.2, tickP99Ms: 1 };

const zoneServer = createServer((request, answer) => {
  if (request.headers["x-ows-credential"] !== zoneCredential(SECRET, CUSTOMER, 7)) return answer.writeHead(401).end();
  const inspection = {
    pid: 42,
    tick: 99,
    tickHz: 20,
    tickTime: { p50Ms: 0.5, p99Ms: 1.5 },
    cpu: 0.25,
    entityCount: 2,
    bounds: { minX: -100, minY: -100, maxX: 100, maxY: 100 },
    classes: ["Wanderer", "Tree"],
    players: [{ id: 11, name: "Ada", x: 1, y: 2, isLinkDead: false }],
    entities: [
      [0, 1, 2, 11],
      [1, 3, 4, 12],
    ],
    ghosts: [
      [1, -3, 4, 20, 8],
      [0, 1, 2, 11, 8],
    ],
    mesh: {
      partitionVersion: 3,
      ghosts: 5,
      idleClients: 1,
      forwardedInputs: 2,
      handoffs: { done: 4, stayed: 1, open: [openHandoff, { ...openHandoff, entity: 14, ageMs: 2 }] },
      stays: [{ entity: 11, to: 8, phase: "ready", detail: "it to be 5 m away", ms: 120 }],
      links: [link],
    },
  };
  return answer.end(JSON.stringify(inspection));
});
await new Promise<void>((resolve) => zoneServer.listen(0, "127.0.0.1", resolve));
const zonePort = (zoneServer.address() as AddressInfo).port;

const instance = {
  mapName: "Meadow",
  zoneName: "Meadow",
  worldServerId: 1,
  state: "ready",
  reason: "",
  since: "2024-03-05T10:11:12.123",
  players: 1,
  reserved: 0,
  lastUpdate: null,
};
const zone = { mapId: 1, zoneName: "Meadow", mapName: "Meadow", softPlayerCap: 60, hardPlayerCap: 80 };
const instanceManagement = await createService({
  name: "instance-management",
  host: "127.0.0.1",
  port: 0,
  context: undefined,
  customers: { isKnown: async () => true },
  serviceSecret: SECRET,
  logger: silentLogger(),
  routes: [
    route(statusOf("instance-management"), () => true),
    route(mesh.overview, () => ({
      launchers: [],
      zones: [{ ...zone, minutesToShutdownAfterEmpty: 1 }],
      instances: [
        { ...instance, zoneInstanceId: 7, port: zonePort, url: `ws://127.0.0.1:${zonePort}` },
        { ...instance, zoneInstanceId: 8, port: 1, url: "ws://127.0.0.1:1" },
        { ...instance, zoneInstanceId: 9, port: 0, url: "", state: "starting", reason: "first join" },
        { ...instance, zoneInstanceId: 6, port: 0, url: "", state: "gone", reason: "ended by SIGKILL" },
      ],
      pendingJoins: [],
      mesh: [
        {
          ...{ zoneName: "Meadow", meshInstanceId: "m-1", version: 3, term: 1, isSettling: false },
          bounds: { minX: -100, minY: -100, maxX: 100, maxY: 50 },
          cells: [
            { cell: "1-0-0", zoneInstanceId: 7 },
            { cell: "1-1-1", zoneInstanceId: 8 },
          ],
          servers: [
            { ...meshServer, zoneInstanceId: 7, gameUrl: `ws://127.0.0.1:${zonePort}` },
            { ...meshServer, zoneInstanceId: 8, gameUrl: "ws://127.0.0.1:1" },
          ],
          handoffs: [{ ...endedHandoff, entityId: 10 }, endedHandoff],
          flows: [{ from: 8, to: 7, outcome: "done", count: 2 }],
          losses: [loss],
        },
      ],
    })),
  ],
});

const service = await startManagement({
  logger: silentLogger(),
  settings: readSettings(managementSettings, {
    OWS_SERVICE_SECRET: SECRET,
    OWS_CUSTOMER_GUID: CUSTOMER,
    OWS_MANAGEMENT_PORT: "0",
    OWS_PUBLIC_API_URL: "http://127.0.0.1:1",
    OWS_INSTANCE_MANAGEMENT_URL: instanceManagement.url,
    OWS_CHARACTER_PERSISTENCE_URL: "http://127.0.0.1:1",
    OWS_GLOBAL_DATA_URL: "http://127.0.0.1:1",
    OWS_DASHBOARD_DIR: join(pages, "dashboard"),
    OWS_DEMO_DIR: join(pages, "demo"),
  }),
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await instanceManagement[Symbol.asyncDispose]();
  zoneServer.closeAllConnections();
  zoneServer.close();
  rmSync(pages, { recursive: true });
});

const at = { baseUrl: service.url, customerGuid: "" };

test("the overview says which services are up and what each zone server says of itself", async () => {
  const overview = await callEndpoint(management.overview, at);
  expect(overview.services.map(({ name, isUp, problem }) => `${name} ${isUp ? "up" : problem}`)).toEqual([
    "public-api can't be reached",
    "instance-management up",
    "character-persistence can't be reached",
    "global-data can't be reached",
  ]);
  expect(overview.instances.map(({ zoneInstanceId, problem }) => [zoneInstanceId, problem])).toEqual([
    [7, ""],
    [8, "can't be reached"],
    [9, ""],
    [6, ""],
  ]);
  expect(overview.instances[0]).toMatchObject({ softPlayerCap: 60, hardPlayerCap: 80 });
  expect(overview.instances[0]?.server).toMatchObject({ pid: 42, tickP99Ms: 1.5, cpuPercent: 25, entities: 2 });
  expect(overview.players).toEqual([
    { characterName: "Ada", zoneInstanceId: 7, zoneName: "Meadow", isConnected: true },
  ]);
});

test("a map comes from the zone server; without one the answer says why", async () => {
  const map = await callEndpoint(management.liveMap, { ...at, body: { zoneInstanceId: 7 } });
  expect(map).toMatchObject({
    zoneName: "Meadow",
    tick: 99,
    areas,
    entities: [
      { id: 11, zoneInstanceId: 7, name: "Ada", className: "Wanderer", x: 1 },
      { id: 12, name: "", ghostAt: [], stay: null },
    ],
    ghosts: [
      { id: 20, className: "Tree", x: -3, y: 4, at: 7, owner: 8 },
      { id: 11, at: 7, owner: 8 },
    ],
  });
  expect(map.entities[0]).toMatchObject({
    ghostAt: [7],
    stay: { to: 8, phase: "ready", detail: "it to be 5 m away", ms: 120 },
  });
  const read = (id: number) => fetch(`${service.url}/api/LiveMap/${id}`);
  expect((await read(8)).status).toBe(503);
  expect((await read(9)).status).toBe(503);
  expect((await read(1234)).status).toBe(404);
});

test("of a zone on several servers: its ground, what each server says, links, handoffs apart by whether they ended, the lost", async () => {
  const { meshes } = await callEndpoint(management.meshes, at);
  expect(meshes).toHaveLength(1);
  const mesh = meshes[0];
  expect(mesh).toMatchObject({ zoneName: "Meadow", version: 3 });
  expect(mesh?.areas).toEqual(areas);
  expect(mesh?.servers).toMatchObject([
    { zoneInstanceId: 7, ghosts: 5, handedOff: 4, problem: "" },
    { zoneInstanceId: 8, ghosts: 0, problem: "can't be reached" },
  ]);
  expect(mesh?.links).toMatchObject([{ from: 7, to: 8, roundTripMs: 0.25, bulkBytesOut: 1000 }]);
  expect(mesh?.openHandoffs).toMatchObject([
    { entityId: 14, ageMs: 2 },
    { entityId: 11, phase: "preparing", waitsFor: "the target", ageMs: 5, epoch: "1.4" },
  ]);
  expect(mesh?.openHandoffCount).toBe(2);
  expect(mesh?.handoffs).toMatchObject([{ entityId: 12, outcome: "done", warmMs: 20 }, { entityId: 10 }]);
  expect(mesh?.flows).toEqual([{ from: 8, to: 7, outcome: "done", count: 2 }]);
  expect(mesh?.losses).toMatchObject([
    {
      ...{ zoneInstanceId: 6, players: 3, reason: "ended by SIGKILL", entitiesBefore: null },
      ...{ ground: [{ to: 7, squareMeters: 400 }], entities: [{ to: 8, count: 2 }] },
    },
  ]);
  expect(mesh?.losses[0]?.ageMs).toBeGreaterThan(0);
});

test("the demo may ask who owns which ground; a zone on one server is not divided", async () => {
  const read = async (zoneName: string) => (await fetch(`${service.url}/demo/partition.json?zone=${zoneName}`)).json();
  expect(await read("Meadow")).toEqual({ zoneName: "Meadow", version: 3, areas });
  expect(await read("Cellar")).toEqual({ zoneName: "Cellar", version: 0, areas: [] });
});

const areas = [
  { zoneInstanceId: 7, minX: -100, minY: -100, maxX: 0, maxY: 0 },
  { zoneInstanceId: 8, minX: 0, minY: 0, maxX: 100, maxY: 50 },
];

test("pages are served with their type, their caching and what they may do", async () => {
  const page = await fetch(`${service.url}/demo/`);
  expect(await page.text()).toContain("<title>demo</title>");
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  expect(page.headers.get("content-security-policy")).toContain("connect-src 'self' http://127.0.0.1:1 ws: wss:");
  const script = await fetch(`${service.url}/assets/main-abcd1234.js`);
  expect(script.headers.get("cache-control")).toContain("immutable");
  expect(script.headers.get("x-content-type-options")).toBe("nosniff");
  const again = await fetch(`${service.url}/`, { headers: { "If-None-Match": etagOf(await fetch(service.url)) } });
  expect(again.status).toBe(304);
});

function etagOf(response: Response): string {
  return response.headers.get("etag") ?? "";
}

test("the demo without its slash leads to it, and its configuration names public-api", async () => {
  const redirected = await fetch(`${service.url}/demo`, { redirect: "manual" });
  expect([redirected.status, redirected.headers.get("location")]).toEqual([308, "/demo/"]);
  const config = await fetch(`${service.url}/demo/config.json`);
  expect(await config.json()).toEqual({ publicApiUrl: "http://127.0.0.1:1", customerGuid: CUSTOMER });
});

test("no path leads out of the pages' folders", async () => {
  for (const path of [
    "/..%2fsecret",
    "/demo/..%2f..%2fsecret",
    "/%2e%2e/secret",
    "/..%5csecret",
    "/%00",
    "/demo/%2fetc%2fpasswd",
  ]) {
    const response = await fetch(service.url + path);
    expect([400, 404]).toContain(response.status);
    expect(await response.text()).not.toBe("secret");
  }
});

test("an unknown endpoint and the all-zero customer are refused", async () => {
  expect((await fetch(`${service.url}/api/Nothing`)).status).toBe(404);
  expect((await fetch(service.url, { headers: { "X-CustomerGUID": EMPTY_GUID } })).status).toBe(401);
});
