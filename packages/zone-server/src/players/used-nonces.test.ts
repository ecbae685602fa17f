import { expect, test } from "vitest";
import { UsedNonces } from "./used-nonces.ts";

test("a nonce is good once, and is forgotten when its ticket has expired anyway", () => {
  const nonces = new UsedNonces();
  expect(nonces.use("a", 1_000, 0)).toBe(true);
  expect(nonces.use("a", 1_000, 999)).toBe(false);
  expect(nonces.use("b", 2_000, 1_001)).toBe(true);
  expect(nonces.size).toBe(1);
});

test("what is remembered is bounded: beyond that nobody enters", () => {
  const nonces = new UsedNonces();
  for (let i = 0; i < 100_000; i++) nonces.use(`n${i}`, 1_000, 0);
  expect(nonces.use("one more", 1_000, 0)).toBe(false);
  expect(nonces.size).toBe(100_000);
  expect(nonces.use("later", 3_000, 2_000)).toBe(true);
  expect(nonces.size).toBe(1);
});
