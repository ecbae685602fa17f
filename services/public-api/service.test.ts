import { ManualClock } from "@ows/base";
import { afterAll, expect, test } from "vitest";
import {
  logger,
  pluginOf,
  storeWithCustomer,
  testServiceSettings,
  unservedEndpoints,
} from "../test-support/ows-wire.ts";
import { startPublicApi } from "./service.ts";

const { store, customerGuid } = await storeWithCustomer();
const clock = new ManualClock(0, Date.now());
const service = await startPublicApi({
  settings: {
    ...testServiceSettings,
    instanceManagementUrl: "http://127.0.0.1:1",
    allowedOrigins: ["*"],
    joinTimeoutMs: 1000,
    sessionDays: 30,
    trustedProxies: [],
    passwordChecksAtOnce: 2,
    passwordChecksWaiting: 16,
  },
  store,
  logger,
  clock,
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
const plugin = pluginOf(service.url, customerGuid);
const EMPTY = "00000000-0000-0000-0000-000000000000";
const STRANGE = "11111111-2222-3333-4444-555555555555";

let players = 0;

/** A new account with a session, and a character when named. */
async function player(characterName?: string) {
  const email = `player${++players}@example.com`;
  const account = { email, password: "correct horse", firstName: "Ada", lastName: "Lovelace" };
  const { json } = await plugin.post("api/Users/RegisterUser", account);
  const session: string = json.userSessionGuid;
  if (characterName !== undefined) {
    const body = { userSessionGUId: session, characterName, className: "MaleWarrior" };
    expect((await plugin.post("api/Users/CreateCharacter", body)).json.errorMessage).toBeNull();
  }
  return { email, session };
}

const login = async (email: string, password: string) =>
  (await plugin.post("api/Users/LoginAndCreateSession", { email, password })).json;

test("registering answers a session that works", async () => {
  const { session } = await player();
  expect(session).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const answer = await plugin.get(`api/Users/GetUserSession?UserSessionGUID=${session}`);
  expect(answer.json).toMatchObject({
    customerGuid,
    userSessionGUID: session,
    firstName: "Ada",
    role: "Player",
    selectedCharacterName: null,
    characterID: 0,
    charName: null,
    x: 0,
  });
  expect(answer.json.loginDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?$/);
});

test("an e-mail registers once", async () => {
  const { email } = await player();
  const again = await plugin.post("api/Users/RegisterUser", {
    email,
    password: "another",
    firstName: "B",
    lastName: "C",
  });
  expect(again.text).toBe('{"authenticated":false,"userSessionGuid":null,"errorMessage":"Duplicate Account!"}');
});

test.each([
  [{ password: "x" }, "Please enter an e-mail address and a password."],
  [{ email: "new@example.com", password: "" }, "Please enter an e-mail address and a password."],
  [{ email: "new@example.com", password: "x".repeat(257) }, "Please enter a password of at most 256 characters."],
  [
    { email: "new@example.com", password: "x", firstName: "y".repeat(51) },
    "Please enter names of at most 50 characters.",
  ],
])("an account that can't be kept is refused", async (body, errorMessage) => {
  expect((await plugin.post("api/Users/RegisterUser", body)).json).toMatchObject({
    authenticated: false,
    errorMessage,
  });
});

test("an unknown customer can neither register nor log in", async () => {
  const stranger = pluginOf(service.url, STRANGE);
  const account = { email: "a@example.com", password: "b", firstName: "", lastName: "" };
  expect((await stranger.post("api/Users/RegisterUser", account)).json.errorMessage).toBe(
    "This customer is not known.",
  );
  const { email } = await player();
  const body = { email, password: "correct horse" };
  expect((await stranger.post("api/Users/LoginAndCreateSession", body)).json.authenticated).toBe(false);
});

test("a login ends the session before it", async () => {
  const { email, session } = await player();
  const second = await login(email, "correct horse");
  expect(second).toMatchObject({ authenticated: true, errorMessage: "" });
  expect((await plugin.get(`api/Users/GetUserSession?UserSessionGUID=${session}`)).status).toBe(204);
});

test("a wrong password and an unknown user read alike", async () => {
  const { email } = await player();
  const refused = { authenticated: false, userSessionGuid: null, errorMessage: "Username or Password is invalid!" };
  expect(await login(email, "Correct Horse")).toEqual(refused);
  expect(await login("nobody@example.com", "correct horse")).toEqual(refused);
  expect((await plugin.post("api/Users/LoginAndCreateSession", {})).json).toEqual(refused);
});

test("an unknown user takes as long as a wrong password", async () => {
  const { email } = await player();
  const timed = async (name: string) => {
    const startMs = performance.now();
    await login(name, "wrong");
    return performance.now() - startMs;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let round = 0; round < 5; round++) {
    known.push(await timed(email));
    unknown.push(await timed("nobody@example.com"));
  }
  // A login without a hash takes about a tenth.
  expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
});

test("an MD5-crypt hash logs in and is replaced", async () => {
  const email = "old@example.com";
  const passwordHash = "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1";
  await store.users.register({ customerGuid, email, passwordHash, firstName: "", lastName: "", role: "Player" });
  expect(await login(email, "wrong")).toMatchObject({ authenticated: false });
  expect(await login(email, "secret")).toMatchObject({ authenticated: true });
  expect((await store.users.findPlayerByEmail(customerGuid, email))?.passwordHash).toMatch(/^\$argon2id\$/);
  expect(await login(email, "secret")).toMatchObject({ authenticated: true });
});

test("a burst of logins beyond the budget is told to try again", async () => {
  const { email } = await player();
  const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => login(`${index}@example.com`, "wrong")));
  const texts = new Set(answers.map((answer) => answer.errorMessage));
  expect(texts).toEqual(
    new Set(["Username or Password is invalid!", "Too many players log in at this moment. Please try again."]),
  );
  expect(await login(email, "correct horse")).toMatchObject({ authenticated: true });
});

test("who keeps guessing is told to wait, whether or not the account exists", async () => {
  const { email } = await player();
  for (const account of [email, "ghost@example.com"]) {
    for (let time = 0; time < 10; time++) expect((await login(account, "wrong")).errorMessage).toMatch(/invalid/);
    expect(await login(account, "correct horse")).toEqual({
      authenticated: false,
      userSessionGuid: null,
      errorMessage: "Too many tries to log in. Please try again in 1 s.",
    });
  }
  clock.advance(1_000);
  expect(await login(email, "correct horse")).toMatchObject({ authenticated: true });
});

test("a logout ends the session, and is a success twice", async () => {
  const { session } = await player();
  for (let time = 0; time < 2; time++) {
    const answer = await plugin.post("api/Users/Logout", `{\r\n\t"userSessionGUId": "${session}"\r\n}`);
    expect(answer.text).toBe('{"success":true,"errorMessage":""}');
  }
  expect((await plugin.get(`api/Users/GetUserSession?UserSessionGUID=${session}`)).status).toBe(204);
});

test("a character starts with the values of its class", async () => {
  const { session } = await player();
  const body = { userSessionGUId: session, characterName: "Hero", className: "MaleWarrior" };
  const { json } = await plugin.post("api/Users/CreateCharacter", body);
  expect(json).toMatchObject({
    success: true,
    errorMessage: null,
    characterName: "Hero",
    className: "MaleWarrior",
    z: 250,
  });
  expect(Object.keys(json)).toHaveLength(25);
});

test.each([
  [{ characterName: "abc" }, "Please enter a valid Character Name that is at least 4 characters in length."],
  [{ characterName: "Two Words" }, "Please enter a Character Name that only contains letters and numbers."],
  [{ characterName: "Zoë1" }, "Character Name can only contain letters, numbers, and spaces"],
  [{ userSessionGUId: STRANGE }, "Invalid User Session"],
  [{ className: "Nobody" }, "Invalid Class Name"],
  [{ characterName: "Taken" }, "Invalid Character Name"],
  [{ characterName: "tAKEN" }, "Invalid Character Name"],
])("a character that can't be created says why: %j", async (wrong, errorMessage) => {
  const { session } = await player();
  await store.characters.createFromClass({
    customerGuid,
    userSessionGuid: session,
    characterName: "Taken",
    className: "MaleWarrior",
  });
  const body = { userSessionGUId: session, characterName: "Fresh", className: "MaleWarrior", ...wrong };
  const { status, json } = await plugin.post("api/Users/CreateCharacter", body);
  expect([status, json]).toMatchObject([200, { success: false, errorMessage, characterName: null, x: 0 }]);
  expect(Object.keys(json)).toHaveLength(25);
});

test("creating from default values says why it can't", async () => {
  const { session } = await player("Default1");
  const create = async (body: object) =>
    (await plugin.post("api/Users/CreateCharacterUsingDefaultCharacterValues", { userSessionGUId: session, ...body }))
      .json;
  const unknownSet = { characterName: "Default2", defaultSetName: "Nothing" };
  expect(await create(unknownSet)).toEqual({ success: false, errorMessage: "Invalid Default Set Name" });
  const taken = { characterName: "Default1", defaultSetName: "Nothing" };
  expect(await create(taken)).toEqual({ success: false, errorMessage: "Character name already exists!" });
  expect(await create({ ...unknownSet, userSessionGUId: STRANGE })).toMatchObject({
    errorMessage: "Invalid User Session",
  });
});

test("all characters of the session's user come with every field and short dates", async () => {
  const { session } = await player("Lister1");
  const answer = await plugin.post("api/Users/GetAllCharacters", { userSessionGUId: session });
  expect(answer.json).toMatchObject([{ characterName: "Lister1", className: "MaleWarrior", level: 1, email: "" }]);
  expect(Object.keys(answer.json[0])).toHaveLength(98);
  for (const date of [answer.json[0].lastActivity, answer.json[0].createDate])
    expect(date).toMatch(/^[\dT:-]+(\.\d{1,3})?$/);
  expect((await plugin.post("api/Users/GetAllCharacters", { userSessionGUId: STRANGE })).text).toBe("[]");
});

test("a selected character of one's own comes with its place", async () => {
  const { session } = await player("Chosen1");
  const body = { userSessionGUId: session, selectedCharacterName: "Chosen1" };
  const { json } = await plugin.post("api/Users/SetSelectedCharacterAndGetUserSession", body);
  expect(json).toMatchObject({
    userSessionGUID: session,
    selectedCharacterName: "Chosen1",
    charName: "Chosen1",
    z: 250,
  });
  expect(Object.keys(json)).toHaveLength(20);
});

test("somebody else's character is not selected, and the one before does not show", async () => {
  await player("Foreign1");
  const { session } = await player("Mine1");
  const select = (selectedCharacterName: string) =>
    plugin.post("api/Users/SetSelectedCharacterAndGetUserSession", { userSessionGUId: session, selectedCharacterName });
  await select("Mine1");
  expect((await select("Foreign1")).json).toMatchObject({ charName: null, characterID: 0, z: 0 });
  const now = await plugin.get(`api/Users/GetUserSession?UserSessionGUID=${session}`);
  expect(now.json.charName).toBe("Mine1");
});

test("selecting for an unknown session is 204", async () => {
  const body = { userSessionGUId: STRANGE, selectedCharacterName: "Mine1" };
  expect((await plugin.post("api/Users/SetSelectedCharacterAndGetUserSession", body)).status).toBe(204);
});

test("a removed character is gone, its name free; removing nothing is a success", async () => {
  const { session } = await player("Removed1");
  await player("Survivor1");
  const remove = (characterName: string) =>
    plugin.post("api/Users/RemoveCharacter", { userSessionGUId: session, characterName });
  for (const name of ["Removed1", "Removed1", "Survivor1"]) {
    expect((await remove(name)).text).toBe('{"success":true,"errorMessage":""}');
  }
  expect(await store.characters.getByName(customerGuid, "Removed1")).toBeNull();
  expect(await store.characters.getByName(customerGuid, "Survivor1")).not.toBeNull();
});

test("a session that is all zeros or no GUID is nobody's", async () => {
  expect((await plugin.post("api/Users/GetAllCharacters", { userSessionGUId: EMPTY })).text).toBe("[]");
  expect((await plugin.post("api/Users/GetAllCharacters", { userSessionGUId: "" })).status).toBe(400);
});

test("every endpoint of the table is served", async () => {
  expect(await unservedEndpoints("public-api", service.url)).toEqual([]);
});
