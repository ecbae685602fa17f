import { join } from "node:path";
import { schemaOf } from "@ows/protocol/game";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meshOf } from "../chaos/border.ts";
import type { Commuter } from "../chaos/commuter.ts";
import { cross, formatReport } from "../chaos/cross.ts";
import game from "../chaos/crossing-game.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account } from "../game-client/account.ts";
import { RawGameClient } from "../game-client/raw-client.ts";

const CROSSINGS = 40;
const BOTS = 30;

let dev: DevStack;

beforeAll(async () => {
  dev = await startDev({
    portBase: 7300,
    servers: 2,
    game: join(import.meta.dirname, "../chaos/crossing-game.ts"),
    env: { OWS_ZONE_MINIMUM_STAY_MS: "200" },
  });
});
afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
});

test(`a walker crosses the border ${CROSSINGS} times among ${BOTS} others, and every input counts once`, async () => {
  const { report, walkers } = await cross(dev, { crossings: CROSSINGS, bots: BOTS, withinMs: 100_000 });
  try {
    console.log(formatReport(report).join("\n"));
    expect(report.wrong).toEqual([]);
    expect(report.crossings).toBeGreaterThanOrEqual(CROSSINGS);
    expect(report.botCrossings).toBeGreaterThan(BOTS * 10);
    // What the client foresaw is what the servers did, to the last bit that a snapshot can carry.
    expect(report.jumpMetres.all.max).toBeLessThan(0.001);
    expect(report.repeatedTicks).toBe(0);

    const [hero] = walkers as [Commuter];
    const handedOff = (await meshOf(dev))?.servers.reduce((total, server) => total + server.handedOff, 0);
    // Who arrives for the first time may stand on the other's ground; that handoff comes before its first picture.
    const seen = report.crossings + report.botCrossings;
    expect(handedOff).toBeGreaterThanOrEqual(seen);
    expect(handedOff).toBeLessThanOrEqual(seen + walkers.length);
    await agreesWithServer(hero);
  } finally {
    await Promise.all(walkers.map((walker) => walker[Symbol.asyncDispose]()));
  }
});

/** Takes a walker's entity over with a client that only listens: what the server has applied is what was sent. */
async function agreesWithServer(walker: Commuter): Promise<void> {
  const { world, marks, characterName, entityId } = walker;
  const account = await Account.of(dev, characterName);
  const answer = await account.join();
  expect(answer.errorMessage ?? "").toBe("");
  const before = world.me?.entity.position;
  const place = [before?.x, before?.y, before?.z];
  const raw = new RawGameClient(answer.url ?? "", schemaOf(game));
  const welcome = await raw.attach("ticket", answer.ticket ?? "");
  const own = await waitUntil("the first snapshot", () => raw.own);
  expect(welcome.entityId).toBe(entityId);
  const { moves, last, mistakes, marks: applied } = own.components.Trace as Record<string, number>;
  expect({ last, mistakes, marks: applied }).toEqual({ last: marks, mistakes: 0, marks });
  // Every number up to the last one was applied, as a move or as a mark.
  expect((moves ?? 0) + (applied ?? 0)).toBe(welcome.lastInputSeq);
  expect(own.position).toEqual(place);
  expect(raw.wrong).toEqual([]);
  await raw.leave();
}
