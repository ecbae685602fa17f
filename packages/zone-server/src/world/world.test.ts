import { type EntityId, IdSource } from "@ows/base";
import { type Context, component, defineClass, defineGame, type Entity, f32, system, u8 } from "@ows/game";
import { silentLogger } from "@ows/service-kit";
import { expect, test } from "vitest";
import { anyGame } from "./any-game.ts";
import { HandlerFaults } from "./handler-faults.ts";
import { World } from "./world.ts";

const Mark = component({ value: u8, speed: f32 });
const Thing = defineClass("Thing", {
  components: { Mark },
  maxSpeed: 10,
  calls: { set: { value: u8 }, later: {}, fail: {} },
  onCall: {
    set(me, { value }) {
      me.Mark.value = value;
      return { was: value };
    },
    async later() {
      await Promise.resolve();
      return "done";
    },
    fail() {
      throw new Error("no");
    },
  },
  timers: {
    ring(me) {
      me.Mark.value++;
    },
  },
});
const Stranger = defineClass("Stranger", { components: {} });

type Step = (ctx: Context, me: Entity<{ Mark: typeof Mark }>) => void;

/** A world of ten ticks a second in which the test writes the handlers as it goes. */
function scene(idCount = 100) {
  const ids = new IdSource();
  ids.grant({ first: 1, size: idCount });
  let onTick: Step = () => {};
  const game = defineGame({
    tickHz: 10,
    viewRadius: 50,
    classes: [Thing],
    player: Thing,
    zones: { default: { bounds: { minX: -100, minY: -100, maxX: 100, maxY: 100 } } },
    inputs: {},
    join: (_player, ctx) => ctx.spawn(Thing, { at: { x: 0, y: 0, z: 0 } }),
    everyTick: { step: system([Thing], (me, ctx) => onTick(ctx, me)) },
  });
  const faults = new HandlerFaults(silentLogger());
  const world = new World({ game: anyGame(game), zoneName: "Field", ids, faults, seed: 1 });
  const tick = (step: Step = () => {}) => {
    onTick = step;
    world.simulate(world.tick + 1, () => {
      world.runTimers();
      world.runSystems();
      world.runCalls();
    });
    world.calls.flushAnswers();
  };
  const spawn = (x: number, y = 0): EntityId => {
    let id = 0 as EntityId;
    world.simulate(world.tick, () => {
      id = world.zoneContext.spawn(Thing, { at: { x, y, z: 0 } }).ref;
    });
    return id;
  };
  const position = (id: EntityId) => {
    const slot = world.store.slotOf(id) as number;
    return { x: world.store.positions.x[slot], y: world.store.positions.y[slot], z: world.store.positions.z[slot] };
  };
  return { world, faults, tick, spawn, position };
}

test("a handler moves its entity no further than the class's speed, whatever it writes", () => {
  const { world, tick, spawn, position } = scene();
  const id = spawn(0);
  tick((_ctx, me) => me.position.set(0.9, 0, 0));
  expect(position(id)).toEqual({ x: 0.9, y: 0, z: 0 });
  tick((_ctx, me) => me.position.set(50, 0, 0));
  expect(position(id).x).toBeCloseTo(1.9, 9);
  tick((_ctx, me) => me.position.set(Number.NaN, Number.POSITIVE_INFINITY, 0));
  expect(position(id).x).toBeCloseTo(1.9, 9);
  expect(position(id).y).toBe(0);
  expect(world.tooFastMoves).toBe(2);
});

test("a teleport is not limited by speed, but by the zone", () => {
  const { world, tick, spawn, position } = scene();
  const id = spawn(0);
  tick((ctx, me) => ctx.teleport(me, { x: 80, y: -500, z: 3 }));
  expect(position(id)).toEqual({ x: 80, y: -100, z: 3 });
  expect(world.tooFastMoves).toBe(0);
});

test("near and see find who is close now, and nobody else", () => {
  const { tick, spawn, faults } = scene();
  const [a, b, far] = [spawn(0), spawn(10), spawn(60)];
  tick();
  const found: number[][] = [];
  tick((ctx, me) => {
    if (me.ref !== a) return;
    found.push(ctx.near(15).map(({ ref }) => ref));
    expect(ctx.see(b)?.position.x).toBe(10);
    expect(ctx.see(far)).toBeUndefined();
    expect(ctx.see(999 as EntityId)).toBeUndefined();
  });
  expect(found).toEqual([[b]]);
  expect([...faults.counts().keys()]).toEqual([]);
});

test("a despawned entity stays to the end of the tick, then is gone for everybody", () => {
  const { world, tick, spawn } = scene();
  const id = spawn(0);
  let wasAlive = false;
  tick((ctx, me) => {
    ctx.despawn(me);
    ctx.despawn(me);
    wasAlive = me.alive;
  });
  expect(wasAlive).toBe(true);
  expect(world.store.slotOf(id)).toBeUndefined();
  expect(world.store.count).toBe(0);
});

test("calls are applied at most once and say why they were not", async () => {
  const { tick, spawn } = scene();
  const id = spawn(0);
  const outcomes: Promise<unknown>[] = [];
  tick((ctx) => {
    outcomes.push(
      ctx.call(id, "set", { value: 7 }),
      ctx.call(id, "later", {}),
      ctx.call(id, "fail", {}),
      ctx.call(id, "set", { value: "seven" }),
      ctx.call(id, "toString", {}),
      ctx.call(999 as EntityId, "set", { value: 1 }),
    );
  });
  expect(await Promise.all(outcomes)).toEqual([
    { ok: true, value: { was: 7 } },
    { ok: true, value: "done" },
    { ok: false, reason: "failed" },
    { ok: false, reason: "bad-arguments" },
    { ok: false, reason: "no-such-call" },
    { ok: false, reason: "gone" },
  ]);
});

test("more calls than the queue holds are unavailable at once", async () => {
  const { world, tick, spawn } = scene();
  const id = spawn(0);
  const outcomes: Promise<unknown>[] = [];
  tick((ctx) => {
    for (let i = 0; i < 4_100; i++) outcomes.push(ctx.call(id, "set", { value: 1 }));
  });
  const all = await Promise.all(outcomes);
  expect(all.filter((outcome) => JSON.stringify(outcome).includes("unavailable"))).toHaveLength(4);
  expect(world.calls.pending).toBe(0);
});

test("a timer runs in its tick; one that the class does not have is a fault", () => {
  const { world, tick, spawn, faults } = scene();
  const id = spawn(0);
  tick((ctx, me) => ctx.after(250, "ring", me));
  const value = () => world.store.componentValues(world.store.slotOf(id) as number, "Mark").value;
  tick();
  tick();
  expect(value()).toBe(0);
  tick();
  expect(value()).toBe(1);
  tick((ctx, me) => ctx.after(10, "nothing", me));
  expect([...faults.counts().keys()]).toEqual(['Thing.step RangeError: Thing has no timer "nothing"']);
});

test("writing, spawning and drawing random numbers after an await are refused", async () => {
  const { world, tick, spawn, faults } = scene();
  spawn(0);
  const late = Promise.withResolvers<void>();
  const refused: string[] = [];
  tick((ctx, me) => {
    void late.promise.then(() => {
      const attempts = [
        () => me.position.set(1, 1),
        () => ctx.spawn(Thing, { at: me.position }),
        () => ctx.random.float(),
        () => ctx.teleport(me, me.position),
        () => ctx.despawn(me),
        () => ctx.after(1, "ring", me),
      ];
      for (const attempt of attempts) {
        try {
          attempt();
        } catch (error) {
          refused.push((error as Error).name);
        }
      }
    });
  });
  late.resolve();
  await late.promise;
  await expect.poll(() => refused).toEqual(new Array(6).fill("WriteOutsideTick"));
  expect([world.store.count, faults.total]).toEqual([1, 0]);
});

test("without ids, and for a class of another game, a spawn is refused in words", () => {
  const { tick, spawn, faults } = scene(1);
  spawn(0);
  tick((ctx) => ctx.spawn(Thing, { at: { x: 0, y: 0, z: 0 } }));
  tick((ctx) => ctx.spawn(Stranger, { at: { x: 0, y: 0, z: 0 } }));
  expect([...faults.counts().keys()]).toEqual([
    expect.stringContaining("used up its entity ids"),
    expect.stringContaining("class Stranger is not among the game's classes"),
  ]);
});

test("an event that is too large is a fault of its handler", () => {
  const { tick, spawn, faults } = scene();
  spawn(0);
  tick((ctx, me) => ctx.tell(me, "long", "ä".repeat(600)));
  expect([...faults.counts().keys()]).toEqual([expect.stringContaining("EventTooLarge")]);
});

test("random numbers belong to the entity and continue from tick to tick", () => {
  const draw = () => {
    const { tick, spawn } = scene();
    spawn(0);
    spawn(5);
    const drawn: number[] = [];
    for (let i = 0; i < 3; i++) tick((ctx) => drawn.push(ctx.random.int(0, 1_000_000)));
    return drawn;
  };
  expect(draw()).toEqual(draw());
  expect(new Set(draw()).size).toBe(6);
});
