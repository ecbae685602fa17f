import { callEndpoint, mesh, type RequestOf } from "@ows/protocol/http";
import { zoneCredential } from "@ows/protocol/ticket";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pluginOf, testServiceSettings } from "../../test-support/ows-wire.ts";
import { type FakeMember, MeshStack } from "./mesh-stack.test-kit.ts";

let stack: MeshStack;
let [west, east]: FakeMember[] = [];

beforeEach(async () => {
  stack = await MeshStack.open();
  [west, east] = await stack.runningMesh();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

type Request = Partial<RequestOf<typeof mesh.requestHandoffPreparation>>;

function ask(body: Request, credential?: string) {
  const { customerGuid, service } = stack;
  const call = { baseUrl: service.url, customerGuid, body, ...(credential !== undefined && { credential }) };
  return callEndpoint(mesh.requestHandoffPreparation, call);
}

/** Cells of the two servers, by the ground they were given. */
async function cells(): Promise<{ readonly [server: number]: string }> {
  const all = (await stack.mesh()).cells;
  return Object.fromEntries(all.map(({ cell, zoneInstanceId }) => [zoneInstanceId, cell]));
}

const idOf = (member: FakeMember | undefined) => member?.id ?? 0;
const proofOf = (member: FakeMember | undefined) =>
  zoneCredential(testServiceSettings.serviceSecret, stack.customerGuid, idOf(member));

test("a character's server is told where the owner of the cell is, and that one whom to expect and from where", async () => {
  const session = await stack.character("Willow", { x: -100, y: 0 });
  west?.present("Willow");
  const target = (await cells())[idOf(east)] ?? "";
  const answer = await vi.waitFor(async () => {
    const said = await ask({ playerUserSessionGUID: session, characterName: "Willow", targetGridCell: target });
    expect(said.errorMessage).toBe("");
    return said;
  });
  const [port, gamePort] = [20_000 + idOf(east), 10_000 + idOf(east)];
  expect(answer).toEqual({
    ...{ success: true, errorMessage: "", targetServerDirectS2SEndpoint: `127.0.0.1:${port}` },
    ...{ worldServerID: stack.worldServerId, zoneInstanceID: idOf(east) },
    s2sEndpoint: { ip: "127.0.0.1", port, url: `tcp://127.0.0.1:${port}` },
    s2sSocket: "",
    gameEndpoint: { ip: "127.0.0.1", port: gamePort, url: `ws://127.0.0.1:${gamePort}` },
  });
  expect(stack.prepared).toEqual([
    {
      ...{ customerGuid: stack.customerGuid, userSessionGuid: session, characterName: "Willow" },
      ...{ sourceWorldServerId: stack.worldServerId, sourceZoneInstanceId: idOf(west) },
      ...{
        sourceS2sEndpoint: `127.0.0.1:${20_000 + idOf(west)}`,
        sourceS2sSocket: `/tmp/ows-link-${idOf(west)}-x/link`,
      },
      ...{ targetCellId: target, zoneInstanceId: idOf(east) },
      initialCharacterData: expect.objectContaining({ characterName: "Willow", className: "MaleWarrior" }),
    },
  ]);
});

test("the stock plugin's spelling and every name of the target cell bind", async () => {
  const session = await stack.character("Willow", { x: -100, y: 0 });
  west?.present("Willow");
  const target = (await cells())[idOf(east)];
  const plugin = pluginOf(stack.service.url, stack.customerGuid);
  for (const name of ["targetGridCell", "TargetGridCellId", "TargetCellID"]) {
    const body = { playerUserSessionGUId: session, CharacterName: "Willow", sourceWorldServerId: 1, [name]: target };
    const { status, json } = await plugin.post("api/Handoff/RequestHandoffPreparation", body);
    expect([status, json.success, json.zoneInstanceID]).toEqual([200, true, idOf(east)]);
  }
});

test("a zone server proves itself instead of a session, also for what is no character", async () => {
  const target = (await cells())[idOf(west)] ?? "";
  const body = { sourceZoneInstanceID: idOf(east), targetGridCell: target };
  expect(await ask(body, proofOf(east))).toMatchObject({ success: true, zoneInstanceID: idOf(west) });
  expect(stack.prepared).toMatchObject([{ characterName: null, initialCharacterData: null }]);
  expect((await ask(body, proofOf(west))).errorMessage).toBe("RequestHandoffPreparation: The session is not known.");
  expect((await ask(body)).success).toBe(false);
});

test.each([
  ["an unknown cell", { targetGridCell: "4-99-99" }, "Target cell not available: 4-99-99 lies outside the zone"],
  ["no cell", { targetGridCell: "here" }, 'Target cell not available: cell "here": expected level-x-y'],
  ["a cell of a hostile name", { targetGridCell: "\u0000".repeat(500) }, "Target cell not available: cell"],
  ["an unknown session", { playerUserSessionGUID: "11111111-2222-3333-4444-555555555555" }, "The session is not known"],
  ["no session", { playerUserSessionGUID: "00000000-0000-0000-0000-000000000000" }, "The session is not known"],
  ["somebody else's character", { characterName: "Elm" }, "The character is not one of this session's user"],
  ["nobody", { characterName: "Nobody" }, "The character is not one of this session's user"],
  ["a source that shares nothing", { sourceZoneInstanceID: 9_999 }, "The source is not a server that shares its zone"],
])("%s is refused with a reason, and nobody is told", async (_what, wrong, reason) => {
  await stack.character("Elm", { x: 100, y: 0 });
  const playerUserSessionGUID = await stack.character("Willow", { x: -100, y: 0 });
  west?.present("Willow");
  const target = (await cells())[idOf(east)] ?? "";
  const good = { playerUserSessionGUID, characterName: "Willow", targetGridCell: target };
  await vi.waitFor(async () => expect((await ask(good)).success).toBe(true));
  stack.prepared.length = 0;
  const answer = await ask({ ...good, ...wrong });
  expect(answer.errorMessage).toContain(`RequestHandoffPreparation: ${reason}`);
  expect(answer).toMatchObject({ success: false, targetServerDirectS2SEndpoint: "", s2sEndpoint: null });
  expect(stack.prepared).toEqual([]);
});

test("a character that another server has, ground of one's own, and wrong GUIDs are refused too", async () => {
  const playerUserSessionGUID = await stack.character("Willow", { x: -100, y: 0 });
  west?.present("Willow");
  const all = await cells();
  const good = { playerUserSessionGUID, characterName: "Willow", targetGridCell: all[idOf(east)] ?? "" };
  await vi.waitFor(async () => expect((await ask(good)).success).toBe(true));
  const elsewhere = await ask({ ...good, sourceZoneInstanceID: idOf(east) });
  expect(elsewhere.errorMessage).toContain(`The character is on zone instance ${idOf(west)}, not on ${idOf(east)}`);
  const own = await ask({ ...good, targetGridCell: all[idOf(west)] ?? "" });
  expect(own.errorMessage).toContain("is the source's own ground");
  const plugin = pluginOf(stack.service.url, stack.customerGuid);
  const path = "api/Handoff/RequestHandoffPreparation";
  expect((await plugin.post(path, { ...good, playerUserSessionGUID: "not a GUID" })).status).toBe(400);
  const stranger = pluginOf(stack.service.url, "11111111-2222-3333-4444-555555555555");
  expect((await stranger.post(path, good)).status).toBe(401);
});

test("a target whose launcher does not listen is said so at once", async () => {
  await stack.launcherLeaves();
  const body = { sourceZoneInstanceID: idOf(east), targetGridCell: (await cells())[idOf(west)] ?? "" };
  const answer = ask(body, proofOf(east));
  await expect(answer).resolves.toMatchObject({
    success: false,
    errorMessage: expect.stringContaining("does not answer"),
  });
});
