import assert from "node:assert/strict";
import { test } from "node:test";
import { connectBy } from "@ows/client";
import { startStandaloneZoneServer } from "@ows/zone-server";
import game from "./game.ts";

// A real zone server and a real client in this process, over a real socket; nothing else is needed.
function enter(url: string) {
  return connectBy({ join: async () => ({ url, ticket: "Ada" }) }, { game, character: "Ada" });
}

type GameWorld = Awaited<ReturnType<typeof enter>>;

async function play(run: (world: GameWorld) => Promise<void>): Promise<void> {
  await using server = await startStandaloneZoneServer({ game, zoneName: "default", admission: "open" });
  await using world = await enter(server.endpoint.url);
  await run(world);
}

/** Sends what `steer` says, tick after tick, until `isDone`. */
function until(world: GameWorld, isDone: () => boolean, steer: () => { x: number; y: number }): Promise<void> {
  return new Promise((resolve) => {
    const stop = world.on("snapshot", () => {
      world.frame();
      if (isDone()) {
        stop();
        resolve();
      } else {
        world.input("move", steer());
      }
    });
  });
}

await test("a runner starts in the middle and runs where the stick points", () =>
  play(async (world) => {
    await until(
      world,
      () => (world.me?.position.x ?? 0) > 5,
      () => ({ x: 100, y: 0 }),
    );
    assert.ok(Math.abs(world.me?.position.y ?? 9) < 0.5);
  }));

await test("touching a gem earns what it is worth", { timeout: 30_000 }, () =>
  play(async (world) => {
    const earned: unknown[] = [];
    world.on("event", (event) => {
      if (event.name === "earned") earned.push(event.data);
    });
    await until(
      world,
      () => earned.length > 0,
      () => towardsNearestGem(world),
    );
  }),
);

function towardsNearestGem(world: GameWorld): { x: number; y: number } {
  const { me } = world;
  const gems = [...world.entities.values()].filter((entity) => entity.className === "Gem");
  const nearest = me && gems.sort((a, b) => me.distanceTo(a) - me.distanceTo(b))[0];
  if (!me || !nearest) return { x: 0, y: 0 };
  const angle = Math.atan2(nearest.position.y - me.position.y, nearest.position.x - me.position.x);
  return { x: Math.round(Math.cos(angle) * 100), y: Math.round(Math.sin(angle) * 100) };
}
