import type { EntityId } from "@ows/base";
import { component, defineClass, u16 } from "@ows/game";
import { type DecodedSnapshot, quantise } from "@ows/protocol/game";
import { expect, test } from "vitest";
import { Others, type ShownMoment } from "./others.ts";

const Health = component({ now: u16, max: u16 });
const Secret = component({ gold: u16 }, { seenBy: "owner" });
const Walker = defineClass("Walker", { components: { Health, Secret }, maxSpeed: 12 });
const own = 1 as EntityId;
const ada = 2 as EntityId;
const bob = 3 as EntityId;

function others(): { others: Others; moment: ShownMoment } {
  const moment: ShownMoment = { frame: 0, tick: 0, newestTick: 0 };
  return { others: new Others({ classes: [Walker], tickHz: 20, moment, ownId: own }), moment };
}

function snapshot(tick: number, parts: Partial<DecodedSnapshot>): DecodedSnapshot {
  return { tick, ackedSeq: 0, own: undefined, gone: [], full: [], deltas: [], events: [], ...parts };
}

function full(alias: number, id: EntityId, x: number, now = 100) {
  const components = { Health: { now, max: 100 } };
  return { alias, id, classIndex: 0, x: quantise(x), y: 0, z: 0, yaw: 0, components };
}

function delta(alias: number, dx: number, components: DecodedSnapshot["deltas"][number]["components"] = {}) {
  return { alias, dx: quantise(dx), dy: 0, dz: 0, yaw: undefined, components };
}

test("an entity is introduced, moves, changes and goes, as one object", () => {
  const { others: seen, moment } = others();
  seen.apply(snapshot(10, { full: [full(5, ada, 4)] }));
  const entity = seen.entities.get(ada);
  seen.apply(snapshot(11, { deltas: [delta(5, 0.5, { Health: { now: 90, max: 100 } })] }));
  Object.assign(moment, { frame: 1, tick: 10.5, newestTick: 11 });
  expect(entity?.position.x).toBe(4.25);
  expect(entity?.velocity.x).toBeCloseTo(10);
  expect(entity?.get(Health)).toEqual({ now: 90, max: 100 });
  expect(entity?.get(Secret)).toBeUndefined();
  seen.apply(snapshot(12, { gone: [5] }));
  expect([entity?.alive, seen.entities.size]).toEqual([false, 0]);
});

test("an alias that is given to somebody else takes the former one away", () => {
  const { others: seen } = others();
  seen.apply(snapshot(10, { full: [full(5, ada, 4)] }));
  seen.apply(snapshot(11, { full: [full(5, bob, 8)] }));
  expect([...seen.entities.keys()]).toEqual([bob]);
});

test("a full record of somebody known under another alias keeps the object", () => {
  const { others: seen } = others();
  seen.apply(snapshot(10, { full: [full(5, ada, 4)] }));
  const before = seen.entities.get(ada);
  seen.apply(snapshot(11, { full: [full(9, ada, 4.5)] }));
  seen.apply(snapshot(12, { deltas: [delta(9, 0.5)], gone: [5] }));
  expect(seen.entities.get(ada)).toBe(before);
  expect(before?.alive).toBe(true);
});

test("the own avatar is nobody else", () => {
  const { others: seen } = others();
  seen.apply(snapshot(10, { full: [full(0, own, 4)] }));
  seen.apply(snapshot(11, { deltas: [delta(0, 1)] }));
  expect(seen.entities.size).toBe(0);
});

test("after a new link those who are shown again keep their objects, the rest is gone a second later", () => {
  const { others: seen } = others();
  seen.apply(snapshot(10, { full: [full(5, ada, 4), full(6, bob, 8)] }));
  const before = seen.entities.get(ada);
  seen.reattach(own, 40, true);
  seen.apply(snapshot(41, { full: [full(17, ada, 6)] }));
  expect(seen.entities.get(ada)).toBe(before);
  expect(seen.entities.size).toBe(2);
  seen.apply(snapshot(60, {}));
  expect([...seen.entities.keys()]).toEqual([ada]);
});
