import type { EntityId } from "@ows/base";
import { quantise } from "@ows/protocol/game";
import { expect, test } from "vitest";
import { isWholeSteps, SharedGround } from "./border-pair.test-kit.ts";

/** The border between servers 1 and 2 runs along x = 0. */
function ghostOf(ground: SharedGround, self: number, id: EntityId) {
  const { store } = ground.side(self).world;
  const slot = store.slotOf(id);
  return slot !== undefined && store.isGhost(slot) ? slot : undefined;
}

function place(ground: SharedGround, self: number, id: EntityId, x: number): void {
  const { store } = ground.side(self).world;
  store.positions.x[store.slotOf(id) as number] = x;
}

test("what stands near the border is seen on the other side, from the very same steps", () => {
  const ground = new SharedGround();
  const [near, far] = [ground.spawn(1, -20.123456, 7.7), ground.spawn(1, -350)];
  ground.steps(2);
  expect(ground.quantised(2, near)).toEqual(ground.quantised(1, near));
  const slot = ghostOf(ground, 2, near) as number;
  expect(isWholeSteps(ground.side(2).world.store.positions.x[slot] as number)).toBe(true);
  expect(ghostOf(ground, 2, far)).toBeUndefined();
  expect(ground.side(2).world.store.seen(slot)).toMatchObject({ className: "Fighter", ref: near });
});

test("a ghost follows its owner in every tick, and drifts nowhere", () => {
  const ground = new SharedGround();
  const ids = Array.from({ length: 20 }, (_, i) => ground.spawn((i % 2) + 1, i % 2 === 0 ? -30 : 30, i));
  ground.steps(2);
  for (let i = 0; i < 100; i++) {
    ground.step(({ world, self }) => {
      for (const [n, id] of ids.entries()) {
        const slot = world.store.slotOf(id);
        if (slot === undefined || world.store.isGhost(slot)) continue;
        const { x, y } = world.store.positions;
        x[slot] = (x[slot] as number) + Math.sin(i + n) * 0.37;
        y[slot] = (y[slot] as number) + Math.cos(i * n) * 0.11;
        world.store.yaws[slot] = i / (n + 1);
        if ((i + n) % 7 === self) world.store.setComponent(slot, "Health", { now: i });
      }
    });
    for (const side of ground.sides) side.ghosts.step();
    for (const [n, id] of ids.entries()) {
      const [owner, other] = n % 2 === 0 ? [1, 2] : [2, 1];
      expect(ground.quantised(other, id), `entity ${n} in tick ${i}`).toEqual(ground.quantised(owner, id));
    }
  }
  expect(ground.side(1).world.store.ghostCount).toBe(10);
  // Told at the end of one tick, shown in the next: the buckets are within a tenth.
  expect(ground.side(1).ghosts.counts.ghostAgeP99Ms).toBeCloseTo(50, -1);
});

test("ghosts are not simulated: no system, no timer, no way to write", () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -20);
  ground.steps(2);
  const ran: EntityId[] = [];
  ground.side(2).onTick.step = (me) => ran.push(me.ref);
  ground.steps(3);
  expect(ran).toEqual([]);
  const { world } = ground.side(2);
  world.simulate(ground.tick, () => {
    const me = world.store.entity(world.store.slotOf(id) as number);
    expect(() => me.position.set(0, 0)).toThrow(/lives on another server/);
    expect(() => world.zoneContext.after(10, "ring", me)).toThrow(/does not live here/);
    world.zoneContext.despawn(me);
  });
  expect(ghostOf(ground, 2, id)).toBeDefined();
});

test("a ghost is kept ten metres beyond where it was made, and at least a second", () => {
  const ground = new SharedGround();
  const radius = ground.side(1).ghosts.radiusMeters;
  const id = ground.spawn(1, -radius + 20);
  ground.steps(30);
  expect(ghostOf(ground, 2, id)).toBeDefined();
  place(ground, 1, id, -radius - 5);
  ground.steps(30);
  expect(ghostOf(ground, 2, id)).toBeDefined();
  place(ground, 1, id, -radius - 40);
  ground.steps(2);
  expect(ghostOf(ground, 2, id)).toBeUndefined();

  place(ground, 1, id, -20);
  ground.steps(2);
  place(ground, 1, id, -350);
  ground.steps(15);
  expect(ghostOf(ground, 2, id)).toBeDefined();
  ground.steps(10);
  expect(ghostOf(ground, 2, id)).toBeUndefined();
});

test("what is removed by its owner goes everywhere", () => {
  const ground = new SharedGround(4);
  const id = ground.spawn(1, -2, -2);
  ground.steps(2);
  const seers = ground.sides.filter(({ self }) => ghostOf(ground, self, id) !== undefined);
  expect(seers.map(({ self }) => self)).toEqual([2, 3, 4]);
  ground.step(({ self, world }) => {
    if (self === 1) world.despawn(world.store.slotOf(id) as number);
  });
  ground.steps(1);
  for (const { world } of ground.sides) expect(world.store.slotOf(id)).toBeUndefined();
});

test("an entity that changes hands keeps its slot on both sides, and no side sees it twice or not at all", () => {
  const ground = new SharedGround(4);
  const id = ground.spawn(1, -2, -2);
  ground.steps(3);
  const slots = ground.sides.map(({ world }) => world.store.slotOf(id));
  const generations = ground.sides.map(({ world }) => world.store.generation[world.store.slotOf(id) as number]);
  for (const [from, to] of [
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 1],
    [1, 3],
  ] as const) {
    ground.handOff(id, from, to);
    for (let i = 0; i < 4; i++) {
      ground.step();
      expect(ground.sides.map(({ world }) => world.store.slotOf(id))).toEqual(slots);
    }
    ground.steps(60);
    expect(ground.sides.filter(({ self }) => ghostOf(ground, self, id) === undefined).map((s) => s.self)).toEqual([to]);
    for (const { self } of ground.sides) expect(ground.quantised(self, id)).toEqual(ground.quantised(to, id));
  }
  expect(ground.sides.map(({ world }) => world.store.slotOf(id))).toEqual(slots);
  expect(ground.sides.map(({ world }) => world.store.generation[world.store.slotOf(id) as number])).toEqual(
    generations,
  );
});

test("an older epoch changes nothing", () => {
  const ground = new SharedGround(4);
  const id = ground.spawn(1, -2, -2);
  ground.steps(3);
  ground.handOff(id, 1, 2);
  ground.steps(3);
  // A server that believes it still owns what it gave away: it slept, and its neighbours know better.
  const zombie = ground.side(1);
  const slot = zombie.world.store.slotOf(id) as number;
  zombie.world.store.promoteGhost(slot);
  zombie.world.store.positions.x[slot] = -15;
  zombie.epochs.set(id, { term: 1, count: 1 });
  ground.steps(5);
  for (const self of [2, 3, 4]) expect(ground.quantised(self, id)?.x).toBe(quantise(-2));
  expect(ground.side(3).ghosts.counts.refusedGhosts).toBeGreaterThan(0);
  expect(ground.side(3).world.store.ghostOwners[ground.side(3).world.store.slotOf(id) as number]).toBe(2);
});

test("when a link is down its ghosts move on for half a second, stand, and go after five", () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -50);
  const walk = () =>
    ground.step(({ self, world }) => {
      const slot = world.store.slotOf(id) as number;
      if (self === 1) world.store.positions.x[slot] = (world.store.positions.x[slot] as number) + 0.25;
    });
  for (let i = 0; i < 5; i++) walk();
  const { store } = ground.side(2).world;
  const slot = ghostOf(ground, 2, id) as number;
  expect(store.velocities.x[slot]).toBeCloseTo(5);
  const before = store.positions.x[slot] as number;
  ground.cut(1, 2);
  ground.steps(9);
  // Nine ticks of extrapolation, and the last batch before the cut, which had arrived, was never applied.
  expect((store.positions.x[slot] as number) - before).toBeCloseTo(9 * 0.25);
  ground.steps(20);
  expect((store.positions.x[slot] as number) - before).toBeLessThan(2.8);
  expect(store.velocities.x[slot]).toBe(0);
  ground.steps(65);
  expect(ghostOf(ground, 2, id)).toBe(slot);
  ground.steps(10);
  expect(ghostOf(ground, 2, id)).toBeUndefined();
});

test("a link that comes back brings its ghosts back into their slots, and takes away those that went", () => {
  const ground = new SharedGround();
  const [stays, goes] = [ground.spawn(1, -50), ground.spawn(1, -40)];
  ground.steps(3);
  const slot = ghostOf(ground, 2, stays);
  ground.cut(1, 2);
  ground.step(({ self, world }) => {
    if (self === 1) world.despawn(world.store.slotOf(goes) as number);
  });
  place(ground, 1, stays, -45.5);
  ground.mend(1, 2);
  ground.steps(2);
  expect(ghostOf(ground, 2, stays)).toBe(slot);
  expect(ground.quantised(2, stays)).toEqual(ground.quantised(1, stays));
  ground.steps(22);
  expect(ghostOf(ground, 2, stays)).toBe(slot);
  expect(ground.side(2).world.store.slotOf(goes)).toBeUndefined();
});

test("a neighbour that does not read gets nothing, then the whole difference at once", () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -50);
  ground.steps(3);
  ground.wire.unsent.set("1>2", 300_000);
  const sent = ground.wire.bulkBytes;
  place(ground, 1, id, -60);
  const late = ground.spawn(1, -55);
  for (let i = 0; i < 10; i++) ground.step();
  expect(ground.side(1).ghosts.counts.skippedGhostBatches).toBe(10);
  expect(ground.wire.bulkBytes).toBe(sent);
  ground.wire.unsent.set("1>2", 0);
  ground.steps(2);
  expect(ground.quantised(2, id)).toEqual(ground.quantised(1, id));
  expect(ground.quantised(2, late)).toEqual(ground.quantised(1, late));
});

test("a batch that makes no sense ends what its link says, until the link is made anew", () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -50);
  ground.steps(3);
  const { ghosts } = ground.side(2);
  expect(ghosts.apply(1, Uint8Array.of(1, 2, 3))).toMatch(/bytes expected/);
  expect(ghosts.apply(1, Uint8Array.of(1, 2, 3))).toBeUndefined();
  place(ground, 1, id, -60);
  ground.steps(3);
  expect(ground.quantised(2, id)?.x).toBe(quantise(-50));
  ground.cut(1, 2);
  ground.mend(1, 2);
  ground.steps(2);
  expect(ground.quantised(2, id)?.x).toBe(quantise(-60));
});

test("what a dead server still says counts for nothing, and its ghosts go unless somebody owns them", () => {
  const ground = new SharedGround(4);
  const [heir, forgotten] = [ground.spawn(1, -10, -10), ground.spawn(1, -12, -12)];
  ground.steps(3);
  const slot = ghostOf(ground, 3, heir);
  for (const self of [2, 3, 4]) ground.side(self).ghosts.fence(1);
  ground.side(2).epochs.set(heir, { term: 2, count: 1 });
  ground.side(2).ghosts.onOwned(heir);
  place(ground, 2, heir, -9);
  place(ground, 1, forgotten, -30);
  ground.steps(3);
  expect([ghostOf(ground, 3, heir), ground.quantised(3, heir)?.x]).toEqual([slot, quantise(-9)]);
  expect(ground.quantised(3, forgotten)?.x).toBe(quantise(-12));
  ground.steps(110);
  expect(ghostOf(ground, 3, heir)).toBe(slot);
  expect(ground.side(3).world.store.slotOf(forgotten)).toBeUndefined();
});

test("a ghost that was handed on and is not near any more goes within a second", () => {
  const ground = new SharedGround(4);
  const id = ground.spawn(1, -10, -10);
  ground.steps(3);
  ground.handOff(id, 1, 2);
  place(ground, 2, id, 350);
  ground.steps(3);
  expect(ghostOf(ground, 3, id)).toBeDefined();
  ground.steps(22);
  expect(ghostOf(ground, 3, id)).toBeUndefined();
});

test("more than one batch can hold appears in several, and comes back after a cut without a gap", () => {
  const ground = new SharedGround();
  const ids = Array.from({ length: 2_500 }, (_, i) => ground.spawn(1, -10 - (i % 50), Math.floor(i / 50)));
  ground.steps(1);
  const { store } = ground.side(2).world;
  ground.steps(1);
  expect(store.ghostCount).toBeLessThan(2_500);
  ground.steps(3);
  expect(store.ghostCount).toBe(2_500);
  const slots = ids.map((id) => store.slotOf(id));
  ground.cut(1, 2);
  ground.mend(1, 2);
  for (let i = 0; i < 30; i++) {
    ground.step();
    expect(store.ghostCount).toBe(2_500);
  }
  expect(ids.map((id) => store.slotOf(id))).toEqual(slots);
  expect(ground.side(2).ghosts.counts.lostGhosts).toBe(0);
});
