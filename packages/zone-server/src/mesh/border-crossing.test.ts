import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import { borderGame } from "../testing/border-game.test-kit.ts";
import type { KitClient } from "../testing/kit-client.test-kit.ts";
import { MeshKit } from "../testing/mesh-kit.test-kit.ts";

/** Walks a client to and fro over x = 0 until it has changed servers `crossings` times. Answers the steps it sent. */
async function commute(kit: MeshKit, client: KitClient, id: EntityId, crossings: number): Promise<number> {
  let n = 0;
  let direction = 1;
  const wanted = client.welcomes.length + crossings;
  while (client.welcomes.length < wanted) {
    if (n > crossings * 400) throw new Error(`${client.welcomes.length} of ${wanted} welcomes after ${n} steps`);
    if ((client.own?.x ?? 0) > 9) direction = -1;
    if ((client.own?.x ?? 0) < -9) direction = 1;
    client.input("step", { dx: 10 * direction, dy: 0, n: ++n });
    await kit.step();
    expect(kit.ownersOf(id).length).toBeLessThanOrEqual(1);
    expect(kit.simulatorsOf(id)).toEqual(kit.ownersOf(id));
  }
  await kit.until(() => !client.hasUnacked);
  return n;
}

async function entered(kit: MeshKit, name: string, server: number): Promise<{ client: KitClient; id: EntityId }> {
  const client = kit.enter(name, server);
  await kit.until(() => client.welcomes.length > 0);
  const id = kit.servers.flatMap(({ runtime }) => runtime.players.byName(name)?.entityId ?? [])[0] as EntityId;
  return { client, id };
}

test("a player that crosses the border 200 times keeps its id, and every input counts once", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2, settings: { minimumStayMs: 200 } });
  const { client, id } = await entered(kit, "Ada", 2);
  const steps = await commute(kit, client, id, 200);
  expect(client.problems).toEqual([]);
  expect(client.trace).toEqual({ count: steps, last: steps, mistakes: 0 });
  expect(client.openLinks).toBe(2);
  // Then it has a link to either server, and is only waited for.
  expect(client.sentAhead).toBe(1);
  expect(kit.ownersOf(id).length).toBe(1);
  expect(kit.reports.filter(({ outcome }) => outcome === "done").length).toBeGreaterThanOrEqual(200);
});

test("what walks to and fro within the hysteresis changes hands never", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const { client, id } = await entered(kit, "Ada", 2);
  let direction = 1;
  for (let n = 1; n <= 3_000; n++) {
    const x = client.own?.x ?? 2;
    if (x > 1.9) direction = -1;
    if (x < -1.9) direction = 1;
    client.input("step", { dx: direction, dy: 0, n });
    await kit.step();
  }
  expect(client.welcomes.length).toBe(1);
  expect(kit.ownersOf(id)).toEqual([2]);
  expect(kit.reports).toEqual([]);
  expect(kit.server(2).runtime.mesh?.log.done).toBe(0);
});

test("a client whose silent link breaks while its avatar is on the way back is sent there again", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2, settings: { minimumStayMs: 200 } });
  const { client, id } = await entered(kit, "Ada", 2);
  let steps = await commute(kit, client, id, 1);
  for (let round = 1; round <= 5; round++) {
    const towards = client.server === 1 ? 1 : -1;
    const isAwaited = () => kit.servers.some(({ runtime }) => runtime.mesh?.desk.targetOf(id) !== undefined);
    while (!isAwaited()) {
      client.input("step", { dx: 10 * towards, dy: 0, n: ++steps });
      await kit.step();
    }
    client.cutSilentLinks();
    const before = client.welcomes.length;
    await kit.until(() => {
      client.input("step", { dx: 10 * towards, dy: 0, n: ++steps });
      return client.welcomes.length > before;
    });
    expect(client.sentAhead).toBe(1 + round);
  }
  await kit.until(() => !client.hasUnacked);
  expect(client.trace).toEqual({ count: steps, last: steps, mistakes: 0 });
});

test("a save of an earlier stay that is refused late leaves alone who has come back since", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2, settings: { minimumStayMs: 200 } });
  const { client, id } = await entered(kit, "Ada", 2);
  const { promise: gate, resolve: answer } = Promise.withResolvers<void>();
  let asked = 0;
  kit.characters.save = async (saves) => {
    asked++;
    await gate;
    return saves.map(({ characterName }) => ({ characterName, reason: "stale-epoch" }));
  };
  const { runtime } = kit.server(2);
  const epoch = runtime.players.byEntity(id)?.epoch ?? { term: 0, count: 0 };
  const place = { position: { x: 0, y: 0, z: 0 }, yaw: 0, saved: {}, release: false };
  runtime.saves.put({ characterName: "Ada", entityId: id, epoch, ...place });
  await kit.until(() => asked > 0);
  await commute(kit, client, id, 2);
  expect(kit.ownersOf(id)).toEqual([2]);
  answer();
  await runtime.saves.drained();
  await kit.step(5);
  expect([kit.ownersOf(id), client.closings]).toEqual([[2], []]);
});

test("a creature keeps its id, its timers and its random numbers while it goes to and fro", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2, settings: { minimumStayMs: 200 } });
  const { client } = await entered(kit, "Ada", 2);
  client.input("unleash");
  await kit.until(() => !client.hasUnacked);
  const dog = kit.servers.flatMap(({ runtime: { world } }) =>
    [...world.store.liveSlots()]
      .filter((slot) => world.classOf(slot).name === "Dog" && !world.store.isGhost(slot))
      .map((slot) => world.store.ids[slot] as EntityId),
  )[0] as EntityId;
  const start = kit.tick;
  const owners = new Set<number>();
  for (let i = 0; i < 3_000; i++) {
    await kit.step();
    expect(kit.simulatorsOf(dog).length).toBeLessThanOrEqual(1);
    expect(kit.ownersOf(dog)).toEqual(kit.simulatorsOf(dog));
    for (const owner of kit.ownersOf(dog)) owners.add(owner);
  }
  expect(owners).toEqual(new Set([1, 2]));
  const done = kit.reports.filter(({ entity, outcome }) => entity === dog && outcome === "done").length;
  expect(done).toBeGreaterThan(40);
  const { world } = kit.server(kit.ownersOf(dog)[0] as number).runtime;
  const pace = world.store.componentValues(world.store.slotOf(dog) as number, "Pace");
  // Ten ticks a beat; a handoff costs a timer one tick at most.
  const beats = (kit.tick - start) / 10;
  expect(pace.beats as number).toBeGreaterThan(beats - done / 10 - 2);
  expect(pace.beats as number).toBeLessThan(beats + done / 10 + 2);
});

test("around a corner where four regions meet, a walker has one owner at every tick and no thrash", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 4 });
  const { client, id } = await entered(kit, "Ada", 1);
  await kit.until(() => client.own !== undefined);
  let n = 0;
  for (let i = 0; i < 1_500; i++) {
    const angle = (i / 250) * 2 * Math.PI;
    const [wantX, wantY] = [12 * Math.cos(angle), 12 * Math.sin(angle)];
    const { x, y } = client.own ?? { x: 0, y: 0 };
    const cut = (d: number) => Math.max(-10, Math.min(10, Math.round(d * 10)));
    client.input("step", { dx: cut(wantX - x), dy: cut(wantY - y), n: ++n });
    await kit.step();
    expect(kit.ownersOf(id).length).toBeLessThanOrEqual(1);
    expect(kit.simulatorsOf(id)).toEqual(kit.ownersOf(id));
  }
  await kit.until(() => !client.hasUnacked);
  expect(client.trace).toEqual({ count: n, last: n, mistakes: 0 });
  expect(new Set(client.welcomes.map(({ zoneInstanceId }) => zoneInstanceId)).size).toBe(4);
  // Six rounds of four borders; a stay is at least a second.
  expect(client.welcomes.length).toBeGreaterThan(12);
  expect(client.welcomes.length).toBeLessThanOrEqual(30);
  expect(client.problems).toEqual([]);
});

test("a client that opens no second link plays on when it comes back with its token", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const { client, id } = await entered(kit, "Ada", 2);
  client.opensWarmLinks = false;
  const token = client.resumeToken ?? "";
  let n = 0;
  await kit.until(() => {
    if (n < 20) client.input("step", { dx: -10, dy: 0, n: ++n });
    return kit.ownersOf(id)[0] === 1;
  });
  const player = kit.server(1).runtime.players.byEntity(id);
  expect(player?.stream).toBeUndefined();
  client.enter(kit.server(1).runtime, token, "resume");
  await kit.until(() => client.server === 1 && !client.hasUnacked);
  expect(client.trace).toEqual({ count: n, last: n, mistakes: 0 });
});

test("a token that is told after its avatar came, or left again, ends no link", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const { client, id } = await entered(kit, "Ada", 2);
  let n = 0;
  await kit.until(() => {
    if (n < 20) client.input("step", { dx: -10, dy: 0, n: ++n });
    return kit.ownersOf(id)[0] === 1 && client.server === 1;
  });
  client.presents("of a handoff that is over");
  client.presents("of another", kit.server(2).runtime);
  expect(client.openLinks).toBe(2);
  // Then it has a link to either server, and is only waited for.
  expect(client.sentAhead).toBe(1);
  await kit.until(() => !client.hasUnacked);
  expect(client.trace).toEqual({ count: n, last: n, mistakes: 0 });
});

test("in a storm everybody changes servers all the time, and every input counts once", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 3, settings: { isStorm: true } });
  const walkers = await Promise.all([1, 2, 3, 1, 2].map((server, i) => entered(kit, `Walker ${i}`, server)));
  for (const { client } of walkers) client.input("unleash");
  for (let n = 1; n <= 1_000; n++) {
    for (const { client } of walkers) client.input("step", { dx: n % 2 === 0 ? 5 : -5, dy: 0, n });
    await kit.step();
    for (const { id } of walkers) expect(kit.ownersOf(id).length).toBeLessThanOrEqual(1);
  }
  await kit.until(() => walkers.every(({ client }) => !client.hasUnacked));
  for (const { client, id } of walkers) {
    expect(client.trace).toEqual({ count: 1_000, last: 1_000, mistakes: 0 });
    expect(client.problems).toEqual([]);
    expect(client.welcomes.length).toBeGreaterThan(8);
    // All of them were handed over, but for the way in.
    expect(client.toldAtOnce).toBeGreaterThanOrEqual(client.welcomes.length - 1);
    expect(kit.ownersOf(id).length).toBe(1);
  }
});

test("a group changes hands all together or not at all", async () => {
  let pair: readonly EntityId[] = [];
  const unitOf = (id: EntityId) => (pair.includes(id) ? pair : [id]);
  await using kit = await MeshKit.start({ game: borderGame, servers: 2, unitOf });
  const { client } = await entered(kit, "Ada", 2);
  client.input("unleash");
  client.input("unleash");
  await kit.until(() => !client.hasUnacked);
  pair = kit.servers.flatMap(({ runtime: { world } }) =>
    [...world.store.liveSlots()]
      .filter((slot) => world.classOf(slot).name === "Dog" && !world.store.isGhost(slot))
      .map((slot) => world.store.ids[slot] as EntityId),
  );
  const [first, second] = pair as [EntityId, EntityId];
  const owners = new Set<number>();
  for (let i = 0; i < 1_500; i++) {
    await kit.step();
    expect(kit.simulatorsOf(second)).toEqual(kit.simulatorsOf(first));
    expect(kit.ownersOf(second)).toEqual(kit.ownersOf(first));
    for (const owner of kit.ownersOf(first)) owners.add(owner);
  }
  expect(owners).toEqual(new Set([1, 2]));
});
