import { schemaOf } from "@ows/protocol/game";
import { expect, test } from "vitest";
import { MemoryCharacters } from "./backend/characters.ts";
import { type StandaloneOptions, startStandaloneZoneServer } from "./start-standalone-zone-server.ts";
import { meadow } from "./testing/meadow-game.test-kit.ts";
import { RawClient } from "./testing/raw-client.test-kit.ts";

const schema = schemaOf(meadow);

type Options = Partial<Pick<StandaloneOptions<never, never>, "zoneName" | "settings" | "characters">>;

function start(options: Options = {}) {
  return startStandaloneZoneServer({ game: meadow, zoneName: "Meadow", admission: "open", ...options });
}

function moves(count: number, x: number, y: number) {
  return Array.from({ length: count }, () => ({ name: "move", values: { x, y } }));
}

test("a client enters, moves, and sees its inputs acknowledged and applied", async () => {
  await using server = await start();
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  expect(client.welcome).toMatchObject({ tickHz: 50, zoneName: "Meadow", lastInputSeq: 0 });
  await client.until(() => client.own !== undefined);
  expect(client.own).toEqual({ x: 10, y: 20, z: 0 });
  const last = client.send(moves(10, 1, 0));
  await client.until(() => client.ackedSeq === last);
  expect(client.own?.x).toBeCloseTo(10 + 10 * 6 * (1 / 50), 9);
  expect(client.problems).toEqual([]);
});

test("two clients see one another, each change of the other, and its end", async () => {
  await using server = await start();
  using ada = await RawClient.enter(server.endpoint.url, schema, "Ada");
  using ben = await RawClient.enter(server.endpoint.url, schema, "Ben");
  const benId = ben.welcome?.entityId;
  await ada.until(() => ada.other(benId) !== undefined);
  expect(ada.other(benId)).toMatchObject({ x: 10 * 256, y: 20 * 256, components: { Health: { now: 100, max: 100 } } });
  const last = ben.send(moves(20, 0, 1));
  await ben.until(() => ben.ackedSeq === last);
  const y = Math.round((ben.own?.y ?? 0) * 256);
  await ada.until(() => ada.other(benId)?.y === y);
  ada.send([{ name: "hit", values: { target: benId ?? 0 } }]);
  await ada.until(() => ada.other(benId)?.components.Health?.now === 93);
  ben.leave();
  await ada.until(() => ada.other(benId) === undefined);
  await ben.closed();
  expect(ben.closing).toMatchObject({ code: "left", retry: false });
  expect([...ada.problems, ...ben.problems]).toEqual([]);
});

test("a call is answered after the tick, its events reach who is near, and writing after an await is refused", async () => {
  await using server = await start();
  using ada = await RawClient.enter(server.endpoint.url, schema, "Ada");
  using ben = await RawClient.enter(server.endpoint.url, schema, "Ben");
  const target = ben.welcome?.entityId ?? 0;
  ada.send([{ name: "hit", values: { target } }]);
  await ada.until(() => ada.events.some(({ name }) => name === "hit"));
  expect(ada.events).toContainEqual({ name: "hit", data: { target, result: { left: 93 } } });
  await ben.until(() => ben.events.some(({ name }) => name === "hurt"));
  await ada.until(() => ada.ownComponents.Swing?.ready === true);
  expect(ada.ownComponents.Bag).toEqual({ gold: 0 });
  expect(server.inspect().faults[0]).toMatchObject({ kind: expect.stringContaining("WriteOutsideTick"), count: 1 });
});

test("server components stay on the server, owner components reach their owner only", async () => {
  await using server = await start();
  using ada = await RawClient.enter(server.endpoint.url, schema, "Ada");
  using ben = await RawClient.enter(server.endpoint.url, schema, "Ben");
  await ben.until(() => ben.other(ada.welcome?.entityId) !== undefined);
  await ada.until(() => ada.own !== undefined);
  expect(Object.keys(ada.ownComponents).sort()).toEqual(["Bag", "Health", "Swing"]);
  expect(Object.keys(ben.other(ada.welcome?.entityId)?.components ?? {})).toEqual(["Health"]);
});

test("inputs are applied once and in order, however often they are sent", async () => {
  await using server = await start();
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  client.send([{ name: "pay", values: { gold: 1 } }], 1);
  client.send(
    [1, 10].map((gold) => ({ name: "pay", values: { gold } })),
    1,
  );
  client.send(
    [1, 10, 100].map((gold) => ({ name: "pay", values: { gold } })),
    1,
  );
  await client.until(() => client.ackedSeq === 3);
  expect(client.ownComponents.Bag).toEqual({ gold: 111 });
});

test("inputs sent faster than the game ticks move nobody faster", async () => {
  await using server = await start();
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  await client.until(() => client.own !== undefined);
  const startTick = client.tick;
  for (let burst = 0; burst < 6; burst++) client.send(moves(30, 1, 0));
  await client.until(() => client.ackedSeq === 180);
  const passed = client.tick - startTick;
  const most = (passed + 16) * 6 * (1 / 50);
  expect((client.own?.x ?? 0) - 10).toBeLessThan(most);
  expect((client.own?.x ?? 0) - 10).toBeGreaterThan(0);
  expect(server.inspect().counts.refusedInputs).toBeGreaterThan(0);
});

test("a move that is faster than the class allows is cut back and counted", async () => {
  await using server = await start();
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  client.send([{ name: "leap", values: { x: 100, y: 0 } }]);
  await client.until(() => client.ackedSeq === 1);
  expect(client.own?.x).toBeCloseTo(10 + 6 / 50, 6);
  expect(server.inspect().counts.tooFastMoves).toBe(1);
});

test("a handler that throws is counted under its class and name, and the ticks go on", async () => {
  await using server = await start();
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  client.send([{ name: "misbehave" }, { name: "misbehave" }, { name: "pay", values: { gold: 5 } }]);
  await client.until(() => client.ownComponents.Bag?.gold === 5);
  expect(server.inspect().faults).toEqual([
    { kind: "Wanderer.onInput.misbehave Error: a mistake in the game", count: 2 },
  ]);
});

test("a newer client of the same character takes over the living avatar, and the old one hears it", async () => {
  await using server = await start();
  using old = await RawClient.enter(server.endpoint.url, schema, "Ada");
  const last = old.send(moves(5, 1, 0));
  await old.until(() => old.ackedSeq === last);
  using newer = await RawClient.enter(server.endpoint.url, schema, "Ada");
  await old.closed();
  expect(old.closing).toMatchObject({ code: "replaced", retry: false });
  expect(newer.welcome).toMatchObject({ entityId: old.welcome?.entityId, lastInputSeq: 5 });
  await newer.until(() => newer.own !== undefined);
  expect(newer.own?.x).toBeCloseTo(10 + 5 * 6 * (1 / 50), 9);
  expect(server.inspect().players).toHaveLength(1);
});

test("a lost client resumes with its token, once; each Welcome brings another token", async () => {
  await using server = await start();
  using first = await RawClient.enter(server.endpoint.url, schema, "Ada");
  const token = first.welcome?.resumeToken ?? "";
  first.socket.terminate();
  using second = await RawClient.enter(server.endpoint.url, schema, token, "resume");
  expect(second.welcome?.entityId).toBe(first.welcome?.entityId);
  expect(second.welcome?.resumeToken).not.toBe(token);
  using third = await RawClient.enter(server.endpoint.url, schema, token, "resume");
  expect(third.closing).toMatchObject({ code: "refused", retry: true });
});

test("a link-dead avatar stays for a while, then leaves and is saved", async () => {
  const characters = new MemoryCharacters();
  await using server = await start({ characters, settings: { linkDeadMs: 100 } });
  using ada = await RawClient.enter(server.endpoint.url, schema, "Ada");
  using ben = await RawClient.enter(server.endpoint.url, schema, "Ben");
  await ben.until(() => ben.other(ada.welcome?.entityId) !== undefined);
  ada.socket.terminate();
  await expect.poll(() => server.inspect().players.find(({ name }) => name === "Ada")?.isLinkDead).toBe(true);
  await ben.until(() => ben.other(ada.welcome?.entityId) === undefined);
  await expect.poll(() => characters.kept("Ada")?.release).toBe(true);
});

test("position and saved components are there again after leaving, and nothing else", async () => {
  const characters = new MemoryCharacters();
  await using server = await start({ characters });
  using first = await RawClient.enter(server.endpoint.url, schema, "Ada");
  first.send([...moves(5, 1, 1), { name: "pay", values: { gold: 70 } }]);
  await first.until(() => first.ackedSeq === 6);
  first.leave();
  await first.closed();
  using again = await RawClient.enter(server.endpoint.url, schema, "Ada");
  await again.until(() => again.own !== undefined);
  expect(again.own).toEqual(first.own);
  expect(again.ownComponents.Bag).toEqual({ gold: 70 });
  expect(again.welcome?.lastInputSeq).toBe(0);
  expect(characters.kept("Ada")?.saved).toEqual({ Bag: { gold: 70 } });
});

test("a full server says so, and that asking again makes sense", async () => {
  await using server = await start({ settings: { hardPlayerCap: 1 } });
  using ada = await RawClient.enter(server.endpoint.url, schema, "Ada");
  using ben = await RawClient.enter(server.endpoint.url, schema, "Ben");
  expect(ada.welcome).toBeDefined();
  expect(ben.closing).toMatchObject({ code: "full", retry: true });
});

test("another build of the game is turned away with a reason", async () => {
  await using server = await start();
  using client = new RawClient(server.endpoint.url, schema);
  await client.opened();
  client.attach("Ada", "ticket", 12345);
  await client.closed();
  expect(client.closing).toMatchObject({ code: "incompatible", reason: expect.stringContaining("build") });
});

test("stopping tells every client and saves everybody", async () => {
  const characters = new MemoryCharacters();
  const server = await start({ characters });
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  client.send([{ name: "pay", values: { gold: 3 } }]);
  await client.until(() => client.ackedSeq === 1);
  await server[Symbol.asyncDispose]();
  await client.closed();
  expect(client.closing).toMatchObject({ code: "stopping", retry: true });
  expect(characters.kept("Ada")).toMatchObject({ release: true, saved: { Bag: { gold: 3 } } });
});

test("a zone is born with what its game populates it with, and clients see it move", async () => {
  await using server = await start({ zoneName: "Flock" });
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  await client.until(() => client.others.size > 10);
  const [alias, sheep] = [...client.others][0] ?? [];
  const before = sheep?.x;
  await client.until(() => client.others.get(alias ?? -1)?.x !== before);
  expect(client.problems).toEqual([]);
  expect(server.inspect()).toMatchObject({ entityCount: 21, zoneName: "Flock" });
});
