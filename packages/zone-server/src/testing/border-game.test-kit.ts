import { component, defineClass, defineGame, i8, system, u32 } from "@ows/game";

/** Counts inputs that were lost, repeated or out of order. */
export const Trace = component({ count: u32, last: u32, mistakes: u32 }, { seenBy: "owner", saved: true });
export const Pace = component({ direction: i8, turns: u32, beats: u32 });

export const Walker = defineClass("Walker", { components: { Trace }, maxSpeed: 60 });

/** Walks to and fro over the middle, 12 m each way, and has a heart that beats. */
export const Dog = defineClass("Dog", {
  components: { Pace },
  maxSpeed: 60,
  timers: {
    beat(me, ctx) {
      me.Pace.beats++;
      ctx.after(200, "beat", me);
    },
  },
});

/** A zone of 400 × 400 m whose borders are crossed all the time. */
export const borderGame = defineGame({
  tickHz: 50,
  viewRadius: 60,
  classes: [Walker, Dog],
  player: Walker,
  zones: {
    default: { bounds: { minX: -200, minY: -200, maxX: 200, maxY: 200 }, spawnPoints: { s: { x: 2, y: 2, z: 0 } } },
  },
  inputs: {
    /** Tenths of a metre per tick; `n` is the client's own count. */
    step: { dx: i8, dy: i8, n: u32 },
    unleash: {},
    jump: { dx: i8, dy: i8, n: u32 },
  },
  join: (player, ctx) => ctx.spawn(Walker, { at: player.savedPosition ?? ctx.spawnPoint(), yaw: 0, ...player.saved }),
  predict: {
    step(me, { dx, dy }, dt) {
      me.velocity.set(dx / 10 / dt, dy / 10 / dt, 0);
      me.position.addScaled(me.velocity, dt);
    },
  },
  onInput: {
    step: (me, { n }) => note(me.Trace, n),
    unleash(me, _, ctx) {
      const dog = ctx.spawn(Dog, { at: { x: -6, y: me.position.y, z: 0 }, Pace: { direction: 1 } });
      ctx.after(200, "beat", dog);
    },
    jump(me, { dx, dy, n }, ctx) {
      note(me.Trace, n);
      ctx.teleport(me, { x: me.position.x + dx, y: me.position.y + dy, z: 0 });
    },
  },
  everyTick: {
    trot: system([Dog], (me, ctx) => {
      if (me.position.x * me.Pace.direction > 6 + ctx.random.float()) {
        me.Pace.direction = -me.Pace.direction;
        me.Pace.turns++;
      }
      me.velocity.set(me.Pace.direction * 30, 0, 0);
      me.position.addScaled(me.velocity, ctx.dt);
    }),
  },
});

function note(trace: { count: number; last: number; mistakes: number }, n: number): void {
  if (n !== trace.last + 1) trace.mistakes++;
  trace.last = n;
  trace.count++;
}
