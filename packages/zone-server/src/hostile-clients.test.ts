import { randomBytes, randomUUID } from "node:crypto";
import { connect } from "node:net";
import { ManualClock } from "@ows/base";
import { encodeClientMessage, schemaOf } from "@ows/protocol/game";
import { encryptTravelId, type PlayerTicket, signTicket, ticketKeys } from "@ows/protocol/ticket";
import { expect, test } from "vitest";
import { secureAdmission } from "./players/admission.ts";
import { startStandaloneZoneServer } from "./start-standalone-zone-server.ts";
import { meadow } from "./testing/meadow-game.test-kit.ts";
import { RawClient } from "./testing/raw-client.test-kit.ts";

const schema = schemaOf(meadow);
const start = (settings = {}) =>
  startStandaloneZoneServer({ game: meadow, zoneName: "Meadow", admission: "open", settings });

async function opened(url: string): Promise<RawClient> {
  const client = new RawClient(url, schema);
  await client.opened();
  return client;
}

test("garbage, text and messages out of order are refused with a reason, and the ticks go on", async () => {
  await using server = await start();
  using witness = await RawClient.enter(server.endpoint.url, schema, "Witness");
  const mischief: ((client: RawClient) => void)[] = [
    (client) => client.socket.send(randomBytes(200)),
    (client) => client.socket.send(new Uint8Array(0)),
    (client) => client.socket.send("attach please"),
    (client) => client.socket.send(encodeClientMessage({ type: "leave" }, schema)),
    (client) => {
      client.attach("Twice");
      client.attach("Twice");
    },
  ];
  for (const act of mischief) {
    using client = await opened(server.endpoint.url);
    act(client);
    await client.closed();
    expect(client.closing).toMatchObject({ code: "protocol", retry: false });
  }
  const tick = witness.tick;
  await witness.until(() => witness.tick > tick + 3);
  await expect.poll(() => server.inspect().connections).toBe(1);
});

test("an oversized message closes its connection and no other", async () => {
  await using server = await start();
  using witness = await RawClient.enter(server.endpoint.url, schema, "Witness");
  using client = await opened(server.endpoint.url);
  client.socket.send(new Uint8Array(5_000));
  await client.closed();
  expect(client.closeCode).toBe(1009);
  const tick = witness.tick;
  await witness.until(() => witness.tick > tick + 3);
});

test("who does not attach in time is closed", async () => {
  await using server = await start({ attachDeadlineMs: 50 });
  using client = await opened(server.endpoint.url);
  await client.closed();
  expect(client.closing).toMatchObject({ code: "protocol" });
});

test("beyond the allowed connections strangers are turned away, and room comes back", async () => {
  await using server = await start({ maxConnections: 2 });
  using first = await opened(server.endpoint.url);
  using second = await opened(server.endpoint.url);
  using third = await opened(server.endpoint.url);
  expect(third.socket.readyState).not.toBe(third.socket.OPEN);
  expect(server.inspect().counts.turnedAway).toBe(1);
  second.socket.terminate();
  await expect.poll(() => server.inspect().connections).toBe(1);
  using fourth = await opened(server.endpoint.url);
  expect([first, fourth].map(({ socket }) => socket.readyState)).toEqual([1, 1]);
});

test("hundreds of connections that come and go, with bad proofs and none, leave nothing behind", async () => {
  await using server = await startSecure();
  using witness = await RawClient.enter(server.endpoint.url, schema, ticket());
  const clients = await Promise.all(Array.from({ length: 300 }, () => opened(server.endpoint.url)));
  for (const [i, client] of clients.entries()) {
    if (i % 3 === 0) client.attach(ticket({}, ticketKeys("another secret").privateKey));
    else if (i % 3 === 1) client.attach("no such token", "resume");
    else client.socket.terminate();
  }
  await Promise.all(clients.map((client) => client.closed()));
  await expect.poll(() => server.inspect().connections).toBe(1);
  expect(server.inspect()).toMatchObject({ entityCount: 1, players: [{ name: "Ada" }] });
  const tick = witness.tick;
  await witness.until(() => witness.tick > tick + 3);
});

test("a flood of messages is refused, then cut off; nothing piles up", async () => {
  await using server = await start();
  using witness = await RawClient.enter(server.endpoint.url, schema, "Witness");
  using client = await RawClient.enter(server.endpoint.url, schema, "Flood");
  for (let i = 0; i < 2_000; i++) client.send([{ name: "pay", values: { gold: 1 } }]);
  await client.closed();
  expect(client.closing).toMatchObject({ code: "protocol", reason: "too many messages" });
  expect(client.ownComponents.Bag?.gold).toBeLessThan(300);
  const tick = witness.tick;
  await witness.until(() => witness.tick > tick + 3);
  expect(server.inspect().counts.refusedMessages).toBeGreaterThan(500);
});

test("the port answers nothing but WebSockets, and the inspection for its credential", async () => {
  await using server = await startStandaloneZoneServer({
    game: meadow,
    zoneName: "Meadow",
    admission: "open",
    inspectCredential: "the right one",
  });
  const url = server.endpoint.url.replace("ws", "http");
  const ask = (path: string, credential?: string) =>
    fetch(url + path, { headers: credential === undefined ? {} : { "x-ows-credential": credential } });
  expect((await ask("/")).status).toBe(404);
  expect((await ask("/inspect")).status).toBe(401);
  expect((await ask("/inspect", "the wrong one")).status).toBe(401);
  expect(await (await ask("/inspect", "the right one")).json()).toMatchObject({ zoneName: "Meadow", players: [] });
  const socket = connect(server.endpoint.port, "127.0.0.1");
  const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
  socket.write("\x00\x01 no HTTP at all\r\n\r\n");
  expect(await answer).toContain("400");
  socket.destroy();
});

const keys = ticketKeys("a secret that only this test knows");
const customerGuid = randomUUID();
const SESSION = "7106af98-6395-4392-8cfd-35664e03935f";

function ticket(changes: Partial<PlayerTicket> = {}, privateKey = keys.privateKey): string {
  const fields = { customerGuid, characterName: "Ada", userSessionGuid: SESSION, zoneInstanceId: 1 };
  return signTicket({ ...fields, nonce: randomUUID(), expiresAtMs: 1_700_000_030_000, ...changes }, privateKey);
}

function startSecure() {
  const clock = new ManualClock();
  const admission = secureAdmission({
    customerGuid,
    zoneInstanceId: 1,
    ticketPublicKey: keys.publicKey,
    encryptionKey: "travel key",
    ownCharacterOf: (session) => Promise.resolve(session === SESSION ? "Ada" : undefined),
    clock,
  });
  return startStandaloneZoneServer({ game: meadow, zoneName: "Meadow", admission });
}

test("a good ticket opens the door once; forged, expired, foreign and used ones do not", async () => {
  await using server = await startSecure();
  const good = ticket();
  using ada = await RawClient.enter(server.endpoint.url, schema, good);
  expect(ada.welcome).toBeDefined();
  const bad: readonly [string, string][] = [
    [good, "used before"],
    [ticket({}, ticketKeys("another secret").privateKey), "signature"],
    [`${good.slice(0, 20)}A${good.slice(21)}`, "signature"],
    [ticket({ expiresAtMs: 1_699_999_990_000 }), "expired"],
    [ticket({ zoneInstanceId: 2 }), "zone instance 2"],
    [ticket({ customerGuid: randomUUID() }), "another customer"],
    ["", "malformed"],
    ["a.b", "signature"],
  ];
  for (const [token, reason] of bad) {
    using client = await RawClient.enter(server.endpoint.url, schema, token);
    expect(client.closing).toMatchObject({ code: "refused", reason: expect.stringContaining(reason) });
  }
  expect(server.inspect().players.map(({ name }) => name)).toEqual(["Ada"]);
});

test("a travel ID in the URL is believed only when the session has selected that character", async () => {
  await using server = await startSecure();
  const travelId = (characterName: string, userSessionGuid: string, key = "travel key") =>
    encryptTravelId({ x: 9, y: 9, z: 9, roll: 0, pitch: 0, yaw: 0, characterName, userSessionGuid }, key);
  const enter = (id: string) => RawClient.enter(`${server.endpoint.url}/?ID=${id}`, schema, "", "travel-id");
  using ada = await enter(travelId("Ada", SESSION));
  await ada.until(() => ada.own !== undefined);
  expect(ada.own).toEqual({ x: 10, y: 20, z: 0 });
  const bad: readonly [string, string][] = [
    [travelId("Ben", SESSION), "another character"],
    [travelId("Ada", randomUUID()), "not known"],
    [travelId("Ada", SESSION, "another key"), "another key"],
    ["zz", "length"],
  ];
  for (const [id, reason] of bad) {
    using client = await enter(id);
    expect(client.closing).toMatchObject({ code: "refused", reason: expect.stringContaining(reason) });
  }
});
