import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { publicApi } from "@ows/protocol/http";
import { afterEach, expect, test } from "vitest";
import { Backend, type BackendOptions } from "./backend.ts";
import { JoinError } from "./join-error.ts";
import { SavedPlace } from "./saved-place.ts";

const OLD_SESSION = "11111111-1111-4111-8111-111111111111";
const NEW_SESSION = "22222222-2222-4222-8222-222222222222";
const account = { email: "ada@example.com", password: "analytical" };

/** What a public API says to each call: its status and what of its answer is not blank. */
type Answer = readonly [number, unknown];
type Answers = Record<string, (body: Record<string, unknown>) => Answer>;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers by the last part of the path; `calls` tells what was asked, in order. */
async function servePublicApi(answers: Answers): Promise<{ url: string; calls: string[] }> {
  const calls: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const name = request.url?.split("/").at(-1) ?? "";
    const body = JSON.parse(Buffer.concat(chunks).toString());
    calls.push(name);
    const [status, content] = answers[name]?.(body) ?? [500, { title: `${name} was not expected` }];
    response.writeHead(status, { "Content-Type": "application/json", Connection: "close" });
    response.end(status === 204 ? undefined : JSON.stringify(status === 200 ? complete(name, content) : content));
  };
  const server = createServer((request, response) => void answer(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

/** All members that the endpoint's schema has, blank but for those given. */
function complete(name: string, given: unknown): unknown {
  const endpoint = Object.values(publicApi).find(({ path }) => path.endsWith(`/${name}`));
  const blank = blankOf(endpoint?.response as Schema);
  return typeof blank === "object" && typeof given === "object" ? { ...blank, ...given } : given;
}

type Schema = { type?: string; anyOf?: Schema[]; properties?: Record<string, Schema>; format?: string };

function blankOf(schema: Schema): unknown {
  const object = schema.anyOf?.find((option) => option.type === "object") ?? schema;
  if (object.properties !== undefined) {
    return Object.fromEntries(Object.entries(object.properties).map(([name, member]) => [name, blankOf(member)]));
  }
  if (schema.anyOf !== undefined) return null;
  if (schema.type === "boolean") return false;
  return schema.type === "string" ? "" : 0;
}

const login = {
  LoginAndCreateSession: (): Answer => [200, { authenticated: true, userSessionGuid: NEW_SESSION }],
};
const select = (charName: string | null) => ({
  SetSelectedCharacterAndGetUserSession: (): Answer => [200, { userSessionGUID: NEW_SESSION, charName }],
});
const joined = {
  GetServerToConnectTo: (): Answer => [200, { success: true, errorMessage: "", url: "ws://127.0.0.1:1", ticket: "t1" }],
};

function backend(url: string, options: Partial<BackendOptions> = {}, place = new SavedPlace(undefined, "k")) {
  return new Backend({ url, customer: OLD_SESSION, account, character: "Ada1", ...options }, place);
}

const join = (it: Backend, zone?: string) => it.join(zone, new AbortController().signal);

test("a known player logs in, selects the character and learns where to go", async () => {
  const api = await servePublicApi({ ...login, ...select("Ada1"), ...joined });
  expect(await join(backend(api.url))).toEqual({ url: "ws://127.0.0.1:1", ticket: "t1" });
  expect(api.calls).toEqual(["LoginAndCreateSession", "SetSelectedCharacterAndGetUserSession", "GetServerToConnectTo"]);
});

test("a new player is registered, and the missing character is created and selected", async () => {
  let created: unknown;
  const api = await servePublicApi({
    LoginAndCreateSession: () => [200, { authenticated: false, userSessionGuid: null, errorMessage: "no" }],
    RegisterUser: () => [200, { authenticated: true, userSessionGuid: NEW_SESSION, errorMessage: "" }],
    SetSelectedCharacterAndGetUserSession: () => [
      200,
      { userSessionGUID: NEW_SESSION, charName: created === undefined ? null : "Ada1" },
    ],
    CreateCharacter: (body) => {
      created = body;
      return [200, { success: true, errorMessage: null }];
    },
    ...joined,
  });
  await join(backend(api.url, { createIfMissing: { className: "Wanderer" } }));
  expect(created).toEqual({ userSessionGUID: NEW_SESSION, characterName: "Ada1", className: "Wanderer" });
  expect(api.calls).toEqual([
    "LoginAndCreateSession",
    "RegisterUser",
    "SetSelectedCharacterAndGetUserSession",
    "CreateCharacter",
    "SetSelectedCharacterAndGetUserSession",
    "GetServerToConnectTo",
  ]);
});

test("a saved session is used without the password, and replaced when it has ended", async () => {
  const place = new SavedPlace(undefined, "k");
  place.update({ session: OLD_SESSION });
  const api = await servePublicApi({
    ...login,
    SetSelectedCharacterAndGetUserSession: (body) =>
      body.userSessionGUID === NEW_SESSION ? [200, { charName: "Ada1" }] : [204, null],
    ...joined,
  });
  await join(backend(api.url, {}, place));
  expect(place.current.session).toBe(NEW_SESSION);
  await join(backend(api.url, {}, place));
  expect(api.calls.filter((name) => name === "LoginAndCreateSession")).toHaveLength(1);
});

test("a zone is asked for by name, and the last one by OWS's word for it", async () => {
  const zones: unknown[] = [];
  const api = await servePublicApi({
    ...login,
    ...select("Ada1"),
    GetServerToConnectTo: (body) => {
      zones.push(body.zoneName);
      return joined.GetServerToConnectTo();
    },
  });
  await join(backend(api.url), "Cellar");
  await join(backend(api.url));
  expect(zones).toEqual(["Cellar", "GETLASTZONENAME"]);
});

test.each<[string, Answers, Partial<BackendOptions>, Partial<JoinError>]>([
  [
    "a wrong password",
    { LoginAndCreateSession: () => [200, { authenticated: false, errorMessage: "Username or Password is invalid!" }] },
    {},
    { failure: "sign-in", mayPass: false, message: "E-mail or password is wrong." },
  ],
  [
    "somebody else's account",
    {
      LoginAndCreateSession: () => [200, { authenticated: false, errorMessage: "no" }],
      RegisterUser: () => [200, { authenticated: false, errorMessage: "Duplicate Account!" }],
    },
    { createIfMissing: { className: "Wanderer" } },
    { failure: "sign-in", message: "The password is wrong." },
  ],
  [
    "somebody else's name",
    {
      ...login,
      ...select(null),
      CreateCharacter: () => [200, { success: false, errorMessage: "Invalid Character Name" }],
    },
    { createIfMissing: { className: "Wanderer" } },
    { failure: "character", mayPass: false, message: "Somebody else is called Ada1: choose another name." },
  ],
  [
    "a character that does not exist",
    { ...login, ...select(null) },
    {},
    { failure: "character", message: "This account has no character Ada1." },
  ],
  [
    "no server in time",
    {
      ...login,
      ...select("Ada1"),
      GetServerToConnectTo: () => [
        200,
        { success: false, errorMessage: "Cellar did not start.", serverIP: "", port: 0 },
      ],
    },
    {},
    { failure: "no-server", mayPass: true, message: "Cellar did not start." },
  ],
  [
    "a broken service",
    { LoginAndCreateSession: () => [500, { title: "boom" }] },
    {},
    { failure: "unreachable", mayPass: true },
  ],
  [
    "an answer from something else",
    { LoginAndCreateSession: () => [200, "<html>"] },
    {},
    { failure: "unreachable", mayPass: true },
  ],
  [
    "an unknown customer",
    { LoginAndCreateSession: () => [401, "Unauthorized"] },
    {},
    { failure: "sign-in", mayPass: false, message: "This game is not known to the servers." },
  ],
])("%s is a failure with words for a person", async (_name, answers, options, expected) => {
  const api = await servePublicApi(answers);
  const failure = await join(backend(api.url, options)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(JoinError);
  expect(failure).toMatchObject(expected);
});

test("without a password an ended session is for the player to renew", async () => {
  const api = await servePublicApi({ SetSelectedCharacterAndGetUserSession: () => [204, null] });
  const place = new SavedPlace(undefined, "k");
  const it = new Backend({ url: api.url, customer: OLD_SESSION, session: OLD_SESSION, character: "Ada1" }, place);
  await expect(join(it)).rejects.toMatchObject({ failure: "sign-in", mayPass: false });
});

test("nobody at home is unreachable, which may pass", async () => {
  await expect(join(backend("http://127.0.0.1:1"))).rejects.toMatchObject({ failure: "unreachable", mayPass: true });
});
