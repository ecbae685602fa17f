import { afterAll, beforeAll, expect, test } from "vitest";
import type { Commuter } from "../chaos/commuter.ts";
import { type DoomedStack, startDoomedStack } from "../chaos/doomed-stack.ts";
import { enterPlayer, killRound } from "../chaos/kill-round.ts";
import type { Fault, KillPoint } from "../chaos/kill-scene.ts";

/** Each kill takes a server away. */
const SERVERS = 5;

let stack: DoomedStack;
let player: Commuter;

beforeAll(async () => {
  stack = await startDoomedStack(7390, SERVERS);
  player = await enterPlayer(stack.dev, "Phoenix");
});
afterAll(async () => {
  await player?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

test.each<[KillPoint, Fault]>([
  ["state told", "link cut"],
  ["commit on its way", "link cut"],
  ["taken, no answer yet", "source killed"],
  ["commit on its way", "target killed"],
  ["taken, no answer yet", "target killed"],
])("%s, %s: one server has the player afterwards, and every input counts once", async (point, fault) => {
  const { dev, directory } = stack;
  const result = await killRound({ dev, directory, player }, { point, fault, lastWords: false });
  console.log(`${point}, ${fault}:`, result);
  // At which server depends on where the ground of a dead one went; `comes in anew` would be a loss.
  expect(result.outcome).toMatch(/^plays on at the /);
  expect(result.wrong).toEqual([]);
});
