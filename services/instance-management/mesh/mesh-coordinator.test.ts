import { callEndpoint, mesh } from "@ows/protocol/http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pluginOf } from "../../test-support/ows-wire.ts";
import { FakeMember, MeshStack } from "./mesh-stack.test-kit.ts";

let stack: MeshStack;

beforeEach(async () => {
  stack = await MeshStack.open();
});

afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

const ids = (members: readonly FakeMember[]) => members.map((member) => member.id);
const owners = (cells: readonly { readonly zoneInstanceId: number }[]) =>
  [...new Set(cells.map((cell) => cell.zoneInstanceId))].toSorted((a, b) => a - b);
const west = { x: -300, y: 10 };
const east = { x: 300, y: 10 };
/** The owners of the western and of the eastern half. */
async function halves(members: readonly FakeMember[]): Promise<readonly [FakeMember, FakeMember]> {
  const { cells } = await stack.mesh();
  const owner = cells.find(({ cell }) => cell === "0-0-0")?.zoneInstanceId;
  const at = members.find((member) => member.id === owner);
  const other = members.find((member) => member.id !== owner);
  if (at === undefined || other === undefined) throw new Error("the first cell has no owner");
  return [at, other];
}

test("the ground is divided once all servers are in, written, and told with the addresses of the others", async () => {
  const [first = 0, second = 0] = await stack.nextStarted(2);
  const early = await stack.member(first);
  expect(early.joined?.settings).toMatchObject({ meshed: true, servers: 2, term: 1, storm: false });
  expect(early.joined?.partition).toEqual({ version: 0, cells: [] });
  expect(await stack.mesh()).toMatchObject({ version: 0, cells: [], servers: [{ zoneInstanceId: first }] });
  const late = await stack.member(second);
  expect(late.joined?.settings.linkSecret).toBe(early.joined?.settings.linkSecret);
  const update = await early.partition(1);
  expect(owners(update.cells)).toEqual([first, second]);
  expect(update.peers).toEqual([
    {
      zoneInstanceId: second,
      s2sEndpoint: late.joined && { ip: "127.0.0.1", port: 20_000 + second, url: `tcp://127.0.0.1:${20_000 + second}` },
      s2sSocket: `/tmp/ows-link-${second}-x/link`,
      gameEndpoint: { ip: "127.0.0.1", port: 10_000 + second, url: `ws://127.0.0.1:${10_000 + second}` },
    },
  ]);
  expect((await late.partition(1)).cells).toEqual(update.cells);
  const { meshInstanceId, cells } = await stack.mesh();
  expect(cells).toEqual(update.cells);
  const written = await stack.store.mesh.assignments(stack.customerGuid, meshInstanceId);
  expect(written?.version).toBe(1);
  expect(written?.cells).toHaveLength(cells.length);
});

test("a server of a shared zone that does not say what is needed is refused with a reason", async () => {
  const [first = 0, second = 0] = await stack.nextStarted(2);
  const member = await stack.member(first);
  const body = { s2sEndpoint: null };
  await expect(member.join(body)).rejects.toMatchObject({ message: expect.stringContaining("s2sEndpoint expected") });
  const s2sSocket = "/".repeat(300);
  await expect(member.join({ s2sSocket })).rejects.toMatchObject({ message: expect.stringContaining("s2sSocket") });
  const small = { minX: 0, minY: 0, maxX: 30, maxY: 30 };
  const other = new FakeMember(stack, second);
  await expect(other.join({ bounds: small })).rejects.toMatchObject({
    message: expect.stringContaining("bounds.minX: expected -400 as of the servers before, got 0"),
  });
  await expect(other.join({ schemaHash: "1" })).rejects.toMatchObject({
    message: expect.stringContaining("schemaHash: expected 0 as of the servers before, got 1"),
  });
});

test("players are sent to the owner of the ground they were saved on, new ones to that of the middle", async () => {
  const members = await stack.runningMesh();
  const [ofWest, ofEast] = await halves(members);
  await stack.character("Willow", west);
  await stack.character("Elm", east);
  await stack.character("Fresh");
  expect((await stack.join("Willow")).mapInstanceID).toBe(ofWest.id);
  expect(await stack.join("Elm")).toMatchObject({
    mapInstanceID: ofEast.id,
    url: `ws://127.0.0.1:${10_000 + ofEast.id}`,
  });
  const { cells } = await stack.mesh();
  const middle = cells.find(({ cell }) => cell === "0-2-2")?.zoneInstanceId;
  expect((await stack.join("Fresh")).mapInstanceID).toBe(middle);
});

test("who waits for a mesh instance is sent to the owner of its ground too", async () => {
  const started = await stack.nextStarted(2);
  await stack.character("Willow", west);
  await stack.character("Elm", east);
  const answers = [stack.join("Willow"), stack.join("Elm")];
  const members: FakeMember[] = [];
  for (const id of started) members.push(await stack.member(id));
  for (const member of members) await member.partition(1);
  await vi.waitFor(async () => expect((await stack.overview()).pendingJoins).toHaveLength(2));
  const [ofWest, ofEast] = await halves(members);
  await ofEast.ready();
  const [toWest, toEast] = await Promise.all(answers);
  // Its own server is not ready yet: another one takes it in, and hands it on.
  expect([toWest?.mapInstanceID, toEast?.mapInstanceID]).toEqual([ofEast.id, ofEast.id]);
  await ofWest.ready();
  await stack.character("Willow2", west);
  expect((await stack.join("Willow2")).mapInstanceID).toBe(ofWest.id);
});

test("a second login goes to the server that has the character by now", async () => {
  const [a, b] = await halves(await stack.runningMesh());
  await stack.character("Oak", west);
  expect((await stack.join("Oak")).mapInstanceID).toBe(a.id);
  const claim = { customerGuid: stack.customerGuid, characterName: "Oak", entityId: 99, zoneInstanceId: a.id };
  await stack.store.claims.claim({ ...claim, epoch: { term: 1, count: 1 } });
  a.present("Oak");
  b.present("Oak");
  a.present("Oak", false);
  await vi.waitFor(async () => expect((await stack.join("Oak")).mapInstanceID).toBe(b.id));
});

test("a character that travels is asked for where it was handed to in that moment", async () => {
  const [a, b] = await halves(await stack.runningMesh());
  await stack.store.zones.addOrUpdate(stack.customerGuid, {
    ...{ zoneName: "Cave", mapName: "CaveMap", softPlayerCap: 5, hardPlayerCap: 5, minutesToShutdownAfterEmpty: 1 },
  });
  await stack.character("Oak", west);
  const claim = { customerGuid: stack.customerGuid, characterName: "Oak", entityId: 99, zoneInstanceId: a.id };
  await stack.store.claims.claim({ ...claim, epoch: { term: 1, count: 1 } });
  a.present("Oak");
  await vi.waitFor(async () => expect((await stack.join("Oak")).mapInstanceID).toBe(a.id));
  const answer = stack.join("Oak", "Cave");
  const evictions = (member: FakeMember) => member.heard.filter((body) => body.$case === "evict");
  const [cave = 0] = await stack.nextStarted(1);
  const server = await stack.member(cave);
  expect(server.joined?.settings).toEqual({ meshed: false });
  await server.ready();
  // It leaves only for a place that is ready.
  await vi.waitFor(() => expect(evictions(a)).toHaveLength(1));
  a.say({ $case: "evicted", value: { number: 1, characterName: "Oak", wasHere: false } });
  b.present("Oak");
  await vi.waitFor(() => expect(evictions(b)).toHaveLength(1));
  b.say({ $case: "evicted", value: { number: 1, characterName: "Oak", wasHere: true } });
  expect((await answer).mapInstanceID).toBe(cave);
});

test("a server whose control link was cut hears everything again on the next one", async () => {
  const [a, b] = await stack.runningMesh();
  if (a === undefined || b === undefined) throw new Error("two members expected");
  await a.cut();
  a.heard.length = 0;
  await a.link();
  expect((await a.partition(1)).peers).toMatchObject([{ zoneInstanceId: b.id }]);
  expect(a.orders()).toEqual([]);
});

test("handoffs are kept for people, the latest 200 and how many there were, and the neighbours of a cell are told", async () => {
  const [a, b] = await halves(await stack.runningMesh());
  const report = { characterName: "Oak", from: a.id, to: b.id, epoch: { term: 1, count: 2 }, outcome: "done" };
  const timing = { prepareMs: 1.5, warmMs: 2, commitMs: 0.5 };
  for (let i = 0; i < 25; i++) {
    const reports = Array.from({ length: 10 }, (_, j) => ({ ...report, ...timing, entity: 1 + i * 10 + j }));
    b.say({ $case: "handoffReports", value: { reports } });
  }
  await vi.waitFor(async () => expect((await stack.mesh()).handoffs.at(-1)?.entityId).toBe(250));
  b.say({ $case: "handoffReports", value: { reports: [{ ...report, ...timing, entity: 9, outcome: "full" }] } });
  await vi.waitFor(async () => expect((await stack.mesh()).handoffs.at(-1)?.outcome).toBe("full"));
  const { handoffs, flows } = await stack.mesh();
  const way = { from: a.id, to: b.id };
  expect(flows).toEqual([
    { ...way, outcome: "done", count: 250 },
    { ...way, outcome: "full", count: 1 },
  ]);
  expect(handoffs).toHaveLength(200);
  expect(handoffs[0]).toMatchObject({ ...report, ...timing, entityId: 52 });
  const look = (worldGridCellID: string, direction: string, zoneInstanceID = 0) =>
    callEndpoint(mesh.neighboringServerForCell, {
      ...{ baseUrl: stack.service.url, customerGuid: stack.customerGuid },
      body: { worldGridCellID, direction, zoneInstanceID },
    });
  expect(await look("0-0-0", "e", a.id)).toMatchObject({
    ...{ success: true, zoneInstanceID: b.id, worldServerID: stack.worldServerId, port: 10_000 + b.id },
    directS2SEndpoint: `127.0.0.1:${20_000 + b.id}`,
    neighbours: [{ zoneInstanceID: b.id, distanceMeters: 200, facingMeters: 200 }],
  });
  expect(await look("0-0-0", "W")).toMatchObject({ success: true, zoneInstanceID: 0, neighbours: [] });
  expect(await look("0-9-0", "N")).toMatchObject({ success: false });
  expect(await look("0-0-0", "up")).toMatchObject({ success: false });
  expect(await look("0-0-0", "N", 9_999)).toMatchObject({ success: false });
});

test("a look-up in the plugin's words answers the nearest neighbour flat, and all of them in a list", async () => {
  const [a, b] = await halves(await stack.runningMesh());
  const plugin = pluginOf(stack.service.url, stack.customerGuid);
  const path = "api/Instance/GetNeighboringServerForCell";
  const { status, json } = await plugin.get(`${path}?WorldGridCellId=1-0-0&DIRECTION=E`);
  const at = (scheme: string, port: number) => ({ ip: "127.0.0.1", port, url: `${scheme}://127.0.0.1:${port}` });
  expect([status, json]).toEqual([
    200,
    {
      ...{ success: true, errorMessage: "", worldServerID: stack.worldServerId, zoneInstanceID: b.id },
      ...{ serverIP: "127.0.0.1", port: 10_000 + b.id, directS2SEndpoint: `127.0.0.1:${20_000 + b.id}` },
      neighbours: [
        {
          ...{ zoneInstanceID: b.id, worldServerID: stack.worldServerId, distanceMeters: 300, facingMeters: 100 },
          ...{ s2sEndpoint: at("tcp", 20_000 + b.id), gameEndpoint: at("ws", 10_000 + b.id) },
        },
      ],
    },
  ]);
  for (const [query, reason] of [
    ["", 'cell "": expected level-x-y'],
    ["?worldGridCellID=0-0-0", "direction should be N, NE, E, SE, S, SW, W or NW"],
    ["?worldGridCellID=0-0-0&direction=E&zoneInstanceID=9999", "Zone instance 9999 shares its zone with nobody"],
  ]) {
    const refused = (await plugin.get(`${path}${query}`)).json;
    expect(refused).toMatchObject({ success: false, directS2SEndpoint: "", zoneInstanceID: 0, neighbours: [] });
    expect(refused.errorMessage).toContain(`GetNeighboringServerForCell: ${reason}`);
  }
  const own = (await plugin.get(`${path}?worldGridCellID=4-0-0&direction=E&zoneInstanceID=${a.id}`)).json;
  expect(own.zoneInstanceID).toBe(b.id);
});

test("after a restart of the coordinator the mesh instance is started anew, and its old servers are stopped", async () => {
  const before = await stack.runningMesh();
  const { meshInstanceId } = await stack.mesh();
  await stack.restart();
  await vi.waitFor(() => expect(stack.stopped.toSorted()).toEqual(ids(before)));
  const after = await stack.runningMesh();
  const now = await stack.mesh();
  expect(now.meshInstanceId).not.toBe(meshInstanceId);
  expect(owners(now.cells)).toEqual(ids(after));
  expect(await stack.store.mesh.assignments(stack.customerGuid, meshInstanceId)).toBeNull();
  await stack.character("Fresh");
  expect(ids(after)).toContain((await stack.join("Fresh")).mapInstanceID);
});

test("a zone that is not named has one server, which has all of its ground", async () => {
  await using single = await MeshStack.open(1);
  const [only = 0] = await single.nextStarted(1);
  const member = await single.member(only);
  expect(member.joined).toMatchObject({ settings: { meshed: false }, partition: { version: 0 }, peers: [] });
  await member.ready();
  await single.character("Fresh");
  expect((await single.join("Fresh")).mapInstanceID).toBe(only);
  expect((await single.overview()).mesh).toEqual([]);
});
