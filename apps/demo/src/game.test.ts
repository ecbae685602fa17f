import { connectBy } from "@ows/client";
import { MemoryCharacters, startStandaloneZoneServer, type ZoneServer } from "@ows/zone-server";
import { expect, test } from "vitest";
import { Bag, Health, Name, Realm, Swing } from "./game/components.ts";
import { HIT_RANGE } from "./game/wanderer.ts";
import game from "./game.ts";

function start(zoneName: string, characters = new MemoryCharacters()): Promise<ZoneServer> {
  return startStandaloneZoneServer({ game, zoneName, admission: "open", characters });
}

function enter(server: ZoneServer, character: string) {
  const door = { join: async () => ({ url: server.endpoint.url, ticket: character }) };
  return connectBy(door, { game, character, seed: 1 });
}
type Player = Awaited<ReturnType<typeof enter>>;

function until(player: Player, isMet: () => boolean): Promise<void> {
  if (isMet()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = player.on("snapshot", () => {
      if (!isMet()) return;
      stop();
      resolve();
    });
  });
}

/** Walks with the stick until it is met. */
async function walkTo(player: Player, to: { x: number; y: number }, within: number): Promise<void> {
  await until(player, () => {
    const at = player.me?.position ?? { x: 0, y: 0 };
    const [dx, dy] = [to.x - at.x, to.y - at.y];
    const away = Math.hypot(dx, dy);
    const isThere = away < within;
    const pace = isThere ? 0 : 100 / away;
    player.input("move", { x: Math.round(dx * pace), y: Math.round(dy * pace) });
    return isThere;
  });
}

const dummies = (player: Player) => [...player.entities.values()].filter((entity) => entity.className === "Dummy");
const gold = (player: Player) => player.me?.get(Bag)?.gold ?? 0;

test("a wanderer beats a straw dummy to the ground, earns its gold, and keeps it", { timeout: 40_000 }, async () => {
  const characters = new MemoryCharacters();
  await using server = await start("Meadow", characters);
  {
    await using ada = await enter(server, "Adalene");
    await until(ada, () => dummies(ada).length > 0);
    expect(ada.me?.get(Name)?.text).toBe("Adalene");
    expect(ada.me?.get(Realm)?.scenery).toBe(1);
    const [dummy] = dummies(ada).sort((a, b) => (ada.me?.distanceTo(a) ?? 0) - (ada.me?.distanceTo(b) ?? 0));
    if (dummy === undefined) throw new Error("the meadow has dummies");
    await walkTo(ada, dummy.position, HIT_RANGE * 0.7);
    await until(ada, () => {
      if (ada.me?.get(Swing)?.ready) ada.input("hit", { target: dummy.ref });
      return dummy.get(Health)?.now === 0;
    });
    await until(ada, () => gold(ada) === 1);
  }
  await using back = await enter(server, "Adalene");
  await until(back, () => back.me !== undefined);
  expect(gold(back)).toBe(1);
});

test("a hit out of reach swings through the air and hurts nobody", async () => {
  await using server = await start("Meadow");
  await using ada = await enter(server, "Adalene");
  await until(ada, () => dummies(ada).length > 0);
  const far = dummies(ada).find((dummy) => (ada.me?.distanceTo(dummy) ?? 0) > HIT_RANGE + 1);
  if (far === undefined) throw new Error("some dummy is out of reach");
  const swings: unknown[] = [];
  ada.on("event", ({ name }) => swings.push(name));
  ada.input("hit", { target: far.ref });
  await until(ada, () => swings.includes("swing"));
  await until(ada, () => ada.me?.get(Swing)?.ready === true);
  expect(far.get(Health)?.now).toBe(120);
  expect(swings).not.toContain("hurt");
});

test("what is said is heard nearby, clean and not too often", async () => {
  await using server = await start("Cellar");
  await using ada = await enter(server, "Adalene");
  await using bob = await enter(server, "Bobadil");
  const heard: unknown[] = [];
  bob.on("event", ({ name, data }) => {
    if (name === "say") heard.push(data);
  });
  ada.input("say", { line: "  one\u0007two  " });
  ada.input("say", { line: "too soon" });
  ada.input("say", { line: "   " });
  await until(bob, () => heard.length > 0);
  const later = bob.tick + 30;
  await until(bob, () => bob.tick > later);
  expect(heard).toEqual([{ who: ada.me?.ref, name: "Adalene", line: "one two" }]);
});

test("two who meet see each other, and trees stand in both their ways", { timeout: 30_000 }, async () => {
  await using server = await start("Cellar");
  await using ada = await enter(server, "Adalene");
  // A pillar of 1.2 m stands at (6, 6): nobody gets closer than that and a body.
  await walkTo(ada, { x: 6, y: 0 }, 0.5);
  ada.input("move", { x: 0, y: 100 });
  const later = ada.tick + 30;
  await until(ada, () => ada.tick > later);
  const at = ada.me?.entity.position ?? { x: 0, y: 0 };
  expect(Math.hypot(at.x - 6, at.y - 6)).toBeGreaterThanOrEqual(1.79);
  expect(ada.stats.lastCorrectionMetres).toBeLessThan(1e-6);
});
