import { expect, test } from "vitest";
import { connectBy } from "./connect.ts";
import { OTHER_ID, OWN_ID, SplitWorld, splitGame, Tally } from "./split-world.test-kit.ts";
import type { World, WorldEvents } from "./world.ts";

type TestWorld = World<
  NonNullable<typeof splitGame.definition.player>["components"],
  typeof splitGame.definition.inputs
>;

const quick = { backoff: { firstMs: 20, maxMs: 100 }, giveUpAfterMs: 3_000 };

function enter(split: SplitWorld) {
  const door = { join: async () => ({ url: split.url, ticket: "Ada" }) };
  return connectBy(door, { game: splitGame, character: "Ada", policy: quick, seed: 1 });
}

function heard<K extends keyof WorldEvents>(
  world: TestWorld,
  name: K,
  isIt: (payload: WorldEvents[K]) => boolean = () => true,
): Promise<WorldEvents[K]> {
  return new Promise((resolve) => {
    const stop = world.on(name, (payload) => {
      if (!isIt(payload)) return;
      stop();
      resolve(payload);
    });
  });
}

const until = (world: TestWorld, isMet: () => boolean) =>
  isMet() ? Promise.resolve() : heard(world, "snapshot", isMet);

test("100 times to the other server and back: every input once, the same objects, no jump, no gap", {
  timeout: 60_000,
}, async () => {
  await using split = await SplitWorld.start();
  await using world = await enter(split);
  await until(world, () => world.entities.size === 1);
  const me = world.me;
  const other = world.entities.get(OTHER_ID);
  const states: string[] = [];
  world.on("state", ({ phase }) => states.push(phase));
  world.on("disconnected", () => states.push("disconnected"));
  world.on("connected", () => states.push("connected again"));
  let [missing, replaced, worstCorrection, backward] = [0, 0, 0, 0];
  let [ownX, otherX] = [Number.NaN, Number.NaN];
  world.input("move", { x: 1 });
  world.on("snapshot", () => {
    world.frame();
    if (world.me === undefined) missing++;
    if (world.me !== me || world.entities.get(OTHER_ID) !== other) replaced++;
    worstCorrection = Math.max(worstCorrection, world.stats.lastCorrectionMetres);
    if ((world.me?.position.x ?? 0) < ownX - 1e-9 || (other?.position.x ?? 0) < otherX - 1e-9) backward++;
    [ownX, otherX] = [world.me?.position.x ?? 0, other?.position.x ?? 0];
  });
  let taps = 0;
  for (let i = 1; i <= 100; i++) {
    // Late inputs are carried on by the former owner, or lost with it.
    split.forwardsInputs = i % 2 === 0;
    split.prepare();
    while (split.handoffs < i || world.stats.handoffs < i) {
      if (world.input("tap", { n: taps + 1 })) taps++;
      await heard(world, "snapshot");
    }
  }
  await until(world, () => split.tally.last === taps);
  expect(split.tally).toMatchObject({ taps, outOfOrder: 0 });
  expect(split.gaps).toBe(0);
  expect(taps).toBeGreaterThanOrEqual(100);
  expect(split.tally.steps).toBeGreaterThan(100);
  expect({ missing, replaced, states }).toEqual({ missing: 0, replaced: 0, states: [] });
  expect(worstCorrection).toBeLessThan(1e-9);
  expect(backward).toBe(0);
  expect(world.stats.lostInputs).toBe(0);
  // Two links did it all, and each token was told once.
  expect(split.links).toBe(2);
  expect(split.attaches).toBe(101);
  expect(world.stats.warmLinks).toBe(1);
  expect(me?.ref).toBe(OWN_ID);
  expect(me?.get(Tally)?.taps).toBeLessThanOrEqual(taps);
});

test("a handoff is reported a second later with what its player could feel", async () => {
  await using split = await SplitWorld.start();
  await using world = await enter(split);
  split.prepare();
  const handoff = await heard(world, "handoff");
  expect(handoff).toMatchObject({ from: "Meadow#11", to: "Meadow#12" });
  expect(handoff.jumpMetres).toBeLessThan(1e-9);
  expect(handoff.interruptionMs).toBeLessThan(500);
  expect(world.server?.zoneInstanceId).toBe(12);
  expect(world.stats).toMatchObject({ handoffs: 1, lastInterruptionMs: handoff.interruptionMs });
});

test("a former owner that speaks again is not believed", async () => {
  await using split = await SplitWorld.start();
  await using world = await enter(split);
  split.prepare();
  await until(world, () => world.stats.handoffs === 1);
  split.speakAsFormerOwner();
  const heardSince = world.stats.snapshots + 10;
  await until(world, () => world.stats.snapshots >= heardSince);
  expect(world.server?.zoneInstanceId).toBe(12);
  expect(world.me?.position.x).toBe(0);
});

test("when the owner dies, its avatar goes on at the warm link: no reconnect, no input lost", async () => {
  await using split = await SplitWorld.start();
  await using world = await enter(split);
  // There and back, so that the other server has a warm link.
  for (let i = 1; i <= 2; i++) {
    split.prepare();
    await until(world, () => world.stats.handoffs === i);
  }
  const me = world.me;
  const states: string[] = [];
  world.on("state", ({ phase }) => states.push(phase));
  for (let n = 1; n <= 20; n++) world.input("tap", { n });
  split.killOwner();
  for (let n = 21; n <= 40; n++) world.input("tap", { n });
  await until(world, () => world.stats.handoffs === 3 && split.tally.last === 40);
  expect(split.tally).toMatchObject({ taps: 40, outOfOrder: 0 });
  expect(world.me).toBe(me);
  expect(states).toEqual([]);
  expect(split.ownerId).toBe(12);
});
