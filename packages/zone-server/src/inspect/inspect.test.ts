import { expect, test } from "vitest";
import { borderGame } from "../testing/border-game.test-kit.ts";
import type { KitClient } from "../testing/kit-client.test-kit.ts";
import { MeshKit } from "../testing/mesh-kit.test-kit.ts";

async function startAtBorder(): Promise<{ kit: MeshKit; ada: KitClient }> {
  const kit = await MeshKit.start({ game: borderGame, servers: 2 });
  const ada = kit.enter("Ada", 2);
  await kit.until(() => ada.own !== undefined);
  return { kit, ada };
}

/** Walks west, over the border at x = 0, until she stands there or further. */
async function walkTo(kit: MeshKit, ada: KitClient, x: number): Promise<void> {
  for (let n = 1; (ada.own?.x ?? 0) > x; n++) {
    ada.input("step", { dx: -2, dy: 0, n });
    await kit.step();
  }
  ada.input("step", { dx: 0, dy: 0, n: 1_000 });
  await kit.step(2);
}

const look = (kit: MeshKit, server: number) => kit.server(server).runtime.inspect();

test("who stands beyond the border is told of with what it waits for, and its copy with its owner", async () => {
  const { kit, ada } = await startAtBorder();
  await using _ = kit;
  expect(look(kit, 2).mesh?.stays).toEqual([]);
  await walkTo(kit, ada, -2);
  await kit.until(() => look(kit, 2).mesh?.stays[0]?.phase === "ready");
  const { mesh, entities, ghosts } = look(kit, 2);
  const [, , , id] = entities[0]!;
  expect(mesh?.stays).toMatchObject([{ entity: id, to: 1, detail: "it to be 5 m away" }]);
  expect(mesh?.handoffs.open).toMatchObject([{ entity: id, characterName: "Ada", phase: "ready" }]);
  expect(mesh?.handoffs.open[0]?.ageMs).toBe(mesh?.stays[0]?.ms);
  expect(ghosts).toEqual([]);
  await kit.until(() => look(kit, 1).ghosts.length === 1);
  expect(look(kit, 1).ghosts).toEqual([[...entities[0]!, 2]]);
  expect(look(kit, 1).entities).toEqual([]);
});

test("who is not taken is told of with the reason, and when the other is asked again", async () => {
  const { kit, ada } = await startAtBorder();
  await using _ = kit;
  void kit.server(1).runtime.stop({ code: "stopping", reason: "it drains", keep: "discard" });
  await walkTo(kit, ada, -2);
  await kit.until(() => look(kit, 2).mesh?.stays[0]?.phase === "refused");
  expect(look(kit, 2).mesh?.stays).toMatchObject([{ to: 1, detail: "draining" }]);
  expect(look(kit, 2).mesh?.stays[0]?.ms).toBeGreaterThan(0);
});

test("who would go to a server without a link is told of", async () => {
  const { kit, ada } = await startAtBorder();
  await using _ = kit;
  kit.crash(1);
  await walkTo(kit, ada, -2);
  expect(look(kit, 2).mesh?.stays).toMatchObject([{ to: 1, phase: "no-link" }]);
});
