import { expect, test } from "vitest";
import { knownCustomers } from "./known-customers.ts";

function setUp() {
  const state = { nowMs: 0, asked: [] as string[], known: new Set(["a"]) };
  const exists = async (guid: string) => state.asked.push(guid) > 0 && state.known.has(guid);
  return { state, customers: knownCustomers({ exists, nowMs: () => state.nowMs, capacity: 3 }) };
}

test("a known customer is asked for once a minute, an unknown one every two seconds", async () => {
  const { state, customers } = setUp();
  for (const nowMs of [0, 1999, 2000, 59_999, 60_000]) {
    state.nowMs = nowMs;
    expect([await customers.isKnown("a"), await customers.isKnown("b")]).toEqual([true, false]);
  }
  expect(state.asked).toEqual(["a", "b", "b", "b", "a"]);
});

test("a new customer is known once the no has run out", async () => {
  const { state, customers } = setUp();
  expect(await customers.isKnown("new")).toBe(false);
  state.known.add("new");
  state.nowMs = 2000;
  expect(await customers.isKnown("new")).toBe(true);
});

test("invented customers don't grow the memory", async () => {
  const { state, customers } = setUp();
  for (const guid of ["a", "1", "2", "3"]) await customers.isKnown(guid);
  await customers.isKnown("a");
  expect(state.asked.filter((guid) => guid === "a")).toHaveLength(2);
});

test("a failing store is not remembered as a no", async () => {
  let fails = true;
  const exists = async () => {
    if (fails) throw new Error("down");
    return true;
  };
  const customers = knownCustomers({ exists, nowMs: () => 0 });
  await expect(customers.isKnown("a")).rejects.toThrow("down");
  fails = false;
  expect(await customers.isKnown("a")).toBe(true);
});
