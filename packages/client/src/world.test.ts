import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import { component, defineClass, defineGame, i8, type SeenEntity, text, u16, u32 } from "@ows/game";
import { startStandaloneZoneServer, type ZoneServer } from "@ows/zone-server";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Door } from "./backend.ts";
import { connectBy } from "./connect.ts";
import type { PlaceStorage } from "./saved-place.ts";
import type { World, WorldEvents } from "./world.ts";
import { WorldClosedError } from "./world-state.ts";

/** Counts every tap, and every tap that does not follow the one before it. */
const Tally = component({ taps: u32, last: u16, outOfOrder: u16, steps: u32 }, { seenBy: "owner" });
const Coat = component({ colour: u16 });
const Tapper = defineClass("Tapper", { components: { Tally, Coat }, maxSpeed: 12 });
const bounds = { minX: -500, minY: -500, maxX: 500, maxY: 500 };
const game = defineGame({
  tickHz: 50,
  viewRadius: 100,
  classes: [Tapper],
  player: Tapper,
  zones: { default: { bounds } },
  inputs: { move: { x: i8, y: i8 }, tap: { n: u16 }, say: { words: text(40) } },
  join: (player, ctx) => ctx.spawn(Tapper, { at: player.savedPosition ?? { x: 0, y: 0, z: 0 }, Coat: { colour: 7 } }),
  predict: {
    move(me, { x, y }, dt) {
      me.velocity.set(x, y).clampLength(1).scale(6);
      me.position.addScaled(me.velocity, dt);
    },
  },
  onInput: {
    move(me) {
      me.Tally.steps++;
    },
    tap(me, { n }) {
      me.Tally.taps++;
      if (n !== me.Tally.last + 1) me.Tally.outOfOrder++;
      me.Tally.last = n;
    },
    say(me, { words }, ctx) {
      ctx.emit("said", { words }, { at: me.position, radius: 50 });
    },
  },
});
type TestWorld = World<typeof Tapper.components, typeof game.definition.inputs>;

const quick = { backoff: { firstMs: 20, maxMs: 100 }, giveUpAfterMs: 1_500, giveUpFirstAfterMs: 300 };

function start(settings = {}): Promise<ZoneServer> {
  return startStandaloneZoneServer({ game, zoneName: "Meadow", admission: "open", settings });
}

function doorTo(url: string, name: string): Door & { knocks: number } {
  return {
    knocks: 0,
    async join() {
      this.knocks++;
      return { url, ticket: name };
    },
  };
}

function enter(url: string, name: string, options: { storage?: PlaceStorage } = {}): Promise<TestWorld> {
  return connectBy(doorTo(url, name), { game, character: name, policy: quick, seed: 1, ...options });
}

/** Resolves with the first payload that meets the condition. */
function heard<K extends keyof WorldEvents>(
  world: TestWorld,
  name: K,
  isIt: (payload: WorldEvents[K]) => boolean = () => true,
): Promise<WorldEvents[K]> {
  return new Promise((resolve) => {
    const stop = world.on(name, (payload) => {
      if (!isIt(payload)) return;
      stop();
      resolve(payload);
    });
  });
}

function until(world: TestWorld, isMet: () => boolean): Promise<unknown> {
  return isMet() ? Promise.resolve() : heard(world, "snapshot", isMet);
}

const tally = (world: TestWorld) => world.me?.get(Tally);

test("a player enters, walks ahead of the server, and both agree where it stands", async () => {
  await using server = await start();
  await using world = await enter(server.endpoint.url, "Ada");
  expect(world.state.phase).toBe("in-world");
  expect(world.server).toMatchObject({ zoneName: "Meadow", tickHz: 50 });
  world.input("move", { x: 1, y: 0 });
  await until(world, () => (tally(world)?.steps ?? 0) >= 25);
  world.input("move", { x: 0, y: 0 });
  const stopped = world.stats.snapshots + 25;
  await until(world, () => world.stats.snapshots > stopped && world.stats.unacknowledgedInputs < 4);
  const own = world.me?.entity.position.x ?? 0;
  expect(own).toBeGreaterThan(2.9);
  expect(world.stats.lastCorrectionMetres).toBeLessThan(1e-6);
  await using watcher = await enter(server.endpoint.url, "Bob");
  await until(watcher, () => watcher.entities.size === 1);
  const seen = [...watcher.entities.values()][0] as SeenEntity;
  expect(seen.position.x).toBeCloseTo(own, 1);
  expect(seen.get(Coat)).toEqual({ colour: 7 });
  expect(seen.get(Tally)).toBeUndefined();
});

test("1,000 inputs over three cut connections are applied exactly once each, in order", {
  timeout: 60_000,
}, async () => {
  await using server = await start();
  await using proxy = await CuttableProxy.to(server.endpoint.port);
  await using world = await enter(proxy.url, "Ada");
  const me = world.me?.ref;
  for (let n = 1; n <= 1_000; n++) {
    while (!world.input("tap", { n })) await heard(world, "snapshot");
    if (n % 250 === 0 && n < 1_000) {
      await until(world, () => world.stats.unacknowledgedInputs < 100);
      const back = heard(world, "connected");
      proxy.cut();
      // Taps go on while the link is down.
      for (let more = 0; more < 10; more++) expect(world.input("tap", { n: ++n })).toBe(true);
      await back;
    }
  }
  await until(world, () => tally(world)?.last === 1_000);
  expect(tally(world)).toMatchObject({ taps: 1_000, outOfOrder: 0 });
  expect(proxy.cuts).toBe(3);
  expect(world.me?.ref).toBe(me);
  expect(world.stats.lostInputs).toBe(0);
});

test("with a slow line prediction runs ahead and is never wrong", async () => {
  await using server = await start();
  await using proxy = await CuttableProxy.to(server.endpoint.port, 60);
  await using world = await enter(proxy.url, "Ada");
  const turns = [
    { x: 1, y: 0 },
    { x: 0, y: 1 },
    { x: -1, y: 1 },
    { x: 0, y: 0 },
  ];
  let most = 0;
  let ahead = 0;
  world.on("snapshot", ({ tick }) => {
    world.input("move", turns[Math.floor(tick / 7) % turns.length] ?? { x: 0, y: 0 });
    most = Math.max(most, world.stats.lastCorrectionMetres);
    ahead = Math.max(ahead, world.stats.unacknowledgedInputs);
  });
  await until(world, () => (tally(world)?.steps ?? 0) >= 90);
  expect(ahead).toBeGreaterThanOrEqual(5);
  expect(most).toBeLessThan(1e-9);
});

test("a reloaded page is back in its avatar by the stored token, without the backend", async () => {
  await using server = await start();
  const storage = new MemoryStorage();
  await using proxy = await CuttableProxy.to(server.endpoint.port);
  const door = doorTo(proxy.url, "Ada");
  const before = await connectBy(door, { game, character: "Ada", storage, policy: quick });
  const ref = before.me?.ref;
  // The page goes without a word.
  before.on("disconnected", () => before.leave());
  const gone = heard(before, "disconnected");
  const kept = new MemoryStorage(storage);
  proxy.cut();
  await gone;
  await using after = await connectBy(door, { game, character: "Ada", storage: kept, policy: quick });
  expect(after.me?.ref).toBe(ref);
  expect(door.knocks).toBe(1);
});

test("any WebSocket will do: the one of ws as well as Node's own", async () => {
  await using server = await start();
  await using world = await connectBy(doorTo(server.endpoint.url, "Ada"), {
    game,
    character: "Ada",
    webSocket: WebSocket,
  });
  expect(world.state.phase).toBe("in-world");
});

test("a second client of the same character takes over, and the first says so and stays away", async () => {
  await using server = await start();
  await using first = await enter(server.endpoint.url, "Ada");
  const closed = heard(first, "state", (state) => state.phase === "closed");
  await using second = await enter(server.endpoint.url, "Ada");
  expect(await closed).toMatchObject({ phase: "closed", code: "replaced", canRetry: true });
  expect(second.me?.ref).toBe(first.me?.ref);
  const lost = heard(second, "state", (state) => state.phase === "closed");
  first.retry();
  expect(await lost).toMatchObject({ code: "replaced" });
});

test("when the server stops the client asks the backend, and goes on at the next server", async () => {
  const first = await start();
  let url = first.endpoint.url;
  const door: Door = { join: async () => ({ url, ticket: "Ada" }) };
  await using world = await connectBy(door, { game, character: "Ada", policy: quick });
  await using second = await start();
  url = second.endpoint.url;
  const closing = heard(world, "closing");
  const back = heard(world, "connected");
  await first[Symbol.asyncDispose]();
  expect(await closing).toMatchObject({ code: "stopping", retry: true });
  await back;
  await until(world, () => world.me !== undefined);
  expect(world.state.phase).toBe("in-world");
});

test("a server that is gone for good ends in a clear message, and retry works when it is back", async () => {
  const server = await start();
  const world = await enter(server.endpoint.url, "Ada");
  const phases: string[] = [];
  world.on("state", (state) => phases.push(state.phase));
  const closed = heard(world, "state", (state) => state.phase === "closed");
  await server[Symbol.asyncDispose]();
  expect(await closed).toMatchObject({ code: "gave-up", canRetry: true });
  expect(phases).toEqual(["reconnecting", "closed"]);
  await using next = await start({ port: server.endpoint.port });
  const back = heard(world, "connected");
  world.retry();
  await back;
  expect(next.endpoint.port).toBe(server.endpoint.port);
  world.leave();
  expect(world.state).toMatchObject({ phase: "closed", code: "left" });
});

test("no server at all: the promise rejects with words for a person", async () => {
  const server = await start();
  const { url } = server.endpoint;
  await server[Symbol.asyncDispose]();
  await expect(enter(url, "Ada")).rejects.toThrow(WorldClosedError);
});

test("a wait that is called off rejects at once, also when it was before it began", async () => {
  const signal = AbortSignal.abort();
  const door = doorTo("ws://127.0.0.1:1", "Ada");
  const failed = connectBy(door, { game, character: "Ada", policy: quick, signal });
  await expect(failed).rejects.toMatchObject({ code: "left" });
});

test("another build of the game is refused with both sides' reason and not tried again", async () => {
  await using server = await start();
  const other = defineGame({ ...game.definition, tickHz: 30 });
  const door = doorTo(server.endpoint.url, "Ada");
  const failed = connectBy(door, { game: other, character: "Ada", policy: quick });
  await expect(failed).rejects.toMatchObject({ code: "incompatible" });
  expect(door.knocks).toBe(1);
});

test("events reach those within earshot, once", async () => {
  await using server = await start();
  await using ada = await enter(server.endpoint.url, "Ada");
  await using bob = await enter(server.endpoint.url, "Bob");
  const said: unknown[] = [];
  ada.on("event", ({ name, data }) => said.push([name, data]));
  ada.input("say", { words: "hello" });
  await heard(bob, "event", ({ name }) => name === "said");
  await until(ada, () => said.length > 0);
  expect(said).toEqual([["said", { words: "hello" }]]);
});

class MemoryStorage implements PlaceStorage {
  readonly #items: Map<string, string>;
  constructor(from?: MemoryStorage) {
    this.#items = new Map(from === undefined ? [] : from.#items);
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** Stands between client and server; a cut loses whatever is on its way, in both directions. */
class CuttableProxy implements AsyncDisposable {
  readonly url: string;
  cuts = 0;
  readonly #sockets: Set<Socket>;
  readonly #close: () => Promise<void>;

  private constructor(port: number, sockets: Set<Socket>, close: () => Promise<void>) {
    this.url = `ws://127.0.0.1:${port}`;
    this.#sockets = sockets;
    this.#close = close;
  }

  /** @param delayMs how long everything takes in each direction. */
  static async to(port: number, delayMs = 0): Promise<CuttableProxy> {
    const sockets = new Set<Socket>();
    const keep = (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    };
    const listener = createServer((near) => {
      const far = dial(port, "127.0.0.1");
      keep(near);
      keep(far);
      carry(near, far, delayMs);
      carry(far, near, delayMs);
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const close = () => new Promise<void>((resolve) => listener.close(() => resolve()));
    return new CuttableProxy((listener.address() as AddressInfo).port, sockets, close);
  }

  cut(): void {
    this.cuts++;
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#close();
  }
}

function carry(from: Socket, to: Socket, delayMs: number): void {
  from.on("data", (bytes) => {
    if (delayMs === 0) to.write(bytes);
    else setTimeout(() => to.writable && to.write(bytes), delayMs);
  });
  from.on("end", () => to.end());
}
