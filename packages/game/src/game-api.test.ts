import { expect, test } from "vitest";
import { bool, component, defineClass, defineGame, GameDefinitionError, i8, ref, system, u8, u16 } from "./index.ts";

const Health = component({ now: u16, max: u16 });
const Swing = component({ ready: bool }, { seenBy: "owner" });

const Wanderer = defineClass("Wanderer", {
  components: { Health, Swing },
  maxSpeed: 12,
  calls: { hurt: { by: ref, amount: u8 } },
  onCall: {
    hurt(me, { by, amount }, ctx) {
      me.Health.now = Math.max(0, me.Health.now - amount);
      if (me.Health.now === 0) {
        ctx.emit("died", { who: me.ref, by }, { at: me.position, radius: 60 });
        ctx.after(3_000, "respawn", me);
      }
      return { left: me.Health.now };
    },
  },
  timers: {
    respawn(me, ctx) {
      me.Health.now = me.Health.max;
      ctx.teleport(me, ctx.spawnPoint("meadow"));
    },
  },
});
const Stone = defineClass("Stone", { components: { Health } });

const definition = {
  tickHz: 20,
  viewRadius: 100,
  classes: [Wanderer, Stone],
  player: Wanderer,
  zones: { default: { bounds: { minX: -10, minY: -10, maxX: 10, maxY: 10 } } },
  inputs: { move: { x: i8, y: i8 }, hit: { target: ref } },
} as const;

test("a game is written with typed components, calls, timers, inputs and systems", () => {
  const game = defineGame({
    ...definition,
    join: (player, ctx) => ctx.spawn(Wanderer, { at: player.savedPosition ?? ctx.spawnPoint(), Health: { now: 100 } }),
    predict: {
      move(me, input, dt) {
        me.velocity.set(input.x, input.y).clampLength(1).scale(6);
        me.position.addScaled(me.velocity, dt);
      },
    },
    onInput: {
      async hit(me, { target }, ctx) {
        const other = ctx.see(target);
        if (!other || !me.Swing.ready || me.distanceTo(other) > 3) return;
        const result = await ctx.call(other.ref, "hurt", { by: me.ref, amount: ctx.random.int(5, 9) });
        if (result.ok) ctx.tell(me.ref, "hit", { target, left: result.value });
      },
    },
    everyTick: {
      regen: system([Wanderer, Stone], (me) => {
        if (me.Health.now < me.Health.max) me.Health.now++;
      }),
    },
  });
  expect(game.definition.classes.map((c) => c.name)).toEqual(["Wanderer", "Stone"]);
});

test("a definition that cannot work names its mistake", () => {
  const join = () => {
    throw new Error("never joined");
  };
  expect(() => defineGame({ ...definition, tickHz: 0, join })).toThrow(GameDefinitionError);
  expect(() => defineGame({ ...definition, classes: [Stone], join })).toThrow("player class Wanderer is not among");
  expect(() => defineGame({ ...definition, classes: [Wanderer, Wanderer], join })).toThrow("two classes are named");
  const OtherHealth = defineClass("Ox", { components: { Health: component({ hp: u8 }) } });
  expect(() => defineGame({ ...definition, classes: [Wanderer, OtherHealth], join })).toThrow("named Health");
});
