import { join } from "node:path";
import { connect } from "@ows/client";
import { callEndpoint, management } from "@ows/protocol/http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MeshView, meshOf } from "../chaos/border.ts";
import game, { METRES_PER_TICK } from "../chaos/coat-game.ts";
import { livingEntities } from "../dev-stack/living-watch.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { readCustomData } from "../game-client/account.ts";

let dev: DevStack;
let near: World;
/** Calls to the backend by which somebody proves who they are. */
const logins: string[] = [];

beforeAll(async () => {
  dev = await startDev({
    portBase: 7500,
    servers: 3,
    game: join(import.meta.dirname, "../chaos/coat-game.ts"),
    // Nothing is saved that is not asked for.
    env: { OWS_ZONE_SAVE_EVERY_MS: "600000" },
  });
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (/RegisterUser|LoginAndCreateSession/.test(url)) logins.push(url);
    return fetch(input, init);
  };
});
afterAll(async () => {
  await near?.[Symbol.asyncDispose]();
  await dev?.[Symbol.asyncDispose]();
});

test("who is seen next door lives on there after kill -9, as it was; who is not comes back from its last save", async () => {
  near = await enter("Nigh");
  await using far = await enter("Yonder");
  // Where both were born: nobody has what was given away of them.
  const victim = near.server?.zoneInstanceId ?? 0;
  await goTo(near, await placeOn(victim, 12), victim);
  await goTo(far, await placeOn(victim, 80), victim);
  for (const world of [near, far]) {
    world.input("dress", { hue: 9 });
    world.input("earn", { coins: 5 });
    world.input("save", {});
    await waitUntil("5 coins are saved", async () => {
      const name = world === near ? "Nigh" : "Yonder";
      return ((await readCustomData(dev, name, "Purse")) as { coins?: number } | undefined)?.coins === 5;
    });
    world.input("earn", { coins: 2 });
  }
  const savedAt = placeOf(far);
  // Both go on for a while, slowly: nobody prepares for them.
  for (const world of [near, far]) world.input("move", { x: 0, y: 30 });
  await waitUntil("it is 5 m on", () => awayFrom(far, savedAt) > 5);
  const ids = [near, far].map((world) => world.me?.ref);
  const [before, ahead] = [placeOf(near), near.stats.unacknowledgedInputs];
  logins.length = 0;
  await kill(victim);
  for (const world of [near, far]) world.input("move", { x: 0, y: 0 });
  await Promise.all([near, far].map((world) => backOn(world, victim)));

  expect(near.me?.ref).toBe(ids[0]);
  expect(near.me?.entity.Coat.hue).toBe(9);
  expect(near.me?.entity.Purse.coins).toBe(5);
  // What its client had foreseen and nobody had acknowledged is not the servers' affair.
  expect(awayFrom(near, before)).toBeLessThanOrEqual((2 + ahead) * METRES_PER_TICK);
  expect(far.me?.ref).not.toBe(ids[1]);
  expect(awayFrom(far, savedAt)).toBeLessThanOrEqual(METRES_PER_TICK);
  expect(far.me?.entity.Purse.coins).toBe(5);
  expect(logins).toEqual([]);

  // Inputs count on, each once.
  const { y } = placeOf(near);
  near.input("move", { x: 0, y: 100 });
  await waitUntil("it walks on", () => placeOf(near).y > y + 4);
  near.input("move", { x: 0, y: 0 });
  near.input("earn", { coins: 1 });
  await waitUntil("a coin more", () => near.me?.entity.Purse.coins === 6);
  const isOver = async () => (await areas()).every(({ zoneInstanceId }) => zoneInstanceId !== victim);
  await waitUntil("its ground is given away", isOver);
});

test("the next server to die takes nobody along: not who was seen, and not who had left just after crossing", async () => {
  const victim = near.server?.zoneInstanceId ?? 0;
  const other = (await areas()).find(({ zoneInstanceId }) => zoneInstanceId !== victim)?.zoneInstanceId ?? 0;
  const here = await placeOn(victim, 9);
  await goTo(near, here, victim);
  near.input("dress", { hue: 44 });
  await waitUntil("another coat", () => near.me?.entity.Coat.hue === 44);
  const id = near.me?.ref;

  const guest = await enter("Guest");
  await goTo(guest, await placeOn(other, 40), other);
  const way = Math.hypot(here.x - placeOf(guest).x, here.y - placeOf(guest).y) / 100;
  guest.input("move", { x: (here.x - placeOf(guest).x) / way, y: (here.y - placeOf(guest).y) / way });
  await waitUntil("the guest has crossed", () => guest.server?.zoneInstanceId === victim);
  const crossed = guest.me?.ref;
  guest.leave();
  await waitUntil("the guest has left", async () => (await livingEntities(dev, "Guest")).length === 0);
  logins.length = 0;
  await kill(victim);
  await backOn(near, victim);
  expect([near.me?.ref, near.me?.entity.Coat.hue]).toEqual([id, 44]);
  expect(logins).toEqual([]);

  const isOver = async () => (await areas()).every(({ zoneInstanceId }) => zoneInstanceId === other);
  await waitUntil("all ground is the last one's", isOver);
  expect(await livingEntities(dev, "Guest")).toEqual([]);
  await using again = await enter("Guest");
  expect(again.me?.ref).not.toBe(crossed);
});

type World = Awaited<ReturnType<typeof enter>>;

function enter(characterName: string) {
  return connect({
    url: dev.publicApi,
    customer: dev.customerGuid,
    account: { email: `${characterName}@example.com`, password: "correct horse" },
    character: characterName,
    createIfMissing: { className: "Wanderer" },
    zone: "Meadow",
    game,
  });
}

function placeOf(world: World): { readonly x: number; readonly y: number } {
  const { position } = world.me?.entity ?? {};
  return { x: position?.x ?? Number.NaN, y: position?.y ?? Number.NaN };
}

function awayFrom(world: World, { x, y }: { readonly x: number; readonly y: number }): number {
  const at = placeOf(world);
  return Math.hypot(at.x - x, at.y - y);
}

async function areas(): Promise<MeshView["areas"]> {
  return waitUntil("the ground is divided", async () => (await meshOf(dev))?.areas);
}

/** A place on a server's ground about so far from everybody else's, as the middle of a square of 3 m. */
async function placeOn(server: number, metres: number): Promise<{ readonly x: number; readonly y: number }> {
  const all = await areas();
  const away = (x: number, y: number, isMeant: (zoneInstanceId: number) => boolean) =>
    Math.min(
      ...all
        .filter(({ zoneInstanceId }) => isMeant(zoneInstanceId))
        .map((a) => Math.hypot(x - clamp(x, a.minX, a.maxX), y - clamp(y, a.minY, a.maxY))),
    );
  const places = Array.from({ length: 98 ** 2 }, (_, i) => ({
    x: 3 * ((i % 98) - 49),
    y: 3 * (Math.floor(i / 98) - 49),
  }))
    .filter(({ x, y }) => away(x, y, (owner) => owner === server) === 0)
    .map((place) => ({ place, error: Math.abs(away(place.x, place.y, (owner) => owner !== server) - metres) }));
  return places.reduce((best, one) => (one.error < best.error ? one : best)).place;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Jumps there and stands still; done when it lives on the ground's server. */
async function goTo(world: World, place: { readonly x: number; readonly y: number }, server: number): Promise<void> {
  world.input("go", { x: place.x / 3, y: place.y / 3 });
  await waitUntil(`it stands at ${place.x}, ${place.y} on ${server}`, () => {
    return awayFrom(world, place) < 1 && world.server?.zoneInstanceId === server;
  });
}

function backOn(world: World, dead: number): Promise<boolean> {
  const isBack = () =>
    world.state.phase === "in-world" && world.server?.zoneInstanceId !== dead && world.me !== undefined;
  return waitUntil("its player is back", isBack, 30_000);
}

async function kill(zoneInstanceId: number): Promise<void> {
  const { management: baseUrl, customerGuid } = dev;
  const { instances } = await callEndpoint(management.overview, { baseUrl, customerGuid });
  const pid = instances.find((one) => one.zoneInstanceId === zoneInstanceId)?.server?.pid;
  if (pid === undefined) throw new Error(`the overview knows no process of zone instance ${zoneInstanceId}`);
  process.kill(pid, "SIGKILL");
}
