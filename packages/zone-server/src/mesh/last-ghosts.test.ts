import type { EntityId } from "@ows/base";
import { component, defineClass, defineGame, i8, u8 } from "@ows/game";
import { expect, test } from "vitest";
import { MeshKit } from "../testing/mesh-kit.test-kit.ts";

/** What everybody sees of a walker, what is saved of it and only its player sees, and what is neither. */
const Coat = component({ hue: u8 });
const Purse = component({ coins: u8 }, { seenBy: "owner", saved: true });
const Mood = component({ level: u8 }, { seenBy: "owner" });
const Walker = defineClass("Walker", { components: { Coat, Purse, Mood }, maxSpeed: 60 });
const Dog = defineClass("Dog", { components: { Coat }, maxSpeed: 60 });

const game = defineGame({
  tickHz: 50,
  viewRadius: 60,
  classes: [Walker, Dog],
  player: Walker,
  zones: {
    default: { bounds: { minX: -200, minY: -200, maxX: 200, maxY: 200 }, spawnPoints: { s: { x: 20, y: 2, z: 0 } } },
  },
  inputs: { step: { dx: i8 }, dress: { hue: u8 }, earn: { coins: u8 }, save: {}, unleash: {} },
  join: (player, ctx) => ctx.spawn(Walker, { at: player.savedPosition ?? ctx.spawnPoint(), yaw: 0, ...player.saved }),
  predict: {
    step(me, { dx }, dt) {
      me.velocity.set(dx / 10 / dt, 0, 0);
      me.position.addScaled(me.velocity, dt);
    },
  },
  onInput: {
    dress(me, { hue }) {
      me.Coat.hue = hue;
      me.Mood.level = hue;
    },
    earn(me, { coins }) {
      me.Purse.coins += coins;
    },
    save: (me, _, ctx) => ctx.save(me),
    unleash: (me, _, ctx) => void ctx.spawn(Dog, { at: me.position, Coat: { hue: 3 } }),
  },
});

const HOME = 2;
const NEIGHBOUR = 1;

/** A player on the ground of `HOME`, 20 m from the border, with a coat and with coins, of which 5 are saved. */
async function start(servers = 2) {
  const kit = await MeshKit.start({ game, servers });
  const client = kit.enter("Ada", HOME);
  await kit.until(() => client.own !== undefined);
  const id = kit.server(HOME).runtime.players.byName("Ada")?.entityId as EntityId;
  client.input("dress", { hue: 9 });
  client.input("earn", { coins: 5 });
  client.input("save");
  await kit.until(() => kit.characters.kept("Ada")?.saved.Purse?.coins === 5);
  client.input("earn", { coins: 2 });
  await kit.until(() => !client.hasUnacked);
  await kit.step(3);
  return { kit, client, id };
}

function seen(kit: MeshKit, server: number, id: EntityId) {
  const { store } = kit.server(server).runtime.world;
  const slot = store.slotOf(id);
  if (slot === undefined) return undefined;
  const [hue, coins, level] = (
    [
      ["Coat", "hue"],
      ["Purse", "coins"],
      ["Mood", "level"],
    ] as const
  ).map(([name, field]) => store.componentValues(slot, name)[field]);
  return { slot, x: store.positions.x[slot] as number, isGhost: store.isGhost(slot), hue, coins, level };
}

test("who was only seen lives on where it was seen last, as the same entity in the same slot", async () => {
  const { kit, client, id } = await start();
  await using _ = kit;
  for (let i = 0; i < 10; i++) {
    client.input("step", { dx: 5 });
    await kit.step();
  }
  const before = seen(kit, HOME, id);
  const ghost = seen(kit, NEIGHBOUR, id);
  expect(ghost).toMatchObject({ isGhost: true, hue: 9 });
  kit.crash(HOME);
  // It was walking: its ghost walks on for a while, which is not true.
  await kit.step(10);
  kit.proveDead(HOME);
  await kit.step(2);
  const after = seen(kit, NEIGHBOUR, id);
  expect(kit.ownersOf(id)).toEqual([NEIGHBOUR]);
  expect(kit.server(NEIGHBOUR).runtime.mesh?.desk.epochOf(id)?.term).toBe(2);
  // Seen: as it was. Saved: as of the last save. Neither: as every walker begins.
  expect(after).toMatchObject({ slot: ghost?.slot, isGhost: false, hue: 9, coins: 5, level: 0 });
  expect(Math.abs((after?.x as number) - (before?.x as number))).toBeLessThanOrEqual(2 * 0.5);
});

test("until what was saved is here the avatar stands in the world, and its client waits", async () => {
  const { kit, id } = await start();
  await using _ = kit;
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { characters } = kit;
  const transfer = characters.transferClaim.bind(characters);
  characters.transferClaim = (request) => gate.then(() => transfer(request));
  kit.crash(HOME);
  kit.proveDead(HOME);
  await kit.step(2);
  const again = kit.enter("Ada", NEIGHBOUR);
  await kit.step(20);
  expect(seen(kit, NEIGHBOUR, id)).toMatchObject({ isGhost: false, coins: 0 });
  expect([kit.ownersOf(id), again.server]).toEqual([[NEIGHBOUR], undefined]);
  open();
  await kit.until(() => again.own !== undefined);
  expect([again.server, seen(kit, NEIGHBOUR, id)?.coins]).toEqual([NEIGHBOUR, 5]);
  again.input("earn", { coins: 1 });
  again.input("save");
  await kit.until(() => characters.kept("Ada")?.saved.Purse?.coins === 6);
});

test("an avatar that ends before what was saved is here does not save over it", async () => {
  const { kit, id } = await start();
  await using _ = kit;
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { characters } = kit;
  const transfer = characters.transferClaim.bind(characters);
  characters.transferClaim = (request) => gate.then(() => transfer(request));
  kit.crash(HOME);
  kit.proveDead(HOME);
  await kit.step(2);
  const { players } = kit.server(NEIGHBOUR).runtime;
  const player = players.byName("Ada");
  if (player === undefined) throw new Error("Ada is back");
  players.end(player, { code: "left", reason: "the test says so", keep: "save" });
  await kit.step(2);
  open();
  await kit.until(() => characters.kept("Ada")?.release === true);
  expect(kit.ownersOf(id)).toEqual([]);
  expect(characters.kept("Ada")?.saved.Purse?.coins).toBe(5);
});

test("an avatar whose stay is over is discarded: nobody has it, and its player comes in anew", async () => {
  const { kit, id } = await start();
  await using _ = kit;
  const kept = kit.characters.kept("Ada");
  if (kept === undefined) throw new Error("Ada was saved");
  await kit.characters.save([{ ...kept, release: true }]);
  kit.crash(HOME);
  kit.proveDead(HOME);
  await kit.until(() => kit.ownersOf(id).length === 1);
  await kit.until(() => kit.ownersOf(id).length === 0);
  const again = kit.enter("Ada", NEIGHBOUR);
  await kit.until(() => again.own !== undefined);
  expect(kit.server(NEIGHBOUR).runtime.players.byName("Ada")?.entityId).not.toBe(id);
});

test("creatures of the dead go: what they were about nobody has seen", async () => {
  const { kit, client } = await start();
  await using _ = kit;
  client.input("unleash");
  await kit.step(5);
  const { store } = kit.server(NEIGHBOUR).runtime.world;
  expect(store.ghostCount).toBe(2);
  kit.crash(HOME);
  kit.proveDead(HOME);
  await kit.step(5);
  expect(store.ghostCount).toBe(1);
  await kit.step(300);
  expect(store.ghostCount).toBe(0);
});

test("who left just after the border is nowhere when the server that let it go dies", async () => {
  const { kit, client, id } = await start();
  await using _ = kit;
  for (let i = 0; i < 200 && kit.ownersOf(id)[0] !== NEIGHBOUR; i++) {
    client.input("step", { dx: -6 });
    await kit.step();
  }
  const { desk } = kit.server(HOME).runtime.mesh ?? {};
  await kit.until(() => desk?.sourceOf(id)?.phase === "confirmed");
  const player = kit.server(NEIGHBOUR).runtime.players.byName("Ada");
  if (player === undefined) throw new Error("Ada is on the other side");
  kit.server(NEIGHBOUR).runtime.players.end(player, { code: "left", reason: "the player left", keep: "save" });
  await kit.step(3);
  expect(desk?.sourceOf(id)).toBeUndefined();
  kit.crash(NEIGHBOUR);
  kit.proveDead(NEIGHBOUR);
  await kit.step(20);
  expect(kit.ownersOf(id)).toEqual([]);
  const again = kit.enter("Ada", HOME);
  await kit.until(() => again.own !== undefined);
});

test("the next death costs no more: two of three servers die one after the other", async () => {
  const { kit, id } = await start(3);
  await using _ = kit;
  const [first] = kit.ownersOf(id) as [number];
  kit.crash(first);
  kit.proveDead(first);
  await kit.until(() => kit.ownersOf(id).length === 1);
  const [second] = kit.ownersOf(id) as [number];
  const back = kit.enter("Ada", second);
  await kit.until(() => back.own !== undefined);
  back.input("dress", { hue: 77 });
  await kit.step(10);
  kit.crash(second);
  kit.proveDead(second);
  await kit.until(() => kit.ownersOf(id).length === 1);
  const [third] = kit.ownersOf(id) as [number];
  expect(new Set([first, second, third]).size).toBe(3);
  const last = kit.enter("Ada", third);
  await kit.until(() => last.own !== undefined);
  expect(seen(kit, third, id)).toMatchObject({ isGhost: false, hue: 77, coins: 5 });
  expect(kit.server(third).runtime.mesh?.desk.epochOf(id)?.term).toBe(3);
});

test("who had crossed a while ago comes back as it was seen, not as it was when it crossed", async () => {
  const { kit, client, id } = await start();
  await using _ = kit;
  for (let i = 0; i < 200 && kit.ownersOf(id)[0] !== NEIGHBOUR; i++) {
    client.input("step", { dx: -6 });
    await kit.step();
  }
  client.input("dress", { hue: 50 });
  client.input("earn", { coins: 3 });
  for (let i = 0; i < 60; i++) {
    client.input("step", { dx: -2 });
    await kit.step();
  }
  await kit.until(() => !client.hasUnacked);
  await kit.step(3);
  const before = seen(kit, NEIGHBOUR, id);
  const { desk } = kit.server(HOME).runtime.mesh ?? {};
  expect(desk?.sourceOf(id)?.phase).toBe("confirmed");
  kit.crash(NEIGHBOUR);
  kit.proveDead(NEIGHBOUR);
  await kit.until(() => kit.ownersOf(id).length === 1);
  await kit.step(3);
  const after = seen(kit, HOME, id);
  // 7 coins when it crossed, of which 5 were saved, and nothing since: what crossed is the newest.
  expect([after?.hue, after?.coins, before?.coins]).toEqual([50, 7, 10]);
  expect(Math.abs((after?.x as number) - (before?.x as number))).toBeLessThanOrEqual(2 * 0.2);
});

test("what was saved after the crossing is newer than what crossed", async () => {
  const { kit, client, id } = await start();
  await using _ = kit;
  for (let i = 0; i < 200 && kit.ownersOf(id)[0] !== NEIGHBOUR; i++) {
    client.input("step", { dx: -6 });
    await kit.step();
  }
  client.input("earn", { coins: 3 });
  client.input("save");
  await kit.until(() => kit.characters.kept("Ada")?.saved.Purse?.coins === 10);
  await kit.step(60);
  kit.crash(NEIGHBOUR);
  kit.proveDead(NEIGHBOUR);
  await kit.until(() => kit.ownersOf(id).length === 1);
  await kit.step(3);
  expect(seen(kit, HOME, id)?.coins).toBe(10);
});
