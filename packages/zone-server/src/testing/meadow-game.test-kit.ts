import { bool, component, defineClass, defineGame, i8, ref, system, text, u16, u32 } from "@ows/game";

/** A game small enough to reason about and wide enough to touch everything a zone server does. */
export const Health = component({ now: u16, max: u16 });
export const Swing = component({ ready: bool }, { seenBy: "owner" });
export const Bag = component({ gold: u32 }, { seenBy: "owner", saved: true });
export const Secret = component({ seed: u32 }, { seenBy: "server" });

export const Wanderer = defineClass("Wanderer", {
  components: { Health, Swing, Bag, Secret },
  maxSpeed: 6,
  calls: { hurt: { by: ref, amount: u16 }, explode: {} },
  onCall: {
    hurt(me, { by, amount }, ctx) {
      me.Health.now = Math.max(0, me.Health.now - amount);
      ctx.emit("hurt", { who: me.ref, by }, { at: me.position, radius: 50 });
      return { left: me.Health.now };
    },
    explode() {
      throw new Error("boom");
    },
  },
  timers: {
    ready(me) {
      me.Swing.ready = true;
    },
  },
});

export const Sheep = defineClass("Sheep", { components: { Health }, maxSpeed: 3 });

export const meadow = defineGame({
  tickHz: 50,
  viewRadius: 100,
  classes: [Wanderer, Sheep],
  player: Wanderer,
  zones: {
    default: {
      bounds: { minX: -500, minY: -500, maxX: 500, maxY: 500 },
      spawnPoints: { gate: { x: 10, y: 20, z: 0 } },
    },
    Flock: {
      bounds: { minX: -500, minY: -500, maxX: 500, maxY: 500 },
      spawnPoints: { gate: { x: 0, y: 0, z: 0 } },
      populate(ctx) {
        for (let i = 0; i < 20; i++) {
          ctx.spawn(Sheep, { at: { x: ctx.random.int(-80, 80), y: ctx.random.int(-80, 80), z: 0 } });
        }
      },
    },
  },
  inputs: {
    move: { x: i8, y: i8 },
    leap: { x: i8, y: i8 },
    hit: { target: ref },
    say: { words: text(64) },
    pay: { gold: u32 },
    misbehave: {},
  },
  join: (player, ctx) =>
    ctx.spawn(Wanderer, {
      at: player.savedPosition ?? ctx.spawnPoint("gate"),
      yaw: player.savedYaw,
      Health: { now: 100, max: 100 },
      Swing: { ready: true },
      ...player.saved,
    }),
  predict: {
    move(me, input, dt) {
      me.velocity.set(input.x, input.y).clampLength(1).scale(6);
      me.position.addScaled(me.velocity, dt);
    },
    leap(me, input) {
      me.position.set(me.position.x + input.x, me.position.y + input.y, me.position.z);
    },
  },
  onInput: {
    async hit(me, { target }, ctx) {
      if (!ctx.see(target) || !me.Swing.ready) return;
      me.Swing.ready = false;
      ctx.after(100, "ready", me);
      const result = await ctx.call(target, "hurt", { by: me.ref, amount: 7 });
      if (result.ok) ctx.tell(me, "hit", { target, result: result.value });
      me.Bag.gold = 1_000_000; // After an await: this must not work.
    },
    say(me, { words }, ctx) {
      ctx.emit("say", { who: me.ref, words }, { at: me.position, radius: 30 });
    },
    pay(me, { gold }, ctx) {
      me.Bag.gold += gold;
      ctx.save(me);
    },
    misbehave() {
      throw new Error("a mistake in the game");
    },
  },
  everyTick: {
    stroll: system([Sheep], (me, ctx) => {
      me.position.addScaled({ x: ctx.random.float() - 0.5, y: ctx.random.float() - 0.5, z: 0 }, 0.05);
    }),
  },
});
