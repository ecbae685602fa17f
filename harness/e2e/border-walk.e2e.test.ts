import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { thrashOf, walkLines } from "../chaos/walk-lines.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";

const SECONDS = 15;

let dev: DevStack;

beforeAll(async () => {
  const game = join(import.meta.dirname, "../chaos/crossing-game.ts");
  dev = await startDev({ portBase: 7380, servers: 4, game });
});
afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
});

test("who walks on a border or around a corner of four changes hands never, and farther out once per border", async () => {
  const walked = await walkLines(dev, SECONDS, 3);
  console.log(walked);
  expect(thrashOf(walked)).toEqual([]);
  for (const { legs, walkers } of walked.lines) expect(legs).toBeGreaterThan(walkers);
});
