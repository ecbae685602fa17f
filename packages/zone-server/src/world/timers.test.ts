import type { EntityId } from "@ows/base";
import { EntityStore } from "@ows/game";
import fc from "fast-check";
import { expect, test } from "vitest";
import { meadow } from "../testing/meadow-game.test-kit.ts";
import { Timers, TooManyTimers } from "./timers.ts";

function scene() {
  const store = new EntityStore(meadow);
  const timers = new Timers(store);
  let id = 0;
  const spawn = () => store.spawn({ id: ++id as EntityId, classIndex: 0, position: { x: 0, y: 0, z: 0 } });
  const dueAt = (tick: number) => {
    const names: string[] = [];
    for (let due = timers.takeDue(tick); due !== undefined; due = timers.takeDue(tick)) names.push(due.name);
    return names;
  };
  return { store, timers, spawn, dueAt };
}

test("timers come in the order they are due, each once; setting one again moves it", () => {
  const { timers, spawn, dueAt } = scene();
  const slot = spawn();
  timers.set(slot, "late", 30);
  timers.set(slot, "early", 10);
  timers.set(slot, "moved", 5);
  timers.set(slot, "moved", 20);
  timers.set(slot, "cancelled", 1);
  timers.cancel(slot, "cancelled");
  expect(dueAt(9)).toEqual([]);
  expect(dueAt(30)).toEqual(["early", "moved", "late"]);
  expect(dueAt(1_000)).toEqual([]);
});

test("timers of an entity that is gone never run, not for its successor in the slot either", () => {
  const { store, timers, spawn, dueAt } = scene();
  const slot = spawn();
  timers.set(slot, "old", 5);
  store.remove(slot);
  const again = spawn();
  expect(again).toBe(slot);
  timers.set(again, "new", 6);
  expect(dueAt(10)).toEqual(["new"]);
});

test("a model with a plain list agrees", () => {
  const action = fc.record({
    entity: fc.nat(4),
    name: fc.constantFrom("a", "b", "c"),
    delay: fc.integer({ min: 1, max: 20 }),
    isCancel: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const { timers, spawn } = scene();
      const slots = Array.from({ length: 5 }, spawn);
      const model = new Map<string, number>();
      for (const [tick, { entity, name, delay, isCancel }] of actions.entries()) {
        const slot = slots[entity] as number;
        if (isCancel) {
          timers.cancel(slot, name);
          model.delete(`${slot} ${name}`);
        } else {
          timers.set(slot, name, tick + delay);
          model.set(`${slot} ${name}`, tick + delay);
        }
        const expected = [...model].filter(([, due]) => due <= tick).map(([key]) => key);
        for (const key of expected) model.delete(key);
        const ran: string[] = [];
        for (let due = timers.takeDue(tick); due !== undefined; due = timers.takeDue(tick)) {
          ran.push(`${due.slot} ${due.name}`);
        }
        expect(ran.sort()).toEqual(expected.sort());
      }
    }),
  );
});

test("one entity has a bounded number of timers", () => {
  const { timers, spawn } = scene();
  const slot = spawn();
  for (let i = 0; i < 64; i++) timers.set(slot, `t${i}`, i + 1);
  expect(() => timers.set(slot, "one more", 1)).toThrow(TooManyTimers);
});
