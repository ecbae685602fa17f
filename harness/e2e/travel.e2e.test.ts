import { connect } from "@ows/client";
import game from "@ows/demo/game";
import { callEndpoint, management } from "@ows/protocol/http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LivingWatch, livingEntities } from "../dev-stack/living-watch.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account, putCustomData, readCustomData, storedCharacter } from "../game-client/account.ts";
import { attach, enterZone } from "../game-client/enter-zone.ts";
import type { RawGameClient } from "../game-client/raw-client.ts";
import { applied, distance, walk, walkTo } from "../game-client/walk.ts";

const LINK_DEAD_MS = 10_000;
const SAVE_EVERY_MS = 10_000;
/** Spawn points lie this far from the middle at most, arrivals scattered about them included. */
const SPAWN_REACH = { Meadow: 24, Cellar: 20 } as const;
const FORTUNE = { gold: 120, beaten: 7 };

let dev: DevStack;

/** Whether Meadow is shared by servers or has one: who travels does not see it. */
describe.each([1, 2])("%i servers of Meadow", (servers) => {
  /** For clients that can't go over to another server: their avatar must stay where they left it. */
  const testWithOne = (name: string, run: () => Promise<void>) => {
    if (servers === 1) test(name, run);
  };

  beforeAll(async () => {
    dev = await startDev({ portBase: 6200, servers });
  });
  afterAll(async () => {
    await dev?.[Symbol.asyncDispose]();
  });

  test("gold and place are right at each step from Meadow to Cellar and back, and nobody lives twice", async () => {
    const hero = await richHero("Marcopolo");
    await using watch = new LivingWatch(dev);
    const inMeadow = await enterZone(hero, "Meadow");
    expect(inMeadow.welcome.zoneName).toBe("Meadow");
    expect(bagOf(inMeadow.client)).toEqual(FORTUNE);
    const earned = await beatDummy(inMeadow.client);
    expect(earned.beaten).toBeGreaterThan(FORTUNE.beaten);
    const leftMeadow = inMeadow.client.own?.position ?? [];
    expect((await livingEntities(dev, "Marcopolo")).map(({ zoneName }) => zoneName)).toEqual(["Meadow"]);

    const inCellar = await enterZone(hero, "Cellar");
    await waitUntil("the old client is closed", () => inMeadow.client.closed);
    expect(inMeadow.client.closing).toMatchObject({ code: "travelled" });
    expect(inCellar.welcome.zoneName).toBe("Cellar");
    expect(inCellar.welcome.entityId).not.toBe(inMeadow.welcome.entityId);
    expect(distance(inCellar.client.own?.position ?? [], [0, 0])).toBeLessThan(SPAWN_REACH.Cellar);
    expect(bagOf(inCellar.client)).toEqual(earned);
    expect(await readCustomData(dev, "Marcopolo", "Bag")).toEqual(earned);
    const stored = await storedCharacter(dev, "Marcopolo");
    expect(distance([(stored?.x ?? 0) / 100, (stored?.y ?? 0) / 100], leftMeadow)).toBeLessThan(0.01);
    expect((await livingEntities(dev, "Marcopolo")).map(({ zoneName }) => zoneName)).toEqual(["Cellar"]);
    await walk(inCellar.client, 10, 60, 60);

    const backInMeadow = await enterZone(hero, "Meadow");
    await waitUntil("the client in the cellar is closed", () => inCellar.client.closed);
    expect(inCellar.client.closing).toMatchObject({ code: "travelled" });
    expect(backInMeadow.welcome.zoneName).toBe("Meadow");
    expect(distance(backInMeadow.client.own?.position ?? [], [0, 0])).toBeLessThan(SPAWN_REACH.Meadow);
    expect(bagOf(backInMeadow.client)).toEqual(earned);
    await walk(backInMeadow.client, 10);
    const last = backInMeadow.client.own?.position ?? [];
    await backInMeadow.client.leave();

    const again = await enterZone(hero);
    expect(again.welcome.zoneName).toBe("Meadow");
    expect(distance(again.client.own?.position ?? [], last)).toBeLessThan(0.01);
    await again.client.leave();
    expect(watch.staysOf("Marcopolo").map(({ zoneName }) => zoneName)).toEqual([
      "Meadow",
      "Cellar",
      "Meadow",
      "Meadow",
    ]);
    expect(watch.doubled("Marcopolo")).toEqual([]);
  });

  test("the SDK travels in one call, there and back, and keeps what the character owns", async () => {
    const { characterName, session } = await richHero("Odysseus");
    await using watch = new LivingWatch(dev);
    await using world = await connect({
      url: dev.publicApi,
      customer: dev.customerGuid,
      account: { email: `${characterName}@example.com`, password: "correct horse" },
      session,
      character: characterName,
      game,
    });
    const trouble: string[] = [];
    world.on("trouble", ({ message }) => trouble.push(message));
    for (const zoneName of ["Cellar", "Meadow", "Cellar"]) {
      const connected = new Promise<string>((done) => world.on("connected", (server) => done(server.zoneName)));
      world.travel(zoneName);
      expect(await connected).toBe(zoneName);
      await waitUntil(`the avatar is in ${zoneName}`, () => world.state.phase === "in-world" && world.me);
      expect(world.me?.entity.Bag).toMatchObject(FORTUNE);
    }
    expect(trouble).toEqual([]);
    world.leave();
    await waitUntil("nobody lives", async () => (await livingEntities(dev, characterName)).length === 0);
    expect(watch.doubled(characterName)).toEqual([]);
  });

  testWithOne("a second login takes over the same living entity, and the first client is told", async () => {
    const hero = await richHero("Orpheus");
    const first = await enterZone(hero, "Meadow");
    await walk(first.client, 20);
    const place = first.client.own?.position ?? [];
    const second = await enterZone(await hero.elsewhere());
    expect(second.welcome).toMatchObject({
      entityId: first.welcome.entityId,
      zoneInstanceId: first.welcome.zoneInstanceId,
      lastInputSeq: first.client.sentInputs,
    });
    expect(distance(second.client.own?.position ?? [], place)).toBeLessThan(0.01);
    await waitUntil("the first client is closed", () => first.client.closed);
    expect(first.client.closing).toMatchObject({ code: "replaced", retry: false });
    const { resumeToken } = first.welcome;
    await expect(attach(first.client.socket.url, "resume", resumeToken)).rejects.toThrow(/refused.*token/);
    await walk(second.client, 10);
    expect(second.client.own?.position[0]).toBeGreaterThan(place[0] ?? 0);
    expect(await livingEntities(dev, "Orpheus")).toHaveLength(1);
    await second.client.leave();
  });

  test("a second login that asks for another zone takes the character out of the first", async () => {
    const hero = await richHero("Persephone");
    await using watch = new LivingWatch(dev);
    const above = await enterZone(hero, "Meadow");
    const below = await enterZone(await hero.elsewhere(), "Cellar");
    await waitUntil("the first client is closed", () => above.client.closed);
    expect(above.client.closing).toMatchObject({ code: "travelled" });
    expect(bagOf(below.client)).toEqual(FORTUNE);
    expect(await livingEntities(dev, "Persephone")).toMatchObject([{ zoneName: "Cellar" }]);
    await below.client.leave();
    expect(watch.doubled("Persephone")).toEqual([]);
  });

  testWithOne("20 rapid logins, now here, now there, pass one living entity on", async () => {
    const hero = await richHero("Janus");
    const places = [hero, await hero.elsewhere()];
    const clients: RawGameClient[] = [];
    const entities = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const account = places[i % 2] as Account;
      await account.login();
      const { client, welcome } = await enterZone(account, "Meadow");
      clients.push(client);
      entities.add(welcome.entityId);
    }
    await waitUntil("all but the last are closed", () => clients.slice(0, -1).every(({ closed }) => closed));
    expect(clients.slice(0, -1).map(({ closing }) => closing?.code)).toEqual(Array(19).fill("replaced"));
    expect([...entities]).toHaveLength(1);
    await hero.login();
    await settles(hero, clients.at(-1) as RawGameClient);
  });

  test.each([
    ["Castor", "one zone", ["Meadow"]],
    ["Pollux", "two zones", ["Meadow", "Cellar", "Meadow"]],
  ])("%s: 20 logins of two clients at once in %s end with one living entity and every save", async (name, _, zones) => {
    const hero = await richHero(name);
    await using watch = new LivingWatch(dev);
    const clients: RawGameClient[] = [];
    const comeOften = async (account: Account, offset: number) => {
      for (let i = 0; i < 10; i++) {
        try {
          await account.login();
          const { client } = await enterZone(account, zones[(i + offset) % zones.length]);
          clients.push(client);
          expect(bagOf(client)).toEqual(FORTUNE);
        } catch (error) {
          // The other's login ends this session, its journey this ticket; both say so.
          expect(String(error)).toMatch(/Invalid User Session|refused|closed before|replaced|travelled|try again/);
        }
      }
    };
    await Promise.all([comeOften(hero, 0), comeOften(await hero.elsewhere(), 1)]);
    expect(clients.length).toBeGreaterThan(0);

    await hero.login();
    const last = await enterZone(hero, "Meadow");
    await waitUntil("everybody else is closed", () => clients.every(({ closed }) => closed));
    await settles(hero, last.client);
    expect(watch.doubled(name)).toEqual([]);
  });

  test("six travellers who go to and fro as fast as they can are never refused", async () => {
    const heroes = await Promise.all(["Atlas", "Boreas", "Chloe", "Daphne", "Echo", "Flora"].map(richHero));
    await using watch = new LivingWatch(dev);
    await Promise.all(
      heroes.map(async (hero, nth) => {
        for (let i = nth; i < nth + 40; i++) {
          const { client, welcome } = await enterZone(hero, i % 2 === 0 ? "Meadow" : "Cellar");
          expect(welcome.zoneName).toBe(i % 2 === 0 ? "Meadow" : "Cellar");
          expect(bagOf(client)).toEqual(FORTUNE);
          if (i % 3 === 0) client.socket.terminate();
          else if (i % 5 === 0) await client.leave();
        }
      }),
    );
    expect(heroes.flatMap(({ characterName }) => watch.doubled(characterName))).toEqual([]);
  });

  testWithOne("a cut link is taken up again by its token, once; the entity goes on", async () => {
    const hero = await richHero("Theseus");
    const join = await hero.join("Meadow");
    const first = await attach(join.url ?? "", "ticket", join.ticket ?? "");
    await walk(first.client, 20);
    const place = first.client.own?.position ?? [];
    first.client.socket.terminate();
    await waitUntil("the server knows", async () => (await livingEntities(dev, "Theseus"))[0]?.isLinkDead);

    const second = await attach(join.url ?? "", "resume", first.welcome.resumeToken);
    expect(second.welcome.entityId).toBe(first.welcome.entityId);
    expect(second.welcome.lastInputSeq).toBe(first.client.sentInputs);
    expect(second.welcome.resumeToken).not.toBe(first.welcome.resumeToken);
    expect(distance(second.client.own?.position ?? [], place)).toBeLessThan(0.01);
    await expect(attach(join.url ?? "", "resume", first.welcome.resumeToken)).rejects.toThrow(/refused.*token/);
    await walk(second.client, 4);
    expect(second.client.closed).toBe(false);
    await second.client.leave();
    await expect(attach(join.url ?? "", "resume", second.welcome.resumeToken)).rejects.toThrow(/refused.*token/);
  });

  test("an avatar whose client stays away leaves after ten seconds, and is saved as it stood", async () => {
    const hero = await richHero("Ariadne");
    const { client, welcome } = await enterZone(hero, "Meadow");
    await walk(client, 20);
    const place = client.own?.position ?? [];
    client.socket.terminate();
    const cutAtMs = performance.now();
    await waitUntil("it has left", async () => (await livingEntities(dev, "Ariadne")).length === 0, 15_000);
    expect(performance.now() - cutAtMs).toBeGreaterThan(LINK_DEAD_MS - 500);
    const stored = await waitUntil("it is saved where it stood", async () => {
      const row = await storedCharacter(dev, "Ariadne");
      return row !== undefined && distance([row.x / 100, row.y / 100], place) < 0.01 && row;
    });
    expect(stored.mapName).toBe("Meadow");
    await expect(attach(client.socket.url, "resume", welcome.resumeToken)).rejects.toThrow(/refused.*token/);
    const again = await enterZone(hero);
    expect(again.welcome.entityId).not.toBe(welcome.entityId);
    expect(distance(again.client.own?.position ?? [], place)).toBeLessThan(0.01);
    await again.client.leave();
  });

  test("who leaves is free at once: another zone takes the character without waiting", async () => {
    const hero = await richHero("Hermes");
    const first = await enterZone(hero, "Meadow");
    await first.client.leave();
    expect(first.client.closing).toMatchObject({ code: "left" });
    const leftAtMs = performance.now();
    const second = await enterZone(hero, "Cellar");
    expect(performance.now() - leftAtMs).toBeLessThan(LINK_DEAD_MS / 2);
    expect(second.welcome.entityId).not.toBe(first.welcome.entityId);
    expect(await livingEntities(dev, "Hermes")).toMatchObject([{ zoneName: "Cellar" }]);
    await second.client.leave();
  });

  test("kill -9 of the server that holds the claim: the next join works, with a state of ten seconds ago at most", async () => {
    const hero = await richHero("Eurydice");
    const { client, welcome } = await enterZone(hero, "Meadow");
    const trail: { atMs: number; position: readonly number[] }[] = [];
    client.socket.on("message", () => {
      if (client.own !== undefined) trail.push({ atMs: performance.now(), position: client.own.position });
    });
    // Long enough for one save at least: they come every ten seconds.
    const startMs = performance.now();
    while (performance.now() - startMs < SAVE_EVERY_MS + 2_000) await walk(client, 10, 60, 20);
    const pid = await pidOf(welcome.zoneInstanceId);
    const killedAtMs = performance.now();
    process.kill(pid, "SIGKILL");
    await waitUntil("the client sees the end", () => client.closed);

    const again = await enterZone(hero, "Meadow");
    expect(performance.now() - killedAtMs).toBeLessThan(10_000);
    expect(again.welcome.zoneInstanceId).not.toBe(welcome.zoneInstanceId);
    const [x, y] = again.client.own?.position ?? [];
    const saved = trail.findLast(({ position }) => distance(position, [x ?? 0, y ?? 0]) < 0.01);
    expect(saved, `${x}, ${y} is no place where it has been`).toBeDefined();
    expect(killedAtMs - (saved?.atMs ?? 0)).toBeLessThan(SAVE_EVERY_MS + 500);
    expect(bagOf(again.client)).toEqual(FORTUNE);
    expect(await livingEntities(dev, "Eurydice")).toHaveLength(1);
    await again.client.leave();
  });
});

/** A new player who owns something already. */
async function richHero(characterName: string): Promise<Account> {
  const account = await Account.create(dev, characterName);
  await putCustomData(dev, characterName, "Bag", FORTUNE);
  return account;
}

/** One entity lives, it can be played, and what it does is there at the next login. */
async function settles(hero: Account, client: RawGameClient): Promise<void> {
  expect(await livingEntities(dev, hero.characterName)).toMatchObject([
    { zoneName: "Meadow", entityId: client.welcome?.entityId, isLinkDead: false },
  ]);
  await walk(client, 10);
  const place = client.own?.position ?? [];
  await client.leave();
  const again = await enterZone(hero);
  expect(distance(again.client.own?.position ?? [], place)).toBeLessThan(0.01);
  expect(bagOf(again.client)).toEqual(FORTUNE);
  await again.client.leave();
}

function bagOf(client: RawGameClient): { gold: number; beaten: number } {
  return client.own?.components.Bag as { gold: number; beaten: number };
}

/** Beats the nearest straw dummy of the meadow until it falls; answers the bag then. */
async function beatDummy(client: RawGameClient): Promise<{ gold: number; beaten: number }> {
  const [x = 0, y = 0] = client.own?.position ?? [];
  const dummies = await waitUntil("dummies in sight", () => {
    const seen = [...client.inSight.values()].filter(({ className }) => className === "Dummy");
    return seen.length > 0 && seen;
  });
  const [nearest] = dummies.toSorted((a, b) => distance(a.position, [x, y]) - distance(b.position, [x, y]));
  if (nearest === undefined) throw new Error("no dummy in sight");
  await walkTo(client, nearest.position[0], nearest.position[1], 2);
  const { beaten } = bagOf(client);
  await waitUntil("the dummy falls", async () => {
    client.send([{ name: "hit", values: { target: nearest.id } }]);
    await applied(client, client.sentInputs);
    return bagOf(client).beaten > beaten;
  });
  return bagOf(client);
}

async function pidOf(zoneInstanceId: number): Promise<number> {
  return waitUntil(`the process of zone instance ${zoneInstanceId}`, async () => {
    const { management: baseUrl, customerGuid } = dev;
    const { instances } = await callEndpoint(management.overview, { baseUrl, customerGuid });
    return instances.find((instance) => instance.zoneInstanceId === zoneInstanceId)?.server?.pid;
  });
}
