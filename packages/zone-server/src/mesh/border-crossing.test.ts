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
  expect(kit.ownersOf(id).length).toBe(1);
  expect(kit.reports.filter(({ outcome }) => outcome === "done").length).toBeGreaterThanOrEqual(200);
});
