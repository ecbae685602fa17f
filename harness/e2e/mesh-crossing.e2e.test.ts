import { join } from "node:path";
import { schemaOf } from "@ows/protocol/game";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meshOf } from "../chaos/border.ts";
import type { CommuterRecord } from "../chaos/commuter.ts";
import { cross } from "../chaos/cross.ts";
import game from "../chaos/crossing-game.ts";
import { formatReport, verdictOf } from "../chaos/crossing-report.ts";
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

test(`a walker crosses the border ${CROSSINGS} times among ${BOTS} others, and every input and every blow counts once`, async () => {
  const { report, hero, walkers, crew } = await cross(dev, { crossings: CROSSINGS, bots: BOTS, withinMs: 100_000 });
  await using _ = crew;
  console.log(formatReport(report).join("\n"));
  expect([...report.broken, ...report.troubles]).toEqual([]);
  expect(verdictOf(report)).toBe("held");
  expect(report.crossings).toBeGreaterThanOrEqual(CROSSINGS);
  expect(report.botCrossings).toBeGreaterThan(BOTS * 10);
  // What the client foresaw is what the servers did, to the last bit that a snapshot can carry.
  expect(report.jumpMetres.all.max).toBeLessThan(0.001);
  expect(report.repeatedTicks).toBe(0);
  expect(report.blows.taken).toBeGreaterThan(BOTS);

  const handedOff = (await meshOf(dev))?.servers.reduce((total, server) => total + server.handedOff, 0);
  // Who arrives for the first time may stand on the other's ground; that handoff comes before its first picture.
  const seen = report.crossings + report.botCrossings;
  expect(handedOff).toBeGreaterThanOrEqual(seen);
  expect(handedOff).toBeLessThanOrEqual(seen + walkers.length);
  await agreesWithServer(hero);
});

/** Takes a walker's entity over with a client that only listens: what the server has applied is what was sent. */
async function agreesWithServer({ characterName, entityId, marks, blows, noted }: CommuterRecord): Promise<void> {
  const account = await Account.of(dev, characterName);
  const answer = await account.join();
  expect(answer.errorMessage ?? "").toBe("");
  const raw = new RawGameClient(answer.url ?? "", schemaOf(game));
  const welcome = await raw.attach("ticket", answer.ticket ?? "");
  const own = await waitUntil("the first snapshot", () => raw.own);
  expect(welcome.entityId).toBe(entityId);
  const { moves, last, mistakes, marks: applied } = own.components.Trace as Record<string, number>;
  expect({ last, mistakes, marks: applied }).toEqual({ last: marks, mistakes: 0, marks });
  // Every number up to the last one was applied: as a move, a mark or a blow.
  expect((moves ?? 0) + (applied ?? 0) + blows).toBe(welcome.lastInputSeq);
  expect(own.position).toEqual(noted?.position);
  expect(raw.wrong).toEqual([]);
  await raw.leave();
}
