import { bool, component, defineClass, defineGame, i8, ref, text, u8, u16 } from "@ows/game";

/** The small game that the golden vectors in `vectors/` are written in; its tables stand in each file. */
const Health = component({ now: u16, max: u16 });
const Name = component({ text: text(24) });
const Swing = component({ ready: bool }, { seenBy: "owner" });
const Secret = component({ seed: u8 }, { seenBy: "server" });

const Wanderer = defineClass("Wanderer", { components: { Health, Name, Swing, Secret }, maxSpeed: 12 });
const Stone = defineClass("Stone", { components: { Health } });

export const vectorGame = defineGame({
  tickHz: 20,
  viewRadius: 100,
  classes: [Wanderer, Stone],
  player: Wanderer,
  zones: { default: { bounds: { minX: -100, minY: -100, maxX: 100, maxY: 100 } } },
  inputs: { move: { x: i8, y: i8 }, hit: { target: ref }, say: { text: text(120) } },
  join: (player, ctx) => ctx.spawn(Wanderer, { at: player.savedPosition ?? ctx.spawnPoint() }),
});
