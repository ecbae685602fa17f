import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import { borderGame } from "../testing/border-game.test-kit.ts";
import type { KitClient } from "../testing/kit-client.test-kit.ts";
import { MeshKit } from "../testing/mesh-kit.test-kit.ts";

/** A player at the middle of its server's ground, where nothing but moving ground makes it leave. */
async function settled(kit: MeshKit, server: number): Promise<{ client: KitClient; id: EntityId }> {
  const client = kit.enter("Ada", server);
  await kit.until(() => client.welcomes.length > 0);
  const id = kit.server(server).runtime.players.byName("Ada")?.entityId as EntityId;
  return { client, id };
}

test("when all ground moves to a neighbour, whoever stands on it follows, and every input counts once", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const { client, id } = await settled(kit, 2);
  for (let round = 0, n = 0; round < 6; round++) {
    const to = round % 2 === 0 ? 1 : 2;
    kit.giveGround(to, [1, 2]);
    await kit.until(() => {
      client.input("step", { dx: 0, dy: n % 2 === 0 ? 5 : -5, n: ++n });
      return kit.ownersOf(id)[0] === to;
    });
    await kit.until(() => !client.hasUnacked);
    expect(client.trace).toEqual({ count: n, last: n, mistakes: 0 });
  }
  expect(client.problems).toEqual([]);
});

test("a server that has not heard of the new partition yet makes the question wait for it", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const { id } = await settled(kit, 2);
  kit.giveGround(1, [2]);
  await kit.step(4);
  // Asked, not answered, and not refused either.
  const { mesh } = kit.server(2).runtime;
  expect([kit.server(1).runtime.mesh?.desk.openCount, mesh?.desk.sourceOf(id)?.phase]).toEqual([1, "preparing"]);
  kit.announce([1]);
  await kit.until(() => kit.ownersOf(id)[0] === 1 && kit.reports.length > 0);
  expect(kit.reports.map(({ outcome }) => outcome)).toEqual(["done"]);
});

test("a server that does not hear of it in time refuses, and is asked again until it has", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const { id } = await settled(kit, 2);
  kit.giveGround(1, [2]);
  await kit.until(() => kit.reports.length === 2);
  expect(kit.reports.map(({ outcome }) => outcome)).toEqual(["behind", "behind"]);
  expect(kit.ownersOf(id)).toEqual([2]);
  kit.announce([1]);
  await kit.until(() => kit.ownersOf(id)[0] === 1);
});

test("a server whose ground has moved on is told that it asks the wrong one", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 3 });
  const { id } = await settled(kit, 2);
  kit.giveGround(1, [2]);
  kit.giveGround(3, [1, 3]);
  await kit.until(() => kit.reports.some(({ outcome, to }) => outcome === "not-my-ground" && to === 1));
  kit.announce([2]);
  await kit.until(() => kit.ownersOf(id)[0] === 3);
});

test("the minimum stay counts for who walked over the border, and not for whom the ground was moved away", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2, settings: { minimumStayMs: 60_000 } });
  const { client, id } = await settled(kit, 2);
  let n = 0;
  const walk = (dx: number) => client.input("step", { dx, dy: 0, n: ++n });
  await kit.until(() => {
    walk(-10);
    return kit.ownersOf(id)[0] === 1;
  });
  await kit.until(() => {
    if ((client.own?.x ?? 0) < 12) walk(10);
    return (client.own?.x ?? 0) >= 12 && !client.hasUnacked;
  });
  await kit.step(100);
  expect(kit.ownersOf(id)).toEqual([1]);
  kit.giveGround(1, [1, 2]);
  await kit.step(2);
  kit.giveGround(2, [1, 2]);
  await kit.until(() => kit.ownersOf(id)[0] === 2, 200);
});
