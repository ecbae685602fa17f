import { expect, test } from "vitest";
import type { EndedHandoff, Mesh } from "../api.ts";
import { findHandoffs, keysOf } from "./find-handoffs.ts";
import { pairsOf } from "./link-pairs.ts";
import { serverColour } from "./server-colours.ts";
import { outcomeWords, stayWords } from "./words.ts";

const ended: EndedHandoff = {
  ...{ entityId: 1048597, characterName: "", from: 1, to: 2, epoch: "1.4", outcome: "done" },
  ...{ prepareMs: 1, warmMs: 0, commitMs: 1, ageMs: 10 },
};
const link: Mesh["links"][number] = {
  ...{ from: 1, to: 2, isUp: true, kind: "tcp", roundTripMs: 0.2, bulkBytesOut: 1, bulkBytesIn: 2 },
  ...{ messagesOut: 3, messagesIn: 4, unsentBytes: 0, skippedBulk: 0 },
};

test("handoffs are found by player, entity, server, phase and reason, all words at once", () => {
  const bot = { ...ended, entityId: 7, characterName: "Bot10Wren", from: 12, to: 1, outcome: "full" };
  const find = (line: string) => findHandoffs([ended, bot], line).map(({ entityId }) => entityId);
  expect(find("")).toEqual([1048597, 7]);
  expect(find("wren")).toEqual([7]);
  expect(find("104859")).toEqual([1048597]);
  expect(find("#2")).toEqual([1048597]);
  expect(find("#1")).toEqual([1048597, 7]);
  expect(find(outcomeWords("full"))).toEqual([7]);
  expect(find("wren done")).toEqual([]);
  expect(findHandoffs([{ ...ended, phase: "ready", waitsFor: "it to be 5 m away" }], "5 m ready")).toHaveLength(1);
});

test("a handoff keeps its key while newer ones come, also among those that are alike", () => {
  const older = keysOf([ended, { ...ended, ageMs: 20 }]);
  expect(new Set(older).size).toBe(2);
  expect(keysOf([ended, ended, { ...ended, ageMs: 20 }]).slice(1)).toEqual(older);
});

test("both ends of a link are one pair, up when all that were heard say so", () => {
  const back = { ...link, from: 2, to: 1, bulkBytesOut: 9 };
  expect(pairsOf([back, link, { ...link, from: 3, to: 1, isUp: false }])).toMatchObject([
    { low: 1, high: 2, there: link, back, isUp: true, kind: "tcp" },
    { low: 1, high: 3, there: undefined, isUp: false },
  ]);
});

test("a server has the same colour whoever else is there", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(serverColour)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(serverColour(9)).toBe(0);
});

test("why an entity is here still is told in a sentence", () => {
  const words = (phase: string, detail: string, ms = 1_200) => stayWords({ to: 2, phase, detail, ms });
  expect([
    words("preparing", "the target", 12),
    words("ready", "it to be 5 m away"),
    words("refused", "draining", 400),
    words("no-link", "", 0),
    words("due", "", 0),
  ]).toEqual([
    "#2 was asked to take it 12 ms ago. Waits for an answer.",
    "#2 has kept a place for it for 1.2 s. Waits for it to be 5 m away.",
    "#2 did not take it (refused: draining). It is asked again in 400 ms.",
    "It should go to #2, and there is no link to it.",
    "#2 is asked at the next tick.",
  ]);
});
