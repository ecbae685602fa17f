import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meshOf } from "../chaos/border.ts";
import { cross } from "../chaos/cross.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";

let dev: DevStack;

beforeAll(async () => {
  dev = await startDev({
    portBase: 7620,
    servers: 2,
    game: join(import.meta.dirname, "../chaos/untold-game.ts"),
    env: { OWS_ZONE_MINIMUM_STAY_MS: "200" },
  });
});
afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
});

test("servers that nobody told of each other ask for a link when one is needed, and hand over through it", async () => {
  const before = await waitUntil("both servers are in", async () => {
    const mesh = await meshOf(dev);
    return mesh?.servers.length === 2 ? mesh : undefined;
  });
  expect(before.links.filter(({ isUp }) => isUp)).toEqual([]);
  const { report, crew } = await cross(dev, { crossings: 6, bots: 2, withinMs: 60_000 });
  await using _ = crew;
  expect([...report.broken, ...report.troubles]).toEqual([]);
  expect(report.crossings).toBeGreaterThanOrEqual(6);
  const after = await meshOf(dev);
  const kind = process.platform === "win32" ? "tcp" : "unix";
  expect(after?.links.map((link) => [link.isUp, link.kind])).toEqual([
    [true, kind],
    [true, kind],
  ]);
});
