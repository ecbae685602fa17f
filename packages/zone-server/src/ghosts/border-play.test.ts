import type { EntityId } from "@ows/base";
import { component, defineClass, defineGame, i8, ref, u32 } from "@ows/game";
import { expect, test } from "vitest";
import type { KitClient } from "../testing/kit-client.test-kit.ts";
import { MeshKit } from "../testing/mesh-kit.test-kit.ts";

const Wounds = component({ count: u32 });
const Score = component({ tried: u32, hits: u32, misses: u32 }, { seenBy: "owner" });

const Fighter = defineClass("Fighter", {
  components: { Wounds, Score },
  maxSpeed: 60,
  calls: { hurt: {}, score: { hits: u32 } },
  onCall: {
    hurt(me) {
      me.Wounds.count++;
    },
    score(me, { hits }) {
      if (hits > 0) me.Score.hits++;
      else me.Score.misses++;
    },
  },
});

/** A game that does not know of servers: who is seen can be hit, and the score counts what was answered. */
const duel = defineGame({
  tickHz: 50,
  viewRadius: 60,
  classes: [Fighter],
  player: Fighter,
  zones: {
    default: { bounds: { minX: -200, minY: -200, maxX: 200, maxY: 200 }, spawnPoints: { s: { x: 2, y: 2, z: 0 } } },
  },
  inputs: { step: { dx: i8, dy: i8 }, hit: { target: ref } },
  join: (player, ctx) => ctx.spawn(Fighter, { at: player.savedPosition ?? ctx.spawnPoint() }),
  predict: {
    step(me, { dx, dy }, dt) {
      me.velocity.set(dx / 10 / dt, dy / 10 / dt, 0);
      me.position.addScaled(me.velocity, dt);
    },
  },
  onInput: {
    async hit(me, { target }, ctx) {
      me.Score.tried++;
      if (ctx.see(target) === undefined) return;
      const result = await ctx.call(target, "hurt", {});
      await ctx.call(me.ref, "score", { hits: result.ok ? 1 : 0 });
    },
  },
});

type Duellist = { readonly client: KitClient; readonly id: EntityId; direction: number };

async function entered(kit: MeshKit, name: string): Promise<Duellist> {
  const client = kit.enter(name, 2);
  await kit.until(() => client.welcomes.length > 0);
  const id = kit.servers.flatMap(({ runtime }) => runtime.players.byName(name)?.entityId ?? [])[0] as EntityId;
  return { client, id, direction: name.length % 2 === 0 ? 1 : -1 };
}

/** A field of an entity where it lives. */
function owned(kit: MeshKit, id: EntityId, name: string, field: string): number {
  const { store } = kit.server(kit.ownersOf(id)[0] as number).runtime.world;
  return Number(store.componentValues(store.slotOf(id) as number, name)[field]);
}

/** What each server has for an entity: a slot and which use of it. */
function slots(kit: MeshKit, id: EntityId) {
  return kit.servers.map(({ runtime: { world } }) => {
    const slot = world.store.slotOf(id);
    return slot === undefined ? undefined : [slot, world.store.generation[slot]];
  });
}

function step(kit: MeshKit, duellists: readonly Duellist[], isHitting: boolean): Promise<void> {
  for (const [i, duellist] of duellists.entries()) {
    const { client } = duellist;
    if ((client.own?.x ?? 0) > 9) duellist.direction = -1;
    if ((client.own?.x ?? 0) < -9) duellist.direction = 1;
    client.input("step", { dx: 8 * duellist.direction, dy: 0 });
    const other = duellists[(i + 1) % duellists.length] as Duellist;
    if (isHitting) client.input("hit", { target: other.id });
  }
  return kit.step();
}

/** Everybody hits the next one in each of `steps`, then all is counted. */
async function fight(kit: MeshKit, duellists: readonly Duellist[], steps: number, each: () => void): Promise<void> {
  for (let i = 0; i < steps; i++) {
    await step(kit, duellists, true);
    each();
  }
  await kit.until(() => duellists.every(({ client }) => !client.hasUnacked));
  await kit.step(20);
  for (const [i, { id, client }] of duellists.entries()) {
    const victim = duellists[(i + 1) % duellists.length] as Duellist;
    expect(client.problems).toEqual([]);
    expect(owned(kit, id, "Score", "tried")).toBe(steps);
    expect(owned(kit, id, "Score", "misses"), "calls that came to nothing").toBe(0);
    expect(owned(kit, id, "Score", "hits")).toBe(steps);
    expect(owned(kit, victim.id, "Wounds", "count")).toBe(steps);
  }
}

test("players who hit each other while they cross the border: every hit counts once, nobody ever vanishes", async () => {
  await using kit = await MeshKit.start({ game: duel, servers: 2, settings: { minimumStayMs: 200 } });
  const duellists = [await entered(kit, "Ada"), await entered(kit, "Bert"), await entered(kit, "Cleo!")];
  for (let i = 0; i < 50; i++) await step(kit, duellists, false);
  const before = duellists.map(({ id }) => slots(kit, id));
  expect(before.flat()).not.toContain(undefined);

  await fight(kit, duellists, 1_000, () => expect(duellists.map(({ id }) => slots(kit, id))).toEqual(before));

  const crossings = duellists.map(({ client }) => client.welcomes.length - 1);
  for (const count of crossings) expect(count).toBeGreaterThan(10);
});

test("in a storm of handoffs every hit counts once, too, and everybody is seen everywhere", async () => {
  await using kit = await MeshKit.start({ game: duel, servers: 3, settings: { minimumStayMs: 200, isStorm: true } });
  const duellists = [await entered(kit, "Ada"), await entered(kit, "Bert"), await entered(kit, "Cleo!")];
  for (let i = 0; i < 50; i++) await step(kit, duellists, false);
  const before = duellists.map(({ id }) => slots(kit, id));
  expect(before.flat()).not.toContain(undefined);
  await fight(kit, duellists, 600, () => expect(duellists.map(({ id }) => slots(kit, id))).toEqual(before));
  for (const { client } of duellists) expect(client.welcomes.length).toBeGreaterThan(10);
});
