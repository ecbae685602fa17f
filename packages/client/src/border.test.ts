import { component, defineClass, defineGame, i8, u32 } from "@ows/game";
import { MeshKit } from "@ows/zone-server/testing/mesh-kit";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { connectBy } from "./connect.ts";
import type { WebSocketConstructor } from "./game-link.ts";
import type { Handoff } from "./handoff-meter.ts";

/** Counts taps that were lost, repeated or out of order. */
const Trace = component({ count: u32, last: u32, mistakes: u32 }, { seenBy: "owner", saved: true });
const Walker = defineClass("Walker", { components: { Trace }, maxSpeed: 40 });
const game = defineGame({
  tickHz: 50,
  viewRadius: 60,
  classes: [Walker],
  player: Walker,
  zones: { default: { bounds: { minX: -200, minY: -200, maxX: 200, maxY: 200 } } },
  inputs: { move: { x: i8 }, tap: { n: u32 } },
  join: (player, ctx) => ctx.spawn(Walker, { at: player.savedPosition ?? { x: -2, y: 2, z: 0 } }),
  predict: {
    move(me, { x }, dt) {
      me.velocity.set(30 * x, 0, 0);
      me.position.addScaled(me.velocity, dt);
    },
  },
  onInput: {
    tap({ Trace: trace }, { n }) {
      trace.count++;
      if (n !== trace.last + 1) trace.mistakes++;
      trace.last = n;
    },
  },
});

const quick = { backoff: { firstMs: 20, maxMs: 100 }, giveUpAfterMs: 3_000 };

/** Servers of the kit name each other `ws://kit:<id>`; for clients they listen on real ports. */
function dialerOf(kit: MeshKit): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string) {
      super(`ws://127.0.0.1:${kit.server(Number(url.split(":").at(-1))).runtime.port}`);
    }
  };
}

/** Runs the kit at its own pace until disposed. */
function ticking(kit: MeshKit): AsyncDisposable {
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      const startMs = performance.now();
      await kit.step();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 20 - (performance.now() - startMs))));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await running;
    },
  };
}

test("over a border of real servers to and fro: every input once, in order, and the avatar never leaves", {
  timeout: 60_000,
}, async () => {
  await using kit = await MeshKit.start({ game, servers: 2, settings: { minimumStayMs: 200 } });
  await using _ = ticking(kit);
  const door = { join: async () => ({ url: "ws://kit:1", ticket: "Ada" }) };
  await using world = await connectBy(door, {
    ...{ game, character: "Ada", policy: quick, seed: 1 },
    webSocket: dialerOf(kit),
  });
  const me = world.me;
  const problems: string[] = [];
  const handoffs: Handoff[] = [];
  let worstCorrection = 0;
  world.on("state", ({ phase, message }) => problems.push(`${phase}: ${message}`));
  world.on("trouble", ({ message }) => problems.push(message));
  world.on("handoff", (handoff) => handoffs.push(handoff));
  let n = 0;
  await new Promise<void>((resolve) => {
    const stop = world.on("snapshot", () => {
      if (world.me !== me) problems.push("another avatar");
      worstCorrection = Math.max(worstCorrection, world.stats.lastCorrectionMetres);
      const x = world.me?.entity.position.x ?? 0;
      if (Math.abs(x) > 9 || n === 0) world.input("move", { x: x > 0 ? -1 : 1 });
      if (world.input("tap", { n: n + 1 })) n++;
      if (world.stats.handoffs < 20) return;
      stop();
      resolve();
    });
  });
  await expect.poll(() => world.me?.get(Trace)?.last, { timeout: 5_000 }).toBe(n);
  expect(problems).toEqual([]);
  const { count, mistakes } = world.me?.get(Trace) ?? {};
  expect({ count, mistakes }).toEqual({ count: n, mistakes: 0 });
  expect(worstCorrection).toBeLessThan(0.01);
  expect(handoffs.length).toBeGreaterThan(0);
  expect(world.stats.lostInputs).toBe(0);
  expect(world.stats.warmLinks).toBe(1);
});
