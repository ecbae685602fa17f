import { component, defineClass, defineGame, i8, u8 } from "@ows/game";

/** Walking at full speed. */
export const METRES_PER_TICK = 0.4;
const TICK_HZ = 20;

/** What everybody sees of a player; what is saved and only its player sees. */
export const Coat = component({ hue: u8 });
export const Purse = component({ coins: u8 }, { seenBy: "owner", saved: true });

/** Named as the class of characters that every stack has from the start. */
export const Wearer = defineClass("Wanderer", {
  components: { Coat, Purse },
  maxSpeed: 2 * METRES_PER_TICK * TICK_HZ,
});

/** A wide zone of people who walk, dress and earn: what of it outlives a server can be told apart. */
export default defineGame({
  tickHz: TICK_HZ,
  viewRadius: 20,
  classes: [Wearer],
  player: Wearer,
  zones: { default: { bounds: { minX: -150, minY: -150, maxX: 150, maxY: 150 } } },
  inputs: { move: { x: i8, y: i8 }, go: { x: i8, y: i8 }, dress: { hue: u8 }, earn: { coins: u8 }, save: {} },
  join: (player, ctx) =>
    ctx.spawn(Wearer, { at: player.savedPosition ?? { x: 2, y: 2, z: 0 }, yaw: player.savedYaw, ...player.saved }),
  predict: {
    /** In hundredths of full speed. */
    move(me, { x, y }, dt) {
      me.velocity.set(x / 100, y / 100).scale(METRES_PER_TICK / dt);
      me.position.addScaled(me.velocity, dt);
    },
  },
  onInput: {
    /** At once, in units of 3 m. */
    go: (me, { x, y }, ctx) => ctx.teleport(me, { x: 3 * x, y: 3 * y, z: 0 }),
    dress(me, { hue }) {
      me.Coat.hue = hue;
    },
    earn(me, { coins }) {
      me.Purse.coins += coins;
    },
    save: (me, _, ctx) => ctx.save(me),
  },
});
