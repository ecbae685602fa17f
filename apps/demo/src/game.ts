import { type Context, defineGame, i8, ref, system, text } from "@ows/game";
import { Dummy, hop, Slime, spawnDummy, spawnSlime } from "./game/creatures.ts";
import { keepOutOfProps, sceneries } from "./game/scenery.ts";
import { arrive, BODY_RADIUS, HIT_RANGE, SIGHT, WALK_SPEED, Wanderer } from "./game/wanderer.ts";

const SWING_MS = 420;
const EARSHOT = 45;
const MS_BETWEEN_LINES = 900;
/** A wanderer gets a point of health back this often, in ticks. */
const REGEN_TICKS = 10;

/** A meadow to wander in, slimes to hit, people to talk to. The demo, and an example of a game that knows no mesh. */
export default defineGame({
  tickHz: 20,
  viewRadius: 70,
  classes: [Wanderer, Dummy, Slime],
  player: Wanderer,
  zones: {
    Meadow: {
      bounds: sceneries[1]!.bounds,
      spawnPoints: spawnPoints(14),
      populate(ctx) {
        for (let i = 0; i < 6; i++) spawnDummy(ctx, Math.cos(i * 1.047) * 20, Math.sin(i * 1.047) * 20);
        for (let i = 0; i < 60; i++) {
          const away = 28 + ctx.random.float() * 160;
          const angle = ctx.random.float() * 2 * Math.PI;
          spawnSlime(ctx, Math.cos(angle) * away, Math.sin(angle) * away);
        }
      },
    },
    Cellar: {
      bounds: sceneries[2]!.bounds,
      spawnPoints: spawnPoints(10),
      populate(ctx) {
        for (const x of [-12, 0, 12]) spawnDummy(ctx, x, 23);
        for (let i = 0; i < 10; i++) spawnSlime(ctx, ctx.random.int(-24, 24), ctx.random.int(-24, 18));
      },
    },
    default: {
      bounds: sceneries[0]!.bounds,
      spawnPoints: spawnPoints(8),
      populate: (ctx) => [-12, 12].forEach((x) => void spawnDummy(ctx, x, 0)),
    },
  },
  /** `move` is a stick: hundredths of full speed. A `hit` without a target swings through the air. */
  inputs: { move: { x: i8, y: i8 }, hit: { target: ref }, say: { line: text(120) } },
  join: arrive,
  predict: {
    move(me, { x, y }, dt) {
      if (me.Health.now === 0) {
        me.velocity.set(0, 0);
        return;
      }
      me.velocity
        .set(x / 100, y / 100)
        .clampLength(1)
        .scale(WALK_SPEED);
      if (x === 0 && y === 0) return;
      me.yaw = Math.atan2(y, x);
      me.position.addScaled(me.velocity, dt);
      keepOutOfProps(me.Realm.scenery, me.position, BODY_RADIUS);
    },
  },
  onInput: {
    async hit(me, { target }, ctx) {
      if (!me.Swing.ready || me.Health.now === 0) return;
      me.Swing.ready = false;
      ctx.after(SWING_MS, "ready", me);
      const other = ctx.see(target);
      const isInReach = other !== undefined && other.ref !== me.ref && me.distanceTo(other) <= HIT_RANGE;
      if (isInReach) me.yaw = Math.atan2(other.position.y - me.position.y, other.position.x - me.position.x);
      ctx.emit("swing", { who: me.ref, yaw: me.yaw }, { at: me.position, radius: SIGHT });
      if (!isInReach) return;
      const result = await ctx.call(other.ref, "hurt", { by: me.ref, amount: ctx.random.int(6, 13) });
      if (result.ok) ctx.tell(me.ref, "hit", { target, result: result.value });
    },
    say(me, { line }, ctx) {
      const said = cleanLine(line);
      if (said === "" || ctx.tick < me.Voice.freeAtTick) return;
      me.Voice.freeAtTick = ctx.tick + Math.ceil((MS_BETWEEN_LINES / 1000) * 20);
      ctx.emit("say", { who: me.ref, name: me.Name.text, line: said }, { at: me.position, radius: EARSHOT });
    },
  },
  everyTick: {
    hop,
    regen: system([Wanderer], (me, ctx: Context) => {
      const isHurt = me.Health.now > 0 && me.Health.now < me.Health.max;
      if (isHurt && ctx.tick % REGEN_TICKS === 0) me.Health.now++;
    }),
  },
});

function spawnPoints(metres: number) {
  return {
    east: { x: metres, y: 0, z: 0 },
    west: { x: -metres, y: 0, z: 0 },
    north: { x: 0, y: metres + 4, z: 0 },
    south: { x: 0, y: -metres, z: 0 },
  };
}

/** One line of text: no control characters, no blanks around it. */
function cleanLine(line: string): string {
  return line.replace(/\p{Cc}/gu, " ").trim();
}
