import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Border, borderOf } from "../chaos/border.ts";
import { Commuter } from "../chaos/commuter.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";

const BLOWS = 200;
/** A call that is not answered by then never will be. */
const ANSWERS_WITHIN_MS = 5_000;

let dev: DevStack;
let border: Border;

beforeAll(async () => {
  const game = join(import.meta.dirname, "../chaos/crossing-game.ts");
  dev = await startDev({ portBase: 7320, servers: 2, game });
  border = await borderOf(dev);
});
afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
});

test("two players on either side of the border strike each other: what one gives, the other takes", async () => {
  await using west = await Commuter.enter(dev, "Westling", border);
  await using east = await Commuter.enter(dev, "Eastling", border);
  await Promise.all([
    west.goTo(border.x - 7, 0).then(() => west.goTo(border.x - 2, 0)),
    east.goTo(border.x + 7, 0).then(() => east.goTo(border.x + 2, 0)),
  ]);
  expect([west, east].map(({ world }) => world.server?.zoneInstanceId)).toEqual([border.west, border.east]);
  const before = [west.crossings, east.crossings];
  await Promise.all([strikes(west, east, BLOWS), strikes(east, west, BLOWS)]);
  for (const { account } of [west, east]) {
    expect(account).toEqual({ struck: BLOWS, missed: 0, given: BLOWS, failures: [], taken: BLOWS });
  }
  expect([west.crossings, east.crossings]).toEqual(before);
});

test("while one of them walks over the border and back, every blow counts once or fails by name", async () => {
  await using standing = await Commuter.enter(dev, "Milestone", border);
  await using pacing = await Commuter.enter(dev, "Pendulum", border);
  await Promise.all([standing.goTo(border.x + 2, 60), pacing.goTo(border.x - 7, 60)]);
  const blows = Promise.all([strikes(standing, pacing, BLOWS), strikes(pacing, standing, BLOWS)]);
  let isOver = false;
  const walks = (async () => {
    for (let side = 1; !isOver; side = -side) await pacing.goTo(border.x + side * 7.5, 60, 30);
  })();
  await blows;
  isOver = true;
  await walks;
  for (const [giver, taker] of [
    [standing, pacing],
    [pacing, standing],
  ] as const) {
    const { struck, missed, given, failures } = giver.account;
    const { taken } = taker.account;
    console.log(`${giver.characterName}:`, { struck, missed, given, failures, taken });
    expect(struck).toBe(BLOWS);
    // A blow that was answered has landed; one without an answer may have.
    expect(missed + given + failures.length).toBeLessThanOrEqual(BLOWS);
    expect(taken).toBeGreaterThanOrEqual(given);
    expect(taken).toBeLessThanOrEqual(BLOWS - missed);
    expect(given).toBeGreaterThan(BLOWS / 2);
  }
  expect(pacing.crossings).toBeGreaterThan(1);
  expect(pacing.troubles).toEqual([]);
});

/** Strikes the other so many times; done when every blow is answered, or no more answers come. */
async function strikes(giver: Commuter, taker: Commuter, times: number): Promise<void> {
  await waitUntil(`${giver.characterName} sees ${taker.characterName}`, () => giver.sees(taker));
  for (let sent = 0; sent < times; ) {
    await waitUntil("the server keeps up", () => giver.world.stats.unacknowledgedInputs < 8);
    if (giver.world.input("strike", { target: taker.ref })) sent++;
  }
  await waitUntil("every blow is struck", () => giver.account.struck === times);
  const answered = () => giver.account.missed + giver.blowAnswers.length >= times;
  await waitUntil("every blow is answered", answered, ANSWERS_WITHIN_MS).catch(() => {});
  const { given } = giver.account;
  await waitUntil("every blow has arrived", () => taker.account.taken >= given);
}
