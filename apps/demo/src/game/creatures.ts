import { type Context, defineClass, type Entity, ref, system, u8 } from "@ows/game";
import { Health, Look, Name } from "./components.ts";
import { keepOutOfProps, sceneryIndexOf } from "./scenery.ts";
import { SIGHT } from "./wanderer.ts";

const SLIME_SPEED = 2.6;
const RESPAWN_MS = 6_000;
const STRAW_MENDS_MS = 4_000;

const body = { Name, Look, Health };

/** A straw dummy: takes any beating, gives little. */
export const Dummy = defineClass("Dummy", {
  components: body,
  maxSpeed: 0,
  calls: { hurt: { by: ref, amount: u8 } },
  onCall: {
    hurt: (me, args, ctx) => takeBlow(me, args, { gold: 1, ctx, backAfterMs: STRAW_MENDS_MS }),
  },
  timers: {
    back(me) {
      me.Health.now = me.Health.max;
    },
  },
});

/** A slime: hops about its home, runs when it is hit, bursts, and comes back. */
export const Slime = defineClass("Slime", {
  components: body,
  maxSpeed: 8,
  calls: { hurt: { by: ref, amount: u8 } },
  onCall: {
    hurt(me, args, ctx) {
      const result = takeBlow(me, args, { gold: me.Health.max / 6, ctx, backAfterMs: RESPAWN_MS });
      const attacker = ctx.see(args.by);
      if (me.Health.now === 0) me.velocity.set(0, 0);
      else if (attacker !== undefined) runFrom(me, attacker.position.x, attacker.position.y, ctx);
      return result;
    },
  },
  timers: {
    think: (me, ctx) => roam(me, ctx),
    back(me, ctx) {
      me.Health.now = me.Health.max;
      ctx.emit("popped", { who: me.ref }, { at: me.position, radius: SIGHT });
      roam(me, ctx);
    },
  },
});

type Beaten = Entity<typeof body>;

/** Slimes hop: they move in the first half of each second and look round in the other. */
export const hop = system([Slime], (me, ctx) => {
  if (me.Health.now === 0 || me.velocity.length() === 0) return;
  const inHop = (ctx.tick + me.ref) % 20;
  if (inHop >= 12) return;
  me.position.addScaled(me.velocity, ctx.dt * 1.6);
  keepOutOfProps(sceneryIndexOf(ctx.zone.name), me.position, 0.6);
});

export function spawnDummy(ctx: Context, x: number, y: number): void {
  ctx.spawn(Dummy, {
    at: { x, y, z: 0 },
    yaw: Math.atan2(-y, -x),
    Name: { text: "Straw dummy" },
    Look: { hue: 30, shape: 0 },
    Health: { now: 120, max: 120 },
  });
}

export function spawnSlime(ctx: Context, x: number, y: number): void {
  const isBig = ctx.random.int(0, 4) === 0;
  const max = isBig ? 90 : 36;
  const slime = ctx.spawn(Slime, {
    at: { x, y, z: 0 },
    Name: { text: isBig ? "Great slime" : "Slime" },
    Look: { hue: ctx.random.int(60, 150), shape: isBig ? 1 : 0 },
    Health: { now: max, max },
  });
  ctx.after(ctx.random.int(200, 3_000), "think", slime);
}

type Blow = { readonly gold: number; readonly ctx: Context; readonly backAfterMs: number };

function takeBlow(me: Beaten, args: { by: Beaten["ref"]; amount: number }, { gold, ctx, backAfterMs }: Blow) {
  if (me.Health.now === 0) return { left: 0, taken: 0 };
  const taken = Math.min(args.amount, me.Health.now);
  me.Health.now -= taken;
  ctx.emit("hurt", { who: me.ref, by: args.by, amount: taken }, { at: me.position, radius: SIGHT });
  if (me.Health.now === 0) {
    ctx.emit("fell", { who: me.ref, by: args.by }, { at: me.position, radius: SIGHT });
    ctx.after(backAfterMs, "back", me);
    // At most once, whatever becomes of us meanwhile: a lost reward is better than two.
    void ctx.call(args.by, "reward", { gold });
  }
  return { left: me.Health.now, taken };
}

function roam(me: Beaten, ctx: Context): void {
  ctx.after(ctx.random.int(1_500, 5_000), "think", me);
  if (me.Health.now === 0) return;
  if (ctx.random.int(0, 2) === 0) {
    me.velocity.set(0, 0);
    return;
  }
  // A little homesick for the middle, or they would all end at the edges of the world.
  const turn = (ctx.random.float() - 0.5) * 2 * Math.PI * (ctx.random.int(0, 3) === 0 ? 0.4 : 1);
  head(me, Math.atan2(-me.position.y, -me.position.x) + turn, SLIME_SPEED);
}

function runFrom(me: Beaten, x: number, y: number, ctx: Context): void {
  head(me, Math.atan2(me.position.y - y, me.position.x - x), SLIME_SPEED * 1.6);
  ctx.after(1_200, "think", me);
}

function head(me: Beaten, radians: number, speed: number): void {
  me.yaw = radians;
  me.velocity.set(Math.cos(radians) * speed, Math.sin(radians) * speed);
}
