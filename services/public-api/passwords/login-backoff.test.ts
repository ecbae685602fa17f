import { ManualClock } from "@ows/base";
import { expect, test } from "vitest";
import { LoginBackoff } from "./login-backoff.ts";
import { networkOf } from "./network-of.ts";

const ada = { customerGuid: "c1", email: "ada@example.com", address: "203.0.113.7" };

function backoffAfter(tries: number) {
  const clock = new ManualClock();
  const backoff = new LoginBackoff(() => clock.nowMs());
  for (let index = 0; index < tries; index++) expect(backoff.begin(ada)).toBe(0);
  return { clock, backoff };
}

test("ten tries go at once; then each waits, twice as long as the one before, up to five minutes", () => {
  const { clock, backoff } = backoffAfter(10);
  const pauses: number[] = [];
  for (let index = 0; index < 11; index++) {
    const pauseMs = backoff.begin(ada);
    pauses.push(pauseMs / 1_000);
    clock.advance(pauseMs);
    expect(backoff.begin(ada)).toBe(0);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

test("tries during a pause do not prolong it", () => {
  const { clock, backoff } = backoffAfter(10);
  clock.advance(400);
  expect(backoff.begin(ada)).toBe(600);
  expect(backoff.begin(ada)).toBe(600);
});

test("nobody else waits: not the owner at another address, another account, or another customer", () => {
  const { backoff } = backoffAfter(10);
  expect(backoff.begin({ ...ada, address: "203.0.113.8" })).toBe(0);
  expect(backoff.begin({ ...ada, email: "bob@example.com" })).toBe(0);
  expect(backoff.begin({ ...ada, customerGuid: "c2" })).toBe(0);
  expect(backoff.begin({ ...ada, email: "ADA@example.com" })).toBeGreaterThan(0);
});

test("the right password, or a quarter of an hour of quiet, begins anew", () => {
  const right = backoffAfter(10);
  right.backoff.forget(ada);
  expect(right.backoff.begin(ada)).toBe(0);
  expect(right.backoff.begin(ada)).toBe(0);
  const quiet = backoffAfter(10);
  quiet.clock.advance(900_000);
  expect(quiet.backoff.begin(ada)).toBe(0);
  expect(quiet.backoff.begin(ada)).toBe(0);
});

test("a try that was not looked at does not count", () => {
  const { backoff } = backoffAfter(10);
  backoff.takeBack(ada);
  expect(backoff.begin(ada)).toBe(0);
  expect(backoff.begin(ada)).toBeGreaterThan(0);
});

test("what is remembered is bounded, and the quietest is forgotten first", () => {
  const { backoff } = backoffAfter(10);
  for (let index = 0; index < 9_999; index++) backoff.begin({ ...ada, email: `${index}@example.com` });
  expect(backoff.begin(ada)).toBeGreaterThan(0);
  backoff.begin({ ...ada, email: "one more" });
  expect(backoff.size).toBe(10_000);
  expect(backoff.begin(ada)).toBe(0);
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:0:1:aaaa::1", "2001:db8:0:1"],
  ["2001:0DB8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("%s belongs to %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
