import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import { bool, component, defineClass, EntityStore, StoreFull, text, u8, u16, WriteOutsideTick } from "./index.ts";

const Health = component({ now: u16, max: u16 });
const Label = component({ name: text(8), shown: bool });
const Hero = defineClass("Hero", { components: { Health, Label } });
const Rock = defineClass("Rock", { components: { Hardness: component({ value: u8 }), Health } });
const newStore = () => new EntityStore({ definition: { classes: [Hero, Rock] } });
const id = (n: number) => n as EntityId;
const at = { x: 1, y: 2, z: 0 };

function heroIn(store: EntityStore, n = 1) {
  const slot = store.spawn({ id: id(n), classIndex: 0, position: at, components: { Health: { now: 50, max: 100 } } });
  return { slot, me: store.entity<typeof Hero.components>(slot) };
}

test("what is spawned can be read by slot, by id and through its handle", () => {
  const store = newStore();
  const { slot, me } = heroIn(store);
  expect(store.slotOf(id(1))).toBe(slot);
  expect([me.ref, me.className, me.position.x, me.Health.now, me.Label.name, me.alive]).toEqual([
    1,
    "Hero",
    1,
    50,
    "",
    true,
  ]);
  expect(store.seen(slot).get(Health)?.max).toBe(100);
  expect(store.seen(slot).get(component({ other: u8 }))).toBeUndefined();
});

test("values are fitted to their fields instead of wrapping", () => {
  const { me } = heroIn(newStore());
  me.Health.now = 70_000;
  me.Health.max = -3;
  me.Label.name = "häppiness";
  me.Label.shown = true;
  expect([me.Health.now, me.Health.max, me.Label.name, me.Label.shown]).toEqual([65_535, 0, "häppine", true]);
});

test("a component's version grows exactly when a value changes", () => {
  const store = newStore();
  const { slot, me } = heroIn(store);
  const before = store.componentVersion(slot, 0);
  me.Health.now = 50;
  expect(store.componentVersion(slot, 0)).toBe(before);
  me.Health.now = 49;
  expect(store.componentVersion(slot, 0)).toBe(before + 1);
  expect(store.componentVersion(slot, 1)).toBe(1);
});

test("a slot that is used again starts clean and old handles are dead", () => {
  const store = newStore();
  const { slot, me } = heroIn(store);
  me.Label.name = "old";
  store.remove(slot);
  expect(me.alive).toBe(false);
  expect(() => me.position.set(1, 1)).toThrow(WriteOutsideTick);
  const again = heroIn(store, 2);
  expect(() => {
    me.Health.now = 1;
  }).toThrow(WriteOutsideTick);
  expect([again.slot, again.me.Label.name, again.me === me, store.slotOf(id(1))]).toEqual([slot, "", false, undefined]);
});

test("writing outside a tick throws and says what to do instead", () => {
  const store = newStore();
  const { me } = heroIn(store);
  store.writable = false;
  expect(() => me.position.add(at)).toThrow("ctx.call(me.ref");
  expect(() => {
    me.Health.now = 1;
  }).toThrow(WriteOutsideTick);
  expect(me.Health.now).toBe(50);
});

test("growing keeps every value and every handle", () => {
  const store = newStore();
  const { me } = heroIn(store);
  for (let n = 2; n < 2_000; n++) store.spawn({ id: id(n), classIndex: n % 2, position: { x: n, y: 0, z: 0 } });
  me.position.set(7, 8, 9);
  expect([me.position.z, me.Health.now, store.count, store.positions.x[store.slotOf(id(1_500))!]]).toEqual([
    9, 50, 1_999, 1_500,
  ]);
  expect(new Set(store.liveSlots()).size).toBe(1_999);
});

test("a full store refuses by name", () => {
  const store = newStore();
  for (let n = 1; n <= 65_535; n++) store.spawn({ id: id(n), classIndex: 1, position: at });
  expect(() => heroIn(store, 70_000)).toThrow(StoreFull);
  store.remove(5);
  expect(heroIn(store, 70_001).slot).toBe(5);
});

test("a ghost keeps its slot when it changes hands, and refuses writes while it is one", () => {
  const store = newStore();
  const slot = store.spawn({ id: id(7), classIndex: 0, position: { x: 1, y: 2, z: 3 } });
  const me = store.entity(slot);
  const generation = store.generation[slot];
  store.demoteToGhost(slot, 12);
  store.demoteToGhost(slot, 13);
  expect([store.isGhost(slot), store.ghostOwners[slot], store.ghostCount, store.count]).toEqual([true, 13, 1, 1]);
  expect(() => me.position.set(0, 0)).toThrow(/entity 7 lives on another server/);
  expect(store.seen(slot)).toMatchObject({ ref: 7, alive: true, position: { x: 1, y: 2, z: 3 } });
  store.promoteGhost(slot);
  me.position.set(4, 5);
  expect([store.isGhost(slot), store.ghostCount, store.generation[slot]]).toEqual([false, 0, generation]);
  expect(store.entity(slot)).toBe(me);
});

test("a removed ghost leaves a slot that is nobody's ghost", () => {
  const store = newStore();
  const slot = store.spawn({ id: id(7), classIndex: 0, position: { x: 0, y: 0, z: 0 } });
  store.demoteToGhost(slot, 12);
  store.remove(slot);
  expect(store.ghostCount).toBe(0);
  expect(store.isGhost(store.spawn({ id: id(8), classIndex: 0, position: { x: 0, y: 0, z: 0 } }))).toBe(false);
});
