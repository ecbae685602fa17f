import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logger } from "../test-support/ows-wire.ts";
import { expireSessions } from "./session-expiry.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function usersThat(...outcomes: (number | Error)[]) {
  const askedFor: number[] = [];
  return {
    askedFor,
    deleteSessionsOpenedBefore: async (loginBefore: number) => {
      askedFor.push(loginBefore);
      const outcome = outcomes.shift() ?? 0;
      if (typeof outcome === "number") return outcome;
      throw outcome;
    },
  };
}

test("sessions older than the limit end at the start and every hour, failures notwithstanding", async () => {
  const users = usersThat(new Error("the database is busy"), 3);
  const wallMs = () => 100 * DAY_MS;
  await using _expiry = expireSessions({ users, sessionDays: 30, wallMs, logger });
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(users.askedFor).toEqual([70 * DAY_MS, 70 * DAY_MS]);
});

test("none end with a limit of 0, nor after the end", async () => {
  const kept = usersThat();
  await using _never = expireSessions({ users: kept, sessionDays: 0, wallMs: () => 0, logger });
  const stopped = usersThat();
  await expireSessions({ users: stopped, sessionDays: 1, wallMs: () => 0, logger })[Symbol.asyncDispose]();
  await vi.advanceTimersByTimeAsync(10 * HOUR_MS);
  expect(kept.askedFor).toEqual([]);
  expect(stopped.askedFor).toHaveLength(1);
});
