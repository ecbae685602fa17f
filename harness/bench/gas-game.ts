import { component, defineClass, defineGame, i8, text, u16 } from "@ows/game";

/*
 * The game of the crowd workload: avatars on a square that is just large enough for each to see about 50 others.
 * Nothing else happens, so what is measured is the runtime. Its size comes from the number of players.
 */
const Health = component({ now: u16, max: u16 });
const Name = component({ text: text(16) });

export const Gas = defineClass("Gas", { components: { Health, Name }, maxSpeed: 12 });

export const VIEW_RADIUS_METRES = 50;
const NEIGHBOURS = 50;

/** Side of the square in metres on which `players` see `NEIGHBOURS` others each, away from its edges. */
export function sideFor(players: number): number {
  return Math.sqrt((players * Math.PI * VIEW_RADIUS_METRES ** 2) / NEIGHBOURS);
}

const half = sideFor(Number(process.env.GAS_PLAYERS ?? 100)) / 2;

export default defineGame({
  tickHz: 20,
  viewRadius: VIEW_RADIUS_METRES,
  classes: [Gas],
  player: Gas,
  zones: { default: { bounds: { minX: -half, minY: -half, maxX: half, maxY: half } } },
  inputs: { move: { x: i8, y: i8 } },
  join(player, ctx) {
    const at = { x: (ctx.random.float() * 2 - 1) * half, y: (ctx.random.float() * 2 - 1) * half, z: 0 };
    return ctx.spawn(Gas, { at, Health: { now: 100, max: 100 }, Name: { text: player.characterName } });
  },
  predict: {
    move(me, input, dt) {
      me.velocity.set(input.x, input.y).clampLength(1).scale(6);
      me.position.addScaled(me.velocity, dt);
      me.yaw = Math.atan2(me.velocity.y, me.velocity.x);
    },
  },
});
