import { hash32 } from "@ows/base";
import { type Context, defineClass, type Entity, type Player, ref, u8, u16 } from "@ows/game";
import { Bag, Health, Look, Name, Realm, Swing, Voice } from "./components.ts";
import { sceneryIndexOf } from "./scenery.ts";

export const WALK_SPEED = 7;
export const BODY_RADIUS = 0.6;
/** From middle to middle, in metres. */
export const HIT_RANGE = 3.2;
const MAX_HEALTH = 100;
const DOWN_MS = 3_500;
export const SIGHT = 60;

/** A player's avatar. */
export const Wanderer = defineClass("Wanderer", {
  components: { Name, Look, Health, Swing, Bag, Realm, Voice },
  maxSpeed: 12,
  calls: { hurt: { by: ref, amount: u8 }, reward: { gold: u16 } },
  onCall: {
    hurt(me, { by, amount }, ctx) {
      if (me.Health.now === 0) return { left: 0, taken: 0 };
      const taken = Math.min(amount, me.Health.now);
      me.Health.now -= taken;
      ctx.emit("hurt", { who: me.ref, by, amount: taken }, { at: me.position, radius: SIGHT });
      if (me.Health.now === 0) {
        ctx.emit("fell", { who: me.ref, by }, { at: me.position, radius: SIGHT });
        ctx.after(DOWN_MS, "rise", me);
      }
      return { left: me.Health.now, taken };
    },
    reward(me, { gold }, ctx) {
      me.Bag.gold += gold;
      me.Bag.beaten += 1;
      ctx.tell(me, "reward", { gold });
      return null;
    },
  },
  timers: {
    rise(me, ctx) {
      me.Health.now = me.Health.max;
      ctx.teleport(me, arrivalPoint(ctx));
    },
    ready(me) {
      me.Swing.ready = true;
    },
  },
});

export type WandererEntity = Entity<typeof Wanderer.components>;

/** The avatar of a player: where it was, with what it had. */
export function arrive(player: Player, ctx: Context): WandererEntity {
  const saved = player.saved.Bag;
  return ctx.spawn(Wanderer, {
    // A new character stands at the origin, which is where its class begins.
    at: isSomewhere(player) ? player.savedPosition : arrivalPoint(ctx),
    yaw: player.savedYaw,
    Name: { text: player.characterName },
    Look: { hue: hash32(player.characterName) & 0xff, shape: (hash32(player.characterName) >>> 8) % 4 },
    Health: { now: MAX_HEALTH, max: MAX_HEALTH },
    Swing: { ready: true },
    Bag: { gold: Number(saved?.gold ?? 0), beaten: Number(saved?.beaten ?? 0) },
    Realm: { scenery: sceneryIndexOf(ctx.zone.name) },
  });
}

function isSomewhere(player: Player): player is Player & { savedPosition: NonNullable<Player["savedPosition"]> } {
  const at = player.savedPosition;
  return at !== undefined && (at.x !== 0 || at.y !== 0);
}

/** Somewhere about a spawn point, so that people do not stand in one another. */
function arrivalPoint(ctx: Context): { x: number; y: number; z: number } {
  const point = ctx.spawnPoint(ctx.random.pick(["east", "west", "north", "south"]));
  return { x: point.x + ctx.random.int(-4, 4), y: point.y + ctx.random.int(-4, 4), z: 0 };
}
