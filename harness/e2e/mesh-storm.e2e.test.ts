import { join } from "node:path";
import { expect, test } from "vitest";
import { borderOf, handedOff } from "../chaos/border.ts";
import { countCreatures } from "../chaos/creature-watch.ts";
import { cross, serversOf } from "../chaos/cross.ts";
import { formatReport } from "../chaos/crossing-report.ts";
import { Villager } from "../chaos/villager.ts";
import { startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";

const CHANGES = 30;
const BOTS = 12;
const VILLAGERS = ["Anselm", "Beatrix", "Casimir", "Dorothea", "Eustace"];
/** Straw dummies and slimes of the demo's meadow; none dies for good. */
const CREATURES = 66;
/** Two seconds and more: within one, everything has changed hands. */
const LOOKS = 15;
const LINES = 25;

test(`in a storm everybody changes servers ${CHANGES} times, and every input and every blow counts once`, async () => {
  const game = join(import.meta.dirname, "../chaos/crossing-game.ts");
  await using dev = await startDev({ portBase: 7340, servers: 2, storm: true, game });
  const { report, walkers, crew } = await cross(dev, { crossings: CHANGES, bots: BOTS, withinMs: 90_000 });
  await using _ = crew;
  console.log(formatReport(report).join("\n"));
  expect([...report.broken, ...report.troubles]).toEqual([]);
  // Everybody does, not only the one that is waited for.
  for (const { crossings } of walkers) expect(crossings).toBeGreaterThan(CHANGES / 3);
  expect(report.blows.taken).toBeGreaterThan(BOTS);
});

test("a village lives on in a storm: nobody hears a line twice, and no creature is lost or doubled", async () => {
  await using dev = await startDev({ portBase: 7340, servers: 2, storm: true });
  const servers = await serversOf(dev, await borderOf(dev));
  await using stack = new AsyncDisposableStack();
  const villagers = await Promise.all(VILLAGERS.map(async (name) => stack.use(await Villager.enter(dev, name))));
  const before = await countCreatures(dev, servers, LOOKS);
  expect(before.living.size).toBe(CREATURES);
  const handedOffBefore = await handedOff(dev);
  for (const { heard, said } of villagers) {
    heard.clear();
    said.length = 0;
  }
  await waitUntil("everybody has talked", () => villagers.every(({ said }) => said.length >= LINES), 90_000);
  for (const villager of villagers) villager.rest();
  const said = villagers.flatMap((villager) => villager.said);
  await waitUntil("every line is heard", () => villagers.every(({ heard }) => said.every((line) => heard.has(line))))
    // Told below, line by line.
    .catch(() => {});
  const after = await countCreatures(dev, servers, LOOKS);

  const perSecond = ((await handedOff(dev)) - handedOffBefore) / (CREATURES + VILLAGERS.length);
  console.log(`${perSecond.toFixed(1)} changes of server for each of ${CREATURES + VILLAGERS.length} entities`);
  expect(perSecond).toBeGreaterThan(LINES / 2);
  let missed = 0;
  for (const { name, troubles, servers, hits, hitAnswers, heard, world } of villagers) {
    console.log(`${name}: ${world.stats.handoffs} handoffs, ${hits} hits, ${hitAnswers} of them landed`);
    expect(troubles).toEqual([]);
    expect(servers.size).toBe(2);
    expect(world.stats).toMatchObject({ lostInputs: 0, unacknowledgedInputs: expect.any(Number) });
    missed += said.filter((line) => !heard.has(line)).length;
    expect([...heard].filter(([, times]) => times > 1)).toEqual([]);
    expect(hitAnswers).toBeLessThanOrEqual(hits);
  }
  // Who changes servers in the moment in which a line comes may miss it.
  console.log(`${missed} of ${said.length * VILLAGERS.length} times a line was missed`);
  expect(missed).toBeLessThan((said.length * VILLAGERS.length) / 20);
  expect([...after.doubled]).toEqual([]);
  expect(after.living).toEqual(before.living);
});
