import { component, defineClass, defineGame, i8, ref, system, u8, u16 } from "@ows/game";

const REACH_METRES = 1.5;
const SPEED = 7;
const FIELD = { minX: -60, minY: -60, maxX: 60, maxY: 60 };

/** Everybody near sees it; `saved` keeps it with the character. */
export const Score = component({ gems: u16 }, { saved: true });
const Worth = component({ gems: u8 });

/** A player's avatar. Others ask it to change by its calls; they never write to it. */
const Runner = defineClass("Runner", {
  components: { Score },
  maxSpeed: 8, // metres per second; a faster move is cut back
  calls: { earn: { gems: u8 } },
  onCall: {
    earn(me, { gems }, ctx) {
      me.Score.gems += gems;
      ctx.tell(me, "earned", { gems, total: me.Score.gems });
    },
  },
});

const Gem = defineClass("Gem", {
  components: { Worth },
  calls: { take: { by: ref } },
  onCall: {
    async take(me, { by }, ctx) {
      const taker = ctx.see(by);
      // Two who reach for the same gem both call; after the first one it lies elsewhere.
      if (taker === undefined || me.distanceTo(taker) > REACH_METRES * 2) return;
      const gems = me.Worth.gems;
      ctx.teleport(me, { x: ctx.random.int(FIELD.minX, FIELD.maxX), y: ctx.random.int(FIELD.minY, FIELD.maxY), z: 0 });
      await ctx.call(by, "earn", { gems });
    },
  },
});

export default defineGame({
  tickHz: 20,
  viewRadius: 50,
  classes: [Runner, Gem],
  player: Runner,
  zones: {
    default: {
      bounds: FIELD,
      spawnPoints: { middle: { x: 0, y: 0, z: 0 } },
      // Once, when the zone starts.
      populate(ctx) {
        for (let i = 0; i < 40; i++) {
          const at = { x: ctx.random.int(FIELD.minX, FIELD.maxX), y: ctx.random.int(FIELD.minY, FIELD.maxY), z: 0 };
          ctx.spawn(Gem, { at, Worth: { gems: ctx.random.int(1, 5) } });
        }
      },
    },
  },
  // What a client may send. `move` is a stick: -100 to 100 on each axis.
  inputs: { move: { x: i8, y: i8 }, cheer: {} },
  join: (player, ctx) =>
    ctx.spawn(Runner, { at: player.savedPosition ?? ctx.spawnPoint("middle"), yaw: player.savedYaw, ...player.saved }),
  // Runs on the server and, ahead of it, in the client: no context, no clock, no random numbers.
  predict: {
    move(me, { x, y }, dt) {
      me.velocity
        .set(x / 100, y / 100)
        .clampLength(1)
        .scale(SPEED);
      me.position.addScaled(me.velocity, dt);
      if (x !== 0 || y !== 0) me.yaw = Math.atan2(y, x);
    },
  },
  onInput: {
    cheer(me, _input, ctx) {
      ctx.emit("cheered", { who: me.ref }, { at: me.position, radius: 30 });
    },
  },
  everyTick: {
    collect: system([Runner], (me, ctx) => {
      for (const other of ctx.near(REACH_METRES)) {
        if (other.className === "Gem") void ctx.call(other.ref, "take", { by: me.ref });
      }
    }),
  },
});
