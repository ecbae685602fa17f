import { type EntityId, ID_BLOCK_SIZE, IdSource, Prng } from "@ows/base";
import {
  bool,
  component,
  defineClass,
  defineGame,
  f32,
  fitField,
  i8,
  i16,
  i32,
  ref,
  system,
  text,
  u8,
  u16,
  u32,
} from "@ows/game";
import { schemaOf } from "@ows/protocol/game";
import { silentLogger } from "@ows/service-kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type PackedPlayer, packLively, packSteady, readPackedPlayer } from "../players/pack-player.ts";
import { anyGame } from "../world/any-game.ts";
import { HandlerFaults } from "../world/handler-faults.ts";
import { World } from "../world/world.ts";
import { appendDelta, type EntityBytes, packEntity, readPackedEntity, unpackEntity } from "./pack-entity.ts";
import { ToldEntity } from "./told-entity.ts";

const fields = { a: u8, b: u16, c: u32, d: i8, e: i16, f: i32, g: f32, h: bool, i: ref, j: text(40) };
const Everything = component(fields);
const Hidden = component({ seed: u32 }, { seenBy: "server" });
const Thing = defineClass("Thing", { components: { Everything, Hidden }, timers: { one() {}, two() {} } });
const game = defineGame({
  tickHz: 20,
  viewRadius: 50,
  classes: [Thing],
  player: Thing,
  zones: { default: { bounds: { minX: -1e6, minY: -1e6, maxX: 1e6, maxY: 1e6 } } },
  inputs: { act: fields, wave: {} },
  join: (_, ctx) => ctx.spawn(Thing, { at: ctx.spawnPoint() }),
  everyTick: { age: system([Thing], (me) => void me.Hidden.seed++) },
});
const schema = schemaOf(game);

const ORIGIN = { x: 0, y: 0, z: 0 };

function newWorld(): World {
  const ids = new IdSource();
  ids.grant({ first: 1, size: ID_BLOCK_SIZE });
  return new World({ game: anyGame(game), zoneName: "Z", ids, faults: new HandlerFaults(silentLogger()), seed: 1 });
}

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const vector = fc.record({ x: number, y: number, z: number });
const values = fc.record({
  ...{ a: number, b: number, c: number, d: number, e: number, f: number, g: fc.float({ noNaN: true }) },
  ...{ h: fc.boolean(), i: fc.nat(), j: fc.string({ unit: "binary" }) },
});
const fitted = values.map((raw) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = fitField(field, raw[name as keyof typeof raw]);
      // Integers have one zero on the wire.
      return [name, field.kind !== "f32" && value === 0 ? 0 : value];
    }),
  ),
);

test("an entity that is packed and unpacked elsewhere is the same to the last bit", () => {
  const entity = fc.record({
    ...{ position: vector, velocity: vector, yaw: number, everything: values, seed: fc.nat() },
    ...{ one: fc.option(fc.integer({ min: 1, max: 1_000 })), two: fc.option(fc.integer({ min: 1, max: 1_000 })) },
    ...{
      draws: fc.integer({ min: 0, max: 3 }),
      player: fc.record({ lively: fc.uint8Array({ maxLength: 9 }), steady: fc.uint8Array({ maxLength: 40 }) }),
      here: fc.nat(1e6),
      there: fc.nat(1e6),
    },
  });
  fc.assert(
    fc.property(entity, ({ position, velocity, yaw, everything, seed, one, two, draws, player, here, there }) => {
      const from = newWorld();
      const to = newWorld();
      [from.tick, to.tick] = [here, there];
      const id = 7 as EntityId;
      const slot = from.store.spawn({
        ...{ id, classIndex: 0, position, velocity, yaw },
        components: { Everything: everything, Hidden: { seed } },
      });
      if (one !== null) from.timers.set(slot, "one", here + one);
      if (two !== null) from.timers.set(slot, "two", here + two);
      if (draws > 0) from.setRandom(slot, Prng.fromSeed(draws).state());
      const bytes = packEntity(from, slot, player);
      const packed = readPackedEntity(to, [bytes]);
      if (!packed.ok) throw new Error(packed.reason);
      expect(packed.value.player).toEqual(player);
      const arrived = unpackEntity(to, id, packed.value);
      const again = readPackedEntity(to, [packEntity(to, arrived, player)]);
      expect(again).toEqual({ ok: true, value: { ...packed.value, tick: there } });
      expect(to.store.componentValues(arrived, "Everything")).toEqual(from.store.componentValues(slot, "Everything"));
      for (const axis of ["x", "y", "z"] as const) {
        expect(to.store.positions[axis][arrived]).toBe(from.store.positions[axis][slot]);
        expect(to.store.velocities[axis][arrived]).toBe(from.store.velocities[axis][slot]);
      }
      expect(to.randomState(arrived)).toEqual(from.randomState(slot));
    }),
  );
});

test("what has changed, put on what was told, is what there is", () => {
  const change = fc.oneof(
    vector.map((at) => (world: World, slot: number) => void Object.assign(world.store.entity(slot).position, at)),
    values.map((some) => (world: World, slot: number) => world.store.setComponent(slot, "Everything", some)),
    fc.nat().map((seed) => (world: World, slot: number) => world.store.setComponent(slot, "Hidden", { seed })),
    fc.integer({ min: 1, max: 99 }).map((n) => (world: World, slot: number) => world.timers.set(slot, "one", 100 + n)),
    fc.constant((world: World, slot: number) => world.timers.cancel(slot, "one")),
    fc.constant((world: World, slot: number) => void world.random(slot).float()),
    fc.constant((world: World) => void world.tick++),
  );
  const player = fc.record({ lively: fc.uint8Array({ maxLength: 3 }), resumeHash: fc.constantFrom("a", "b") });
  const round = fc.record({ changes: fc.array(change, { maxLength: 4 }), player });
  const tellable = ({ lively, resumeHash }: { lively: Uint8Array; resumeHash: string }) => {
    const steady = Uint8Array.of(resumeHash.charCodeAt(0));
    return { lively, steady, texts: { resumeHash, savedFingerprint: "" }, packSteady: () => steady };
  };
  fc.assert(
    fc.property(player, fc.array(round, { maxLength: 6 }), (first, rounds) => {
      const world = newWorld();
      const slot = world.store.spawn({ id: 7 as EntityId, classIndex: 0, position: ORIGIN });
      world.store.writable = true;
      const told = new ToldEntity(2);
      told.told(world, slot, tellable(first));
      let bytes: EntityBytes = [packEntity(world, slot, tellable(first))];
      for (const { changes, player: now } of rounds) {
        for (const each of changes) each(world, slot);
        bytes = appendDelta(bytes, [told.delta(world, slot, tellable(now))]) ?? bytes;
        const wanted = readPackedEntity(world, [packEntity(world, slot, tellable(now))]);
        expect(readPackedEntity(world, bytes)).toEqual(wanted);
      }
    }),
  );
});

test("of an entity that stands still, next to nothing is told", () => {
  const world = newWorld();
  const slot = world.store.spawn({ id: 7 as EntityId, classIndex: 0, position: ORIGIN });
  const told = new ToldEntity(2);
  told.told(world, slot, undefined);
  expect(told.delta(world, slot, undefined).length).toBeLessThan(6);
});

test.each([
  { here: 100, there: 99, ages: [0, 1, 2] },
  { here: 100, there: 100, ages: [1, 2, 3] },
  { here: 100, there: 103, ages: [1, 2, 3] },
])("an entity that lived tick $here goes on after it, at a server that is at $there", ({ here, there, ages }) => {
  const from = newWorld();
  const to = newWorld();
  [from.tick, to.tick] = [here, there];
  const id = 7 as EntityId;
  const packed = readPackedEntity(to, [packEntity(from, from.store.spawn({ id, classIndex: 0, position: ORIGIN }))]);
  if (!packed.ok) throw new Error(packed.reason);
  const slot = unpackEntity(to, id, packed.value);
  const seen = ages.map((_, i) => {
    to.simulate(there + i + 1, () => to.runSystems());
    return to.store.componentValues(slot, "Hidden").seed;
  });
  expect(seen).toEqual(ages);
});

test("what belongs to a player is the same after the way", () => {
  const input = fc.oneof(
    fitted.map((some) => ({ kind: 0, values: some })),
    fc.constant({ kind: 1, values: {} }),
  );
  const player: fc.Arbitrary<PackedPlayer> = fc.record({
    ...{ characterName: fc.string({ maxLength: 50 }), resumeHash: fc.string({ maxLength: 43 }) },
    inputs: fc.record({
      ...{ lastApplied: fc.nat(), lastQueued: fc.nat() },
      waiting: fc.array(fc.record({ seq: fc.nat(), input }), { maxLength: 64 }),
      credit: fc.array(fc.option(fc.nat(12), { nil: undefined }), { maxLength: 8 }),
    }),
    ...{ saveInMs: fc.nat(), savedFingerprint: fc.string(), linkDeadForMs: fc.option(fc.nat(), { nil: undefined }) },
    events: fc.array(fc.record({ name: fc.string({ maxLength: 20 }), json: fc.json() }), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(player, (given) => {
      expect(readPackedPlayer({ lively: packLively(given, schema), steady: packSteady(given) }, schema)).toEqual({
        ok: true,
        value: given,
      });
    }),
  );
});

test("bytes that are no entity are refused with a reason, and never throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = readPackedEntity(newWorld(), [bytes]);
      if (!read.ok) expect(read.reason).not.toBe("");
    }),
  );
});
