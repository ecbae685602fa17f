import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import { EpochMemory } from "./memory.ts";

const hero = 7 as EntityId;
const at = (count: number) => ({ term: 1, count });

test("what was taken stays taken when a later commit is refused", () => {
  const memory = new EpochMemory();
  memory.accept(hero, at(2), 0);
  memory.voidEpoch(hero, at(6), 0);
  expect([memory.isVoid(hero, at(2)), memory.hasAccepted(hero, at(2))]).toEqual([false, true]);
  expect([memory.isVoid(hero, at(6)), memory.hasAccepted(hero, at(6))]).toEqual([true, false]);
});

test("what was refused stays refused when a later commit is taken", () => {
  const memory = new EpochMemory();
  memory.voidEpoch(hero, at(2), 0);
  memory.accept(hero, at(4), 0);
  expect(memory.isVoid(hero, at(2))).toBe(true);
});

test("an entity that was not heard of for long is forgotten unless it is still needed", () => {
  const memory = new EpochMemory(1_000);
  memory.accept(hero, at(2), 0);
  memory.accept(8 as EntityId, at(2), 0);
  memory.sweep(5_000, (entity) => entity === hero);
  expect(memory.size).toBe(1);
});
