import { randomUUID } from "node:crypto";
import { schemaOf } from "@ows/protocol/game";
import { signTicket } from "@ows/protocol/ticket";
import { readSettings, silentLogger } from "@ows/service-kit";
import { expect, test } from "vitest";
import { startZoneServer } from "./start-zone-server.ts";
import { CUSTOMER, FakeBackend, freePort, keys } from "./testing/fake-backend.test-kit.ts";
import { meadow } from "./testing/meadow-game.test-kit.ts";
import { RawClient } from "./testing/raw-client.test-kit.ts";
import { zoneProcessSettings } from "./zone-process-settings.ts";

const schema = schemaOf(meadow);

async function start(backend: FakeBackend, env: Record<string, string> = {}) {
  const settings = readSettings(zoneProcessSettings, { ...backend.env("/no/such/game.ts"), ...env });
  const place = { mapName: "M", port: await freePort(), zoneInstanceId: 7 };
  return startZoneServer({ game: meadow, place, settings, logger: silentLogger() });
}

function ticketOf(characterName: string): string {
  const fields = { customerGuid: CUSTOMER, userSessionGuid: randomUUID(), zoneInstanceId: 7, nonce: randomUUID() };
  return signTicket({ ...fields, characterName, expiresAtMs: Date.now() + 30_000 }, keys.privateKey);
}

const enter = (server: { readonly endpoint: { readonly url: string } }, name: string) =>
  RawClient.enter(server.endpoint.url, schema, ticketOf(name));

test("a zone server joins, tells its launcher it is ready, and reports players and load", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  await expect.poll(() => backend.launcher.of("ready")).toHaveLength(1);
  expect(backend.playerReports).toEqual([0]);
  expect(backend.coordinator.hellos[0]).toMatchObject({ role: "zone-server", zoneInstanceId: 7, pid: process.pid });
  backend.addCharacter("Ada", { x: 1_500, y: -300, z: 20 });
  using ada = await enter(server, "Ada");
  await ada.until(() => ada.own !== undefined);
  expect(ada.own).toEqual({ x: 15, y: -3, z: 0.2 });
  await expect.poll(() => backend.playerReports.at(-1), { timeout: 5_000 }).toBe(1);
  await expect.poll(() => backend.coordinator.of("renew").at(-1)).toMatchObject({ players: 1, state: "running" });
  expect(backend.coordinator.of("playerPresence")).toEqual([{ characterName: "Ada", present: true }]);
});

test("ticks are numbered by the coordinator's clock", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  const meshTick = Math.floor(((performance.now() + 1_000_000) * 50) / 1_000);
  expect(Math.abs(server.inspect().tick - meshTick)).toBeLessThan(50);
});

test("the last save gives the claim back and is exact, in Unreal's units", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 100, y: 200, z: 0 });
  using ada = await enter(server, "Ada");
  ada.send([
    { name: "move", values: { x: 1, y: 0 } },
    { name: "pay", values: { gold: 9 } },
  ]);
  await ada.until(() => ada.ackedSeq === 2);
  ada.leave();
  await expect.poll(() => backend.savesOf("Ada").at(-1)).toMatchObject({ release: true, zoneName: "Meadow" });
  const last = backend.savesOf("Ada").at(-1);
  expect(last?.x).toBeCloseTo(100 + 12, 9);
  expect(last?.customData).toContainEqual({ customFieldName: "Bag", fieldValue: '{"gold":9}' });
  expect(backend.holders.has("Ada")).toBe(false);
  using again = await enter(server, "Ada");
  await again.until(() => again.own !== undefined);
  expect(again.own?.x).toBeCloseTo(1.12, 9);
  expect(again.ownComponents.Bag).toEqual({ gold: 9 });
});

test("coordinates that were saved in another zone are not used here", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 9_900, y: 9_900, z: 0 }).customData.set("OwsSavedZone", "Cellar");
  using ada = await enter(server, "Ada");
  await ada.until(() => ada.own !== undefined);
  expect(ada.own).toEqual({ x: 10, y: 20, z: 0 });
});

test("a character that another server holds is refused with the reason", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  backend.holders.set("Ada", 8);
  using ada = await enter(server, "Ada");
  expect(ada.closing).toMatchObject({ code: "refused", reason: "Zone instance 8 holds the character." });
  using nobody = await enter(server, "Nobody");
  expect(nobody.closing).toMatchObject({ code: "refused", reason: "Character not found!" });
});

test("while character-persistence is down the world ticks on, and what waited is saved afterwards", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  using ada = await enter(server, "Ada");
  backend.isPersistenceDown = true;
  ada.send([{ name: "pay", values: { gold: 4 } }]);
  await expect.poll(() => backend.failedSaves).toBeGreaterThan(1);
  expect(server.inspect().counts.waitingSaves).toBe(1);
  const last = ada.send([{ name: "pay", values: { gold: 5 } }]);
  await ada.until(() => ada.ackedSeq === last);
  backend.isPersistenceDown = false;
  await expect
    .poll(() => backend.savesOf("Ada").at(-1)?.customData, { timeout: 10_000 })
    .toContainEqual({ customFieldName: "Bag", fieldValue: '{"gold":9}' });
  await expect.poll(() => server.inspect().counts.waitingSaves).toBe(0);
});

test("a refused save sends the player away with a clear reason, and saves nothing more", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  using ada = await enter(server, "Ada");
  backend.refusing.add("Ada");
  ada.send([{ name: "pay", values: { gold: 4 } }]);
  await ada.closed();
  expect(ada.closing).toMatchObject({ code: "replaced", reason: expect.stringContaining("zone instance 8 holds it") });
  await expect.poll(() => server.inspect().players).toEqual([]);
  expect(backend.savesOf("Ada")).toEqual([]);
});

test("an evicted character is saved and released before the coordinator hears it", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  using ada = await enter(server, "Ada");
  const evict = (number: number, characterName: string) =>
    backend.coordinator.link?.send({ $case: "evict", value: { number, characterName, reason: "to the cellar" } });
  evict(1, "Ada");
  evict(2, "Nobody");
  await ada.closed();
  expect(ada.closing).toMatchObject({ code: "travelled", retry: false });
  await expect.poll(() => backend.coordinator.of("evicted")).toHaveLength(2);
  expect(backend.coordinator.of("evicted")).toEqual(
    expect.arrayContaining([
      { number: 1, characterName: "Ada", wasHere: true },
      { number: 2, characterName: "Nobody", wasHere: false },
    ]),
  );
  expect(backend.holders.has("Ada")).toBe(false);
});

test("the coordinator hears that a character left only when its last state is stored and its claim given back", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  using ada = await enter(server, "Ada");
  backend.isPersistenceDown = true;
  ada.leave();
  await ada.closed();
  await expect.poll(() => backend.failedSaves).toBeGreaterThan(1);
  expect(backend.coordinator.of("playerPresence")).toEqual([{ characterName: "Ada", present: true }]);
  backend.isPersistenceDown = false;
  await expect
    .poll(() => backend.coordinator.of("playerPresence").at(-1), { timeout: 10_000 })
    .toEqual({ characterName: "Ada", present: false });
  expect(backend.holders.has("Ada")).toBe(false);
});

test("told to stop by its launcher, it saves everybody and says why it ends", async () => {
  await using backend = await FakeBackend.start();
  const server = await start(backend);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  using ada = await enter(server, "Ada");
  backend.launcher.link?.send({ $case: "stop", value: { reason: "maintenance", graceMs: 4_000 } });
  expect(await server.stopping).toBe("maintenance");
  await server[Symbol.asyncDispose]();
  await ada.closed();
  expect(ada.closing).toMatchObject({ code: "stopping", retry: true });
  expect(backend.holders.has("Ada")).toBe(false);
  expect(backend.launcher.of("ending")[0]).toEqual({ reason: "maintenance" });
});

test("without its launcher for two seconds it wants to stop", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  await backend.launcher[Symbol.asyncDispose]();
  expect(await server.stopping).toContain("no launcher");
});

test("a lost control link does not stop the world, and comes back with everybody's presence", async () => {
  await using backend = await FakeBackend.start();
  await using server = await start(backend);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  using ada = await enter(server, "Ada");
  // The player may hear that it is here before the coordinator does.
  await expect.poll(() => backend.coordinator.of("playerPresence")).toHaveLength(1);
  backend.coordinator.link?.close("stopping", "a new coordinator takes over");
  await expect.poll(() => backend.coordinator.hellos.length).toBe(2);
  await expect.poll(() => backend.coordinator.of("playerPresence")).toHaveLength(2);
  const tick = ada.tick;
  await ada.until(() => ada.tick > tick + 3);
});

test("a wrong credential is a clear error, and nothing keeps running", async () => {
  await using backend = await FakeBackend.start();
  const starting = start(backend, { OWS_ZONE_CREDENTIAL: "a credential that nobody has made for it" });
  await expect(starting).rejects.toThrow("401");
});
