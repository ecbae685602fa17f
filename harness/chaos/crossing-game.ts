import { type EntityId, hash32 } from "@ows/base";
import { component, defineClass, defineGame, i8, ref, system, u8, u32 } from "@ows/game";

/** What the servers noted about one player's inputs: numbers that were lost, repeated or out of order are mistakes. */
export const Trace = component({ moves: u32, marks: u32, last: u32, mistakes: u32 }, { seenBy: "owner" });
/** Blows it struck, blows that went through the air because nobody stood there, and blows it took. */
export const Blows = component({ struck: u32, missed: u32, taken: u32 }, { seenBy: "owner" });
/**
 * Gaps in its life on the way to another server – of one tick that nobody simulated, of two, of more –, ticks that both
 * servers simulated, and ticks that its server had no time for.
 */
export const Life = component(
  { one: u32, two: u32, more: u32, longest: u8, repeated: u32, skipped: u32 },
  { seenBy: "owner" },
);
const Pulse = component({ tick: u32 }, { seenBy: "server" });

/** The newest tick in which this process has simulated an entity: what tells a way from a standstill. */
const lastHere = new Map<EntityId, number>();

const SPEED = 30;
const HALF = 200;
/** Who crosses starts near the middle and keeps to a lane of its own. */
const LANE_METRES = 180;
export const REACH_METRES = 12;

/** Named as the class of characters that every stack has from the start. */
export const Commuter = defineClass("Wanderer", {
  components: { Trace, Blows, Life, Pulse },
  maxSpeed: 1.2 * SPEED,
  calls: { struck: { by: ref } },
  onCall: {
    struck: (me) => ++me.Blows.taken,
  },
});

/** A zone whose only business is to be crossed: every server keeps account of what it did for each player. */
export default defineGame({
  tickHz: 20,
  viewRadius: 20,
  classes: [Commuter],
  player: Commuter,
  zones: { default: { bounds: { minX: -HALF, minY: -HALF, maxX: HALF, maxY: HALF } } },
  /** `move` in hundredths of full speed; marks are numbered by the client; a `strike` is answered by whom it hits. */
  inputs: { move: { x: i8, y: i8 }, mark: { n: u32 }, strike: { target: ref } },
  join: (player, ctx) =>
    ctx.spawn(Commuter, {
      at: player.savedPosition ?? { x: 2, y: (hash32(player.characterName) % (2 * LANE_METRES)) - LANE_METRES, z: 0 },
      // Its first tick is the one in which it comes.
      Pulse: { tick: ctx.tick - 1 },
    }),
  predict: {
    move(me, { x, y }, dt) {
      me.velocity.set(x / 100, y / 100).scale(SPEED);
      me.position.addScaled(me.velocity, dt);
    },
  },
  onInput: {
    move: (me) => void me.Trace.moves++,
    mark(me, { n }) {
      if (n !== me.Trace.last + 1) me.Trace.mistakes++;
      me.Trace.last = n;
      me.Trace.marks++;
    },
    async strike(me, { target }, ctx) {
      me.Blows.struck++;
      const other = ctx.see(target);
      if (other === undefined || me.distanceTo(other) > REACH_METRES) {
        me.Blows.missed++;
        return;
      }
      const answer = await ctx.call(target, "struck", { by: me.ref });
      ctx.tell(me.ref, "blow", { failure: answer.ok ? "" : answer.reason });
    },
  },
  everyTick: {
    live: system([Commuter], (me, ctx) => {
      const passed = ctx.tick - me.Pulse.tick;
      const stayed = lastHere.get(me.ref) === me.Pulse.tick;
      lastHere.set(me.ref, ctx.tick);
      if (passed <= 0) me.Life.repeated++;
      if (passed > 1 && stayed) me.Life.skipped += passed - 1;
      if (passed > 1 && !stayed) {
        me.Life[passed === 2 ? "one" : passed === 3 ? "two" : "more"]++;
        me.Life.longest = Math.max(me.Life.longest, Math.min(255, passed - 1));
      }
      me.Pulse.tick = ctx.tick;
    }),
  },
});
