import { expect, test } from "vitest";
import { type BlowLedger, ledgerMistakes } from "./blow-ledger.ts";
import { type Verdict, verdictOf } from "./crossing-report.ts";

const lagging = (p99: number) => [{ pid: 1, cpu: 0.5, lagMs: { p50: 1, p99, max: p99 } }];
const calm = lagging(5);
const starved = lagging(400);
const run = { crossings: 10, wanted: 10, broken: [], troubles: [], clients: calm };

test.each<[string, object, Verdict]>([
  ["nothing went wrong", {}, "held"],
  ["nothing went wrong although clients had no time", { clients: starved }, "held"],
  ["a link was lost", { troubles: ["lost"] }, "failed"],
  ["a link of a client without time was lost", { troubles: ["lost"], clients: starved }, "invalid"],
  ["too few crossings", { crossings: 9 }, "failed"],
  ["too few crossings of clients without time", { crossings: 9, clients: starved }, "invalid"],
  ["an input counted twice, which no lack of time excuses", { broken: ["twice"], clients: starved }, "failed"],
])("%s", (_, change, verdict) => {
  expect(verdictOf({ ...run, ...change })).toBe(verdict);
});

const even: BlowLedger = { sent: 10, struck: 10, missed: 1, taken: 8, given: 8, failed: { gone: 1 }, unanswered: 0 };

test.each<[string, Partial<BlowLedger>, number]>([
  ["every blow is accounted for", {}, 0],
  ["a blow whose answer was lost has landed or has not", { given: 7, unanswered: 1 }, 0],
  ["a blow that nobody knows the end of has landed or has not", { taken: 9, failed: { unknown: 1 } }, 0],
  ["a blow was sent and never struck", { sent: 11 }, 1],
  ["a blow that was given has not landed", { taken: 7 }, 1],
  ["a blow landed twice", { taken: 9 }, 1],
  ["a blow was answered twice", { unanswered: -1 }, 2],
])("%s", (_, change, mistakes) => {
  expect(ledgerMistakes({ ...even, ...change })).toHaveLength(mistakes);
});
