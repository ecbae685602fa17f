import { callEndpoint, mesh, type RequestOf } from "@ows/protocol/http";
import { zoneCredential } from "@ows/protocol/ticket";
import { afterAll, beforeEach, expect, test } from "vitest";
import {
  logger,
  pluginOf,
  storeWithCustomer,
  testServiceSettings,
  unservedEndpoints,
} from "../test-support/ows-wire.ts";
import { startCharacterPersistence } from "./service.ts";

const { store, customerGuid } = await storeWithCustomer();
const service = await startCharacterPersistence({ settings: testServiceSettings, store, logger });
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
const plugin = pluginOf(service.url, customerGuid);

const registered = await store.users.register({
  customerGuid,
  email: "ada@example.com",
  passwordHash: "none",
  firstName: "Ada",
  lastName: "Lovelace",
  role: "Player",
});
if (registered.kind !== "registered") throw new Error("the test's player registers");
const session = (await store.users.createSession(customerGuid, registered.userGuid)) ?? "";
for (const characterName of ["Ada1", "Bob1"]) {
  await store.characters.createFromClass({
    customerGuid,
    userSessionGuid: session,
    characterName,
    className: "MaleWarrior",
  });
}
const placeOf = async (name: string) => {
  const { json } = await plugin.post("api/Characters/GetByName", { characterName: name });
  return [json.mapName, json.x, json.y, json.z, json.rx, json.ry, json.rz];
};

test("a character comes with every field, numbers never null, one name in PascalCase", async () => {
  const { json } = await plugin.post("api/Characters/GetByName", { characterName: "Ada1" });
  expect(json).toMatchObject({
    CharacterName: "Ada1",
    className: "MaleWarrior",
    port: 0,
    mapInstanceID: 0,
    isAdmin: false,
  });
  expect(Object.keys(json)).toHaveLength(101);
  const nulls = Object.entries(json).filter(([, value]) => value === null);
  expect(nulls.every(([name]) => ["description", "baseMesh", "serverIp", "mapName"].includes(name))).toBe(true);
});

test("an unknown character is 204", async () => {
  expect(await plugin.post("api/Characters/GetByName", { characterName: "Nobody" })).toMatchObject({
    status: 204,
    text: "",
  });
  expect((await plugin.post("api/Characters/GetByName", {})).status).toBe(204);
});

test("a blank spelt %20 finds the character with the blank", async () => {
  const body = { customerGuid, userSessionGuid: session, characterName: "Two Words", className: "MaleWarrior" };
  expect((await store.characters.createFromClass(body)).kind).toBe("created");
  const { json } = await plugin.post("api/Characters/GetByName", { characterName: "Two%20Words" });
  expect(json.CharacterName).toBe("Two Words");
});

test("custom data is written with an empty answer, replaced, and read back", async () => {
  const put = (fieldValue: string) =>
    plugin.post("api/Characters/AddOrUpdateCustomData", {
      addOrUpdateCustomCharacterData: { characterName: "Ada1", customFieldName: "Hat", fieldValue },
    });
  expect(await put("red")).toMatchObject({ status: 200, text: "" });
  await put("blau ☂");
  const { json } = await plugin.post("api/Characters/GetCustomData", { characterName: "Ada1" });
  expect(json).toEqual({
    rows: [
      {
        customerGuid,
        customCharacterDataId: expect.any(Number),
        characterId: expect.any(Number),
        customFieldName: "Hat",
        fieldValue: "blau ☂",
      },
    ],
  });
});

test("custom data of nobody is an empty list", async () => {
  expect((await plugin.post("api/Characters/GetCustomData", { characterName: "Nobody" })).text).toBe('{"rows":[]}');
});

test.each([
  [{ characterName: "Nobody", customFieldName: "Hat", fieldValue: "x" }, 404],
  [{ characterName: "Ada1", customFieldName: "Hat" }, 400],
  [{ characterName: "Ada1", fieldValue: "x" }, 400],
  [{ characterName: "Ada1", customFieldName: "x".repeat(51), fieldValue: "x" }, 400],
])("custom data that can't be kept is refused: %j", async (field, status) => {
  const answer = await plugin.post("api/Characters/AddOrUpdateCustomData", { addOrUpdateCustomCharacterData: field });
  expect([answer.status, answer.json.errorMessage]).toEqual([status, expect.stringMatching(/./)]);
});

test("positions of many players are saved at once, a step above the ground, in their zone", async () => {
  const zoneBefore = (await placeOf("Ada1"))[0];
  const serializedPlayerLocationData = "Ada1:1.5:-2.25:100.0:1.0:2.0:90.5|Bob1:-7.0:8.0:9.0:0.0:0.0:0.0";
  const body = { serializedPlayerLocationData, mapName: "" };
  const answer = await plugin.post("api/Characters/UpdateAllPlayerPositions", body);
  expect(answer).toMatchObject({ status: 200, text: '{"success":true,"errorMessage":null}' });
  expect(await placeOf("Ada1")).toEqual([zoneBefore, 1.5, -2.25, 101, 1, 2, 90.5]);
  expect(await placeOf("Bob1")).toEqual([zoneBefore, -7, 8, 10, 0, 0, 0]);
});

test("one bad record is named, and nothing is written", async () => {
  const before = await placeOf("Ada1");
  const serializedPlayerLocationData = "Ada1:50.0:50.0:50.0:0.0:0.0:0.0|Bob1:x:0.0:0.0:0.0:0.0:0.0";
  const body = { serializedPlayerLocationData, mapName: "" };
  const answer = await plugin.post("api/Characters/UpdateAllPlayerPositions", body);
  expect(answer.status).toBe(400);
  expect(answer.json.errorMessage).toBe('serializedPlayerLocationData: player 2 (Bob1): "x" is no number');
  expect(await placeOf("Ada1")).toEqual(before);
});

test("a map name moves the players to that zone; a null one does not erase it", async () => {
  const save = (mapName: string | null) =>
    plugin.post("api/Characters/UpdateAllPlayerPositions", {
      serializedPlayerLocationData: "Bob1:0:0:0:0:0:0",
      mapName,
    });
  await save("Zone2");
  await save(null);
  expect((await placeOf("Bob1"))[0]).toBe("Zone2");
});

test("unknown players in a position save don't keep the others from being saved", async () => {
  const serializedPlayerLocationData = "Nobody:1:1:1:0:0:0|Ada1:33.0:0:0:0:0:0";
  const answer = await plugin.post("api/Characters/UpdateAllPlayerPositions", {
    serializedPlayerLocationData,
    mapName: "",
  });
  expect(answer.json.success).toBe(true);
  expect((await placeOf("Ada1"))[1]).toBe(33);
});

test("a logout takes a character off its instance, and says when there is no such character", async () => {
  const logout = async (characterName: string) =>
    (await plugin.post("api/Characters/PlayerLogout", { characterName })).json;
  expect(await logout("Ada1")).toEqual({ success: true, errorMessage: "" });
  expect(await logout("Nobody")).toEqual({ success: false, errorMessage: "Character not found!" });
});

// ---- claims of our own zone servers

const registration = { customerGuid, serverIp: "127.0.0.1", internalServerIp: "127.0.0.1", maxNumberOfInstances: 10 };
const world = await store.worldServers.register({
  ...registration,
  launcherGuid: "11111111-2222-3333-4444-555555555555",
  startingMapInstancePort: 7778,
});
const zone = await store.zones.getByName(customerGuid, "Zone1");
const newInstance = async () => {
  const place = { customerGuid, worldServerId: world.worldServerId, mapId: zone?.mapId ?? 0, playerGroupId: 0 };
  const inserted = await store.zoneInstances.insertStarting(place);
  if (inserted.kind !== "inserted") throw new Error("the test's instance is inserted");
  return inserted.instance.mapInstanceId;
};
const [first, second] = [await newInstance(), await newInstance()];
beforeEach(async () => {
  for (const instance of [first, second]) await store.claims.releaseAllOf(customerGuid, instance);
});

const callAs = (zoneInstanceId: number) => ({
  baseUrl: service.url,
  customerGuid,
  credential: zoneCredential(testServiceSettings.serviceSecret, customerGuid, zoneInstanceId),
});
const epoch = { term: 1, count: 1 };
const entityId = 1_048_576;
const claim = (zoneInstanceId: number, extra: Partial<RequestOf<typeof mesh.claimCharacter>> = {}) =>
  callEndpoint(mesh.claimCharacter, {
    ...callAs(zoneInstanceId),
    body: { zoneInstanceId, characterName: "Ada1", entityId, epoch, ...extra },
  });
const saved = {
  characterName: "Ada1",
  entityId,
  epoch,
  zoneName: "Zone1",
  x: 5,
  y: 6,
  z: 7,
  rx: 0,
  ry: 0,
  rz: 45,
  customData: [{ customFieldName: "Hat", fieldValue: "green" }],
  release: false,
};
const save = (zoneInstanceId: number, character: Partial<typeof saved> = {}) =>
  callEndpoint(mesh.saveCharacters, {
    ...callAs(zoneInstanceId),
    body: { zoneInstanceId, characters: [{ ...saved, ...character }] },
  });

test("a claim answers the character with its custom data", async () => {
  const answer = await claim(first);
  expect(answer).toMatchObject({ success: true, errorMessage: "", holder: null, character: { CharacterName: "Ada1" } });
  expect(answer.customData).toEqual([{ customFieldName: "Hat", fieldValue: expect.any(String) }]);
});

test("one instance holds a character at a time; the other learns who", async () => {
  await claim(first);
  expect(await claim(second)).toMatchObject({ success: false, holder: { zoneInstanceId: first }, character: null });
  expect(await claim(first)).toMatchObject({ success: true });
});

test("a claim with somebody else's session is refused, with one's own or none it is not", async () => {
  expect(await claim(first, { userSessionGUID: "11111111-2222-3333-4444-555555555555" })).toMatchObject({
    success: false,
    errorMessage: "Invalid User Session",
  });
  expect(await claim(first, { userSessionGUID: session })).toMatchObject({ success: true });
  expect(await claim(first, { userSessionGUID: null })).toMatchObject({ success: true });
});

test("a claim of an unknown character or by a vanished instance is refused", async () => {
  expect(await claim(first, { characterName: "Nobody" })).toMatchObject({ errorMessage: "Character not found!" });
  expect(await claim(9999)).toMatchObject({ errorMessage: "This zone instance does not exist any more." });
});

test("the holder's save is stored exactly, and a release frees the character in the same step", async () => {
  await claim(first);
  expect(await save(first, { release: true })).toEqual({ success: true, errorMessage: "", refused: [] });
  expect(await placeOf("Ada1")).toEqual(["Zone1", 5, 6, 7, 0, 0, 45]);
  expect(await claim(second)).toMatchObject({ success: true, customData: [{ fieldValue: "green" }] });
});

test("a save of anybody but the holder, or of an older epoch, is refused and changes nothing", async () => {
  await claim(first, { epoch: { term: 2, count: 1 } });
  const before = await placeOf("Ada1");
  expect(await save(second, { x: 99 })).toMatchObject({
    success: false,
    errorMessage: "1 of 1 characters were refused.",
    refused: [{ characterName: "Ada1", reason: "held-by-other-instance" }],
  });
  expect(await save(first, { x: 99 })).toMatchObject({ refused: [{ reason: "stale-epoch" }] });
  expect(await placeOf("Ada1")).toEqual(before);
});

type Transfer = RequestOf<typeof mesh.transferClaims>["transfers"][number];

async function transferAs(zoneInstanceId: number, transfer: Transfer) {
  const body = { zoneInstanceId, transfers: [transfer] };
  const { answers } = await callEndpoint(mesh.transferClaims, { ...callAs(zoneInstanceId), body });
  return answers[0];
}

const transfer = (zoneInstanceId: number, count: number, entity = entityId) =>
  transferAs(zoneInstanceId, { characterName: "ada1", entityId: entity, epoch: { term: 1, count } });

test("who took over a living entity holds its claim, and the former owner's saves are refused", async () => {
  await claim(first);
  expect(await transfer(second, 2)).toEqual({ success: true, errorMessage: "" });
  expect(await save(first)).toMatchObject({ refused: [{ characterName: "Ada1", reason: "held-by-other-instance" }] });
  expect(await save(second)).toMatchObject({ refused: [{ characterName: "Ada1", reason: "stale-epoch" }] });
  expect(await save(second, { epoch: { term: 1, count: 2 } })).toMatchObject({ success: true });
  const held = `Zone instance ${second} holds the character, as entity ${entityId} at epoch 1.2.`;
  expect(await transfer(first, 2)).toEqual({ success: false, errorMessage: held });
  expect(await transfer(first, 9, entityId + 1)).toEqual({ success: false, errorMessage: held });
});

test("who has an entity from its ghost is told what was saved last, once it holds the claim", async () => {
  await claim(first);
  await save(first);
  const ask = (count: number) =>
    transferAs(second, { characterName: "ada1", entityId, epoch: { term: 2, count }, withCharacter: true });
  expect(await ask(1)).toMatchObject({
    success: true,
    character: { CharacterName: "Ada1" },
    customData: [{ customFieldName: "Hat", fieldValue: "green" }],
  });
  expect(await ask(0)).toEqual({ success: false, errorMessage: expect.stringContaining("at epoch 2.1") });
});

test("nobody claims or saves for an instance without its credential", async () => {
  const stolen = { ...callAs(second), body: { zoneInstanceId: first, characterName: "Ada1", entityId, epoch } };
  await expect(callEndpoint(mesh.claimCharacter, stolen)).rejects.toMatchObject({ failure: "refused", status: 401 });
});

test("every endpoint of the table is served", async () => {
  expect(await unservedEndpoints("character-persistence", service.url)).toEqual([]);
});
