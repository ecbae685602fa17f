import { type Bounds, component, defineClass, defineGame, type Entity, i8, system, text, u16 } from "@ows/game";

const Health = component({ now: u16, max: u16 });
const Name = component({ text: text(16) });
/** What an entity carries and nobody sees: makes its state about 2 KB. */
const Bag = component({ things: text(900), more: text(900) }, { seenBy: "owner" });

export const VIEW_RADIUS_METERS = 50;
/** Half of a walker's way to and fro over a border, and the radius of a way around a corner. */
const SWING_METERS = 2;
const ORBIT_METERS = 3;

/** How walkers move; the middle of the zone is a border, or the corner of four regions. */
export type Motion =
  /** Straight on, with headings spread evenly over the circle; turned back at the bounds. */
  | { readonly kind: "gas" }
  /** 200 ± 2 m over the border x = 0, then 50 around the middle. */
  | { readonly kind: "ping-pong"; readonly swinging: number };

export type MeshGameOptions = {
  readonly bounds: Bounds;
  readonly walkers: number;
  /** Metres per second. */
  readonly speed: number;
  readonly tickHz: number;
  readonly motion: Motion;
};

/** The game of the mesh workloads: walkers that the server moves, and avatars that clients steer. */
export function meshGame({ bounds, walkers, speed, tickHz, motion }: MeshGameOptions) {
  const maxSpeed = speed * 1.25;
  const Walker = defineClass("Walker", { components: { Health, Name, Bag }, maxSpeed });
  const Swinger = defineClass("Swinger", { components: { Health, Name, Bag }, maxSpeed });
  const Orbiter = defineClass("Orbiter", { components: { Health, Name, Bag }, maxSpeed });
  const Avatar = defineClass("Avatar", { components: { Health, Name, Bag }, maxSpeed });
  const load = { things: "x".repeat(900), more: "y".repeat(900) };
  const [width, height] = [bounds.maxX - bounds.minX, bounds.maxY - bounds.minY];
  return defineGame({
    tickHz,
    viewRadius: VIEW_RADIUS_METERS,
    classes: [Avatar, Walker, Swinger, Orbiter],
    player: Avatar,
    zones: {
      default: {
        bounds,
        populate(ctx) {
          const phase = ctx.random.float();
          for (let i = 0; i < walkers; i++) {
            const values = { Health: { now: 100, max: 100 }, Name: { text: `Walker ${i}` }, Bag: load };
            const [u, v] = [ctx.random.float(), ctx.random.float()];
            if (motion.kind === "gas") {
              const at = { x: bounds.minX + u * width, y: bounds.minY + v * height, z: 0 };
              const heading = ((i + phase) / walkers) * 2 * Math.PI;
              const walker = ctx.spawn(Walker, { at, ...values });
              walker.velocity.set(Math.cos(heading) * speed, Math.sin(heading) * speed, 0);
            } else if (i < motion.swinging) {
              const at = { x: (2 * u - 1) * SWING_METERS, y: bounds.minY + v * height, z: 0 };
              ctx.spawn(Swinger, { at, ...values }).velocity.set(i % 2 === 0 ? speed : -speed, 0, 0);
            } else {
              const angle = u * 2 * Math.PI;
              const at = { x: Math.cos(angle) * ORBIT_METERS, y: Math.sin(angle) * ORBIT_METERS, z: 0 };
              ctx.spawn(Orbiter, { at, ...values });
            }
          }
        },
      },
    },
    inputs: { move: { x: i8, y: i8 }, roam: { x: i8, y: i8 } },
    join(player, ctx) {
      const at = { x: bounds.minX + ctx.random.float() * width, y: bounds.minY + ctx.random.float() * height, z: 0 };
      const values = { Health: { now: 100, max: 100 }, Name: { text: player.characterName }, Bag: load };
      return ctx.spawn(Avatar, { at, ...values });
    },
    predict: {
      move(me, input, dt) {
        me.velocity
          .set(input.x, input.y)
          .scale(1 / 127)
          .clampLength(1)
          .scale(speed);
        me.position.addScaled(me.velocity, dt);
      },
      /** Straight on in the first direction, and turned back at the walls. */
      roam(me, input, dt) {
        if (me.velocity.x === 0 && me.velocity.y === 0) {
          me.velocity
            .set(input.x, input.y)
            .scale(1 / 127)
            .clampLength(1)
            .scale(speed);
        }
        me.position.addScaled(me.velocity, dt);
        turnBack(me, bounds);
      },
    },
    everyTick: {
      walk: system([Walker], (me, ctx) => {
        me.position.addScaled(me.velocity, ctx.dt);
        if (motion.kind === "gas") turnBack(me, bounds);
      }),
      swing: system([Swinger], (me, ctx) => {
        me.position.addScaled(me.velocity, ctx.dt);
        const { x, y } = me.position;
        if (Math.abs(x) <= SWING_METERS) return;
        me.position.set(Math.sign(x) * (2 * SWING_METERS - Math.abs(x)), y, 0);
        me.velocity.set(-me.velocity.x, 0, 0);
      }),
      orbit: system([Orbiter], (me, ctx) => {
        const angle = Math.atan2(me.position.y, me.position.x) + (speed / ORBIT_METERS) * ctx.dt;
        me.velocity.set(-Math.sin(angle) * speed, Math.cos(angle) * speed, 0);
        me.position.set(Math.cos(angle) * ORBIT_METERS, Math.sin(angle) * ORBIT_METERS, 0);
      }),
    },
  });
}

function turnBack({ position, velocity }: Pick<Entity, "position" | "velocity">, walls: Bounds): void {
  const x = mirrored(position.x, walls.minX, walls.maxX);
  const y = mirrored(position.y, walls.minY, walls.maxY);
  velocity.set(x === position.x ? velocity.x : -velocity.x, y === position.y ? velocity.y : -velocity.y, 0);
  position.set(x, y, 0);
}

function mirrored(at: number, min: number, max: number): number {
  if (at < min) return 2 * min - at;
  // The upper border belongs to the ground beyond it.
  return at >= max ? 2 * max - at - 1e-6 : at;
}
