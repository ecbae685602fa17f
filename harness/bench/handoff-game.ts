import type { Entity } from "@ows/game";
import { component, defineClass, defineGame, i8, system, text, u16 } from "@ows/game";
import type { Partition, ServerId } from "@ows/mesh";
import { staticPartition } from "@ows/mesh";

/*
 * Two servers share a square; their border is x = 0. Everybody walks to and fro on a line across it, far enough to
 * change servers each time, or beside it without being announced to the other one: twice the same world, in which all
 * that differs is the handoffs.
 */
const HALF_METERS = 200;
const BOUNDS = { minX: -HALF_METERS, minY: -HALF_METERS, maxX: HALF_METERS, maxY: HALF_METERS };
/** Beyond the border plus the 5 m that make a handoff. */
const ACROSS_METERS = 7;
/** Width of the strip, the same in both ways. */
const STRIP_METERS = 2 * ACROSS_METERS;

const Health = component({ now: u16, max: u16 });
const Name = component({ text: text(16) });
/** What a player carries and nobody sees: with it, its state is about 2 KB. */
const Bag = component({ things: text(900), more: text(900) }, { seenBy: "owner" });

export type HandoffOrder = {
  readonly self: ServerId;
  /** Of both servers together. */
  readonly entities: number;
  readonly kind: HandoffKind;
  /** Metres per second. */
  readonly speed: number;
  readonly tickHz: number;
  readonly seed: number;
};

/** What is handed over: creatures with a name and health, players with 2 KB of state whose clients are away, or are there. */
export type HandoffKind = "creatures" | "players" | "clients";

/** How everybody walks now. */
export type Course = { isCrossing: boolean };

/** From one end of the strip to the other, in whole ticks. */
export function secondsAcross({ speed, tickHz }: Pick<HandoffOrder, "speed" | "tickHz">): number {
  return (Math.floor((STRIP_METERS * tickHz) / speed) + 1) / tickHz;
}

export function handoffPartition(): Partition {
  return staticPartition(BOUNDS, [1, 2]);
}

export function handoffGame({ self, entities, kind, speed, tickHz }: HandoffOrder, course: Course) {
  const limits = { maxSpeed: speed * 1.25 };
  const Creature = defineClass("Creature", { components: { Health, Name }, ...limits });
  const Avatar = defineClass("Avatar", { components: { Health, Name, Bag }, ...limits });
  const load = { things: "x".repeat(900), more: "y".repeat(900) };
  // Announced a second ahead.
  const nearest = speed + 3;
  const walk = (me: Pick<Entity, "position" | "velocity">, dt: number) => {
    const { position, velocity } = me;
    const side = self === 1 ? -1 : 1;
    const middle = course.isCrossing ? 0 : side * (nearest + STRIP_METERS / 2);
    const away = position.x - middle;
    const isOutside = Math.abs(away) > STRIP_METERS / 2;
    if (isOutside || velocity.x === 0) velocity.set(away > 0 ? -speed : speed, 0, 0);
    position.addScaled(velocity, dt);
  };
  return defineGame({
    tickHz,
    viewRadius: 50,
    classes: [Avatar, Creature],
    player: Avatar,
    zones: {
      default: {
        bounds: BOUNDS,
        populate(ctx) {
          if (kind !== "creatures") return;
          for (let i = 0; i < entities; i++) {
            const at = { x: (ctx.random.float() - 0.5) * STRIP_METERS, y: lane(ctx.random.float()), z: 0 };
            ctx.spawn(Creature, { at, Health: { now: 100, max: 100 }, Name: { text: `Creature ${i}` } });
          }
        },
      },
    },
    inputs: { move: { x: i8, y: i8 } },
    join(player, ctx) {
      const side = self === 1 ? -1 : 1;
      const at = { x: (side * ctx.random.float() * STRIP_METERS) / 2, y: lane(ctx.random.float()), z: 0 };
      const values = { Health: { now: 100, max: 100 }, Name: { text: player.characterName }, Bag: load };
      return ctx.spawn(Avatar, { at, ...values });
    },
    everyTick: { walk: system([Creature, Avatar], (me, ctx) => walk(me, ctx.dt)) },
  });
}

function lane(random: number): number {
  return (random - 0.5) * 2 * (HALF_METERS - 5);
}
