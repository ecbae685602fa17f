import { failedJoin, instanceManagement, type RequestOf } from "@ows/protocol/http";
import { createService, route } from "@ows/service-kit";
import { afterAll, beforeEach, expect, test } from "vitest";
import { logger, pluginOf, storeWithCustomer, testServiceSettings } from "../test-support/ows-wire.ts";
import { startPublicApi } from "./service.ts";

type Forwarded = RequestOf<typeof instanceManagement.getServerToConnectTo>;
const forwarded: Forwarded[] = [];
const found = { ...failedJoin(""), serverIP: "127.0.0.1", port: 7778, success: true, url: "ws://127.0.0.1:7778" };

const { store, customerGuid } = await storeWithCustomer();
const decider = await createService({
  ...testServiceSettings,
  name: "instance-management",
  routes: [
    route(instanceManagement.getServerToConnectTo, (call) => {
      forwarded.push(call.request);
      return found;
    }),
  ],
  context: undefined,
  customers: { isKnown: async () => true },
  logger,
});
const settings = {
  ...testServiceSettings,
  allowedOrigins: [],
  joinTimeoutMs: 1000,
  sessionDays: 30,
  trustedProxies: [],
  passwordChecksAtOnce: 1,
  passwordChecksWaiting: 1,
};
const service = await startPublicApi({ settings: { ...settings, instanceManagementUrl: decider.url }, store, logger });
const alone = await startPublicApi({
  settings: { ...settings, instanceManagementUrl: "http://127.0.0.1:1" },
  store,
  logger,
});
afterAll(async () => {
  await Promise.all([service, alone, decider].map((each) => each[Symbol.asyncDispose]()));
  await store[Symbol.asyncDispose]();
});

const plugin = pluginOf(service.url, customerGuid);
const account = { email: "a@example.com", password: "b", firstName: "", lastName: "" };
const session: string = (await plugin.post("api/Users/RegisterUser", account)).json.userSessionGuid;
const other = await plugin.post("api/Users/RegisterUser", { ...account, email: "b@example.com" });
await plugin.post("api/Users/CreateCharacter", {
  userSessionGUId: session,
  characterName: "Walker",
  className: "MaleWarrior",
});
await store.characters.savePositions(
  customerGuid,
  [{ name: "Walker", x: 0, y: 0, z: 0, rx: 0, ry: 0, rz: 0 }],
  "Zone1",
);

beforeEach(() => forwarded.splice(0));
const join = (body: object, to = plugin) => to.post("api/Users/GetServerToConnectTo", body);

test("the plugin's first join goes to the character's last zone", async () => {
  const answer = await join({ characterName: "walker", zoneName: "GETLASTZONENAME", playerGroupType: 0 });
  expect(answer).toMatchObject({ status: 200, json: found });
  expect(forwarded).toMatchObject([{ characterName: "Walker", zoneName: "Zone1", playerGroupType: 0 }]);
});

test("no zone name means the last zone too, and the dungeon call's group type counts", async () => {
  await join({ characterName: "Walker", playerGroupTypeId: 2 });
  await join({ characterName: "Walker", zoneName: "", playerGroupType: 1 });
  expect(forwarded).toMatchObject([
    { zoneName: "Zone1", playerGroupType: 2 },
    { zoneName: "Zone1", playerGroupType: 1 },
  ]);
});

test("a named zone is asked for, with the session when there is one", async () => {
  await join({ characterName: "Walker", zoneName: "Zone2", userSessionGUID: session });
  expect(forwarded).toMatchObject([{ zoneName: "Zone2", userSessionGUID: session }]);
});

test("an unknown character is 400 without a zone, and no address with one", async () => {
  expect((await join({ characterName: "Nobody", zoneName: "GETLASTZONENAME" })).status).toBe(400);
  expect(await join({ characterName: "Nobody", zoneName: "Zone1" })).toMatchObject({
    status: 200,
    json: { success: false, serverIP: "", port: 0, errorMessage: "GetServerToConnectTo: Character not found!" },
  });
});

test("an unknown zone leads nowhere", async () => {
  const { json } = await join({ characterName: "Walker", zoneName: "Atlantis" });
  expect(json).toMatchObject({ success: false, serverIP: "", errorMessage: expect.stringContaining("Atlantis") });
});

test("a character without a zone is told so", async () => {
  const getByName: typeof store.characters.getByName = async (customer, name) => {
    const character = await store.characters.getByName(customer, name);
    return character === null ? null : { ...character, mapName: null };
  };
  const zoneless = { ...store, characters: { ...store.characters, getByName } };
  const parts = { settings: { ...settings, instanceManagementUrl: decider.url }, store: zoneless, logger };
  await using lost = await startPublicApi(parts);
  const body = { characterName: "Walker", zoneName: "GETLASTZONENAME" };
  expect((await join(body, pluginOf(lost.url, customerGuid))).json).toMatchObject({
    success: false,
    serverIP: "",
    errorMessage: "GetServerToConnectTo: ZoneName is NULL or Empty.  Make sure the character is assigned to a Zone!",
  });
});

test("a session may move its own characters only", async () => {
  for (const wrong of [other.json.userSessionGuid, "11111111-2222-3333-4444-555555555555"]) {
    const { json } = await join({ characterName: "Walker", zoneName: "Zone1", userSessionGUID: wrong });
    expect(json).toMatchObject({ success: false, serverIP: "", errorMessage: "Invalid User Session" });
  }
  expect(forwarded).toEqual([]);
});

test("without instance-management the answer is a clear failure", async () => {
  const { status, json } = await join(
    { characterName: "Walker", zoneName: "Zone1" },
    pluginOf(alone.url, customerGuid),
  );
  expect([status, json]).toMatchObject([200, { success: false, serverIP: "", port: 0 }]);
  expect(json.errorMessage).toBe("GetServerToConnectTo: No zone server could be found. Please try again.");
});
