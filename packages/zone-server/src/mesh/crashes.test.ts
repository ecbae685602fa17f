import type { EntityId } from "@ows/base";
import { describe, expect, test } from "vitest";
import { borderGame } from "../testing/border-game.test-kit.ts";
import type { KitClient } from "../testing/kit-client.test-kit.ts";
import { MeshKit } from "../testing/mesh-kit.test-kit.ts";

const SOURCE = 2;
const TARGET = 1;

/** A point of a handoff at which somebody dies. */
const MOMENTS = [
  "asked, no answer yet",
  "state told",
  "commit on its way",
  "taken, no answer yet",
  "taken and confirmed",
] as const;
type Moment = (typeof MOMENTS)[number];

class Scene {
  readonly kit: MeshKit;
  readonly client: KitClient;
  readonly id: EntityId;
  steps = 0;

  constructor(kit: MeshKit, client: KitClient, id: EntityId) {
    this.kit = kit;
    this.client = client;
    this.id = id;
  }

  /** A player on the source's ground, two metres from the border. */
  static async start(): Promise<Scene> {
    const kit = await MeshKit.start({ game: borderGame, servers: 2 });
    const client = kit.enter("Ada", SOURCE);
    await kit.until(() => client.own !== undefined);
    return new Scene(kit, client, kit.server(SOURCE).runtime.players.byName("Ada")?.entityId as EntityId);
  }

  async walk(dx: number): Promise<void> {
    this.client.input("step", { dx, dy: 0, n: ++this.steps });
    await this.kit.step();
  }

  /** Walks over the border; `victim` dies at the moment. */
  async dieAt(moment: Moment, victim: number): Promise<void> {
    const { kit, id } = this;
    const { desk } = kit.server(SOURCE).runtime.mesh ?? {};
    let isDead = false;
    const die = () => {
      if (isDead) return;
      isDead = true;
      kit.crash(victim);
    };
    kit.beforeWire = () => {
      const source = desk?.sourceOf(id);
      if (moment === "asked, no answer yet" && source?.phase === "preparing") die();
      if (moment === "state told" && source?.phase === "ready" && source.sent > 2 && source.isClientWarm) die();
      if (moment === "commit on its way" && source?.phase === "released") die();
      if (moment === "taken and confirmed" && source?.phase === "confirmed") die();
    };
    if (moment === "taken, no answer yet") kit.server(TARGET).runtime.mesh?.listen({ owned: die });
    for (let i = 0; i < 300 && !isDead; i++) await this.walk(-6);
    expect(isDead).toBe(true);
    kit.beforeWire = undefined;
  }

  async playsOn(): Promise<void> {
    const { kit, client, id } = this;
    await kit.until(() => kit.ownersOf(id).length === 1 && !client.hasUnacked);
    for (let i = 0; i < 100; i++) {
      await this.walk(i % 2 === 0 ? 5 : -5);
      expect(kit.ownersOf(id).length).toBe(1);
      expect(kit.simulatorsOf(id)).toEqual(kit.ownersOf(id));
    }
    await kit.until(() => !client.hasUnacked);
    expect(client.trace).toEqual({ count: this.steps, last: this.steps, mistakes: 0 });
  }
}

describe.each(MOMENTS)("%s", (moment) => {
  test("the target dies: nobody owns twice, and the player plays on at the source", async () => {
    const scene = await Scene.start();
    await using kit = scene.kit;
    await scene.dieAt(moment, TARGET);
    await kit.step(30);
    expect(kit.ownersOf(scene.id).length).toBeLessThanOrEqual(1);
    kit.proveDead(TARGET);
    await scene.playsOn();
    expect(kit.ownersOf(scene.id)).toEqual([SOURCE]);
  });

  test("the source dies: nobody owns twice, and who was told of plays on at the target", async () => {
    const scene = await Scene.start();
    await using kit = scene.kit;
    await scene.dieAt(moment, SOURCE);
    await kit.step(30);
    expect(kit.ownersOf(scene.id).length).toBeLessThanOrEqual(1);
    kit.proveDead(SOURCE);
    await kit.step(5);
    if (moment === "asked, no answer yet") {
      // The target saw its ghost, no more: the avatar stands there, and its client comes back to it.
      expect(kit.ownersOf(scene.id)).toEqual([TARGET]);
      const again = kit.enter("Ada", TARGET);
      await kit.until(() => again.own !== undefined);
      expect(kit.server(TARGET).runtime.players.byName("Ada")?.entityId).toBe(scene.id);
      return;
    }
    await scene.playsOn();
    expect(kit.ownersOf(scene.id)).toEqual([TARGET]);
  });
});

test("a link that breaks under a commit: the coordinator asks, one of the two owns, and the border is crossed later", async () => {
  const scene = await Scene.start();
  await using kit = scene.kit;
  const { desk } = kit.server(SOURCE).runtime.mesh ?? {};
  let isCut = false;
  kit.beforeWire = () => {
    if (isCut || desk?.sourceOf(scene.id)?.phase !== "released") return;
    isCut = true;
    kit.server(TARGET).channels.cut();
  };
  for (let i = 0; i < 300 && !isCut; i++) await scene.walk(-6);
  expect(isCut).toBe(true);
  expect(kit.ownersOf(scene.id)).toEqual([]);
  await kit.until(() => kit.ownersOf(scene.id).length === 1);
  // The commit never came: its epoch is burned.
  expect(kit.ownersOf(scene.id)).toEqual([SOURCE]);
  expect(desk?.epochOf(scene.id)).toEqual({ term: 1, count: 3 });
  await kit.allLinked();
  await scene.playsOn();
  for (let i = 0; i < 300 && kit.ownersOf(scene.id)[0] !== TARGET; i++) await scene.walk(-6);
  await scene.playsOn();
  expect(kit.ownersOf(scene.id)).toEqual([TARGET]);
});
