import type { EntityId } from "@ows/base";
import {
  decodeServerMessage,
  GAME_PROTOCOL_VERSION,
  type GameSchema,
  SNAPSHOT,
  SnapshotReader,
  STEPS_PER_METRE,
  schemaOf,
} from "@ows/protocol/game";
import { expect, test } from "vitest";
import type { ClientPipe } from "../link/game-connection.ts";
import { borderGame } from "../testing/border-game.test-kit.ts";
import { MeshKit } from "../testing/mesh-kit.test-kit.ts";
import { anyGame } from "../world/any-game.ts";
import type { ZoneRuntime } from "../zone-runtime.ts";

type Sight = { readonly id: EntityId; x: number; y: number; z: number; yaw: number; turns: unknown };

/** A client that stands still, and keeps count of who it is told of anew and who goes. */
class Spectator implements ClientPipe {
  readonly isOpen = true;
  readonly unsentBytes = 0;
  readonly sights = new Map<number, Sight>();
  readonly introduced = new Map<EntityId, number>();
  readonly gone: EntityId[] = [];
  readonly #schema: GameSchema;
  #reader: SnapshotReader | undefined;

  constructor(schema: GameSchema, runtime: ZoneRuntime, name: string) {
    this.#schema = schema;
    runtime.handlers.attach(this, {
      ...{ type: "attach", protocolVersion: GAME_PROTOCOL_VERSION, gameHash: schema.hash },
      ...{ mode: "ticket", token: name },
    });
  }

  close(): void {}

  send(bytes: Uint8Array): void {
    if (bytes[0] === SNAPSHOT) this.#read(bytes);
    else {
      const message = decodeServerMessage(bytes);
      if (message.ok && message.value.type === "welcome") {
        this.#reader = new SnapshotReader(this.#schema, message.value.classIndex);
      }
    }
  }

  sightOf(id: EntityId): Sight | undefined {
    return [...this.sights.values()].find((sight) => sight.id === id);
  }

  #read(bytes: Uint8Array): void {
    const read = this.#reader?.read(bytes);
    if (!read?.ok) throw new Error(read?.reason ?? "a snapshot before the welcome");
    const { gone, full, deltas } = read.value;
    for (const alias of gone) {
      this.gone.push(this.sights.get(alias)?.id as EntityId);
      this.sights.delete(alias);
    }
    for (const { alias, id, x, y, z, yaw, components } of full) {
      this.introduced.set(id, (this.introduced.get(id) ?? 0) + 1);
      this.sights.set(alias, { id, x, y, z, yaw, turns: components.Pace?.turns });
    }
    for (const { alias, dx, dy, dz, yaw, components } of deltas) {
      const sight = this.sights.get(alias) as Sight;
      sight.x += dx;
      sight.y += dy;
      sight.z += dz;
      sight.yaw = yaw ?? sight.yaw;
      if (components.Pace !== undefined) sight.turns = components.Pace.turns;
    }
  }
}

test("who watches from either side sees one dog run to and fro, whoever owns it, in the same steps", async () => {
  await using kit = await MeshKit.start({ game: borderGame, servers: 2, settings: { minimumStayMs: 200 } });
  const schema = schemaOf(anyGame(borderGame));
  const watchers = [1, 2].map((id) => new Spectator(schema, kit.server(id).runtime, `Watcher ${id}`));
  const keeper = kit.enter("Keeper", 2);
  await kit.until(() => keeper.welcomes.length > 0);
  keeper.input("unleash");
  await kit.step(30);
  const dogs = watchers.map(({ sights }) => [...sights.values()].find(({ turns }) => turns !== undefined));
  const dog = dogs[0]?.id as EntityId;
  expect(dogs[1]?.id).toBe(dog);

  const path = watchers.map((): string[] => []);
  const lastX = watchers.map((watcher) => watcher.sightOf(dog)?.x ?? 0);
  let furthest = 0;
  for (let i = 0; i < 1_500; i++) {
    await kit.step();
    for (const [w, watcher] of watchers.entries()) {
      const sight = watcher.sightOf(dog);
      path[w]?.push(`${sight?.x} ${sight?.y} ${sight?.yaw} ${sight?.turns}`);
      furthest = Math.max(furthest, Math.abs((sight?.x ?? 0) - (lastX[w] ?? 0)));
      lastX[w] = sight?.x ?? 0;
    }
  }
  const handoffs = kit.reports.filter(({ entity, outcome }) => entity === dog && outcome === "done").length;
  expect(handoffs).toBeGreaterThan(20);
  for (const watcher of watchers) {
    expect(watcher.introduced.get(dog)).toBe(1);
    expect(watcher.gone).not.toContain(dog);
  }
  // A ghost is a tick behind its owner: at a change of hands it waits for one tick, or makes two steps in one.
  const stepUnits = (30 / 50) * STEPS_PER_METRE;
  expect(furthest).toBeLessThan(2 * stepUnits + 4);
  // What one has seen, the other has seen: every step that lasted, in the very same units.
  const [left, right] = path.map((steps) => new Set(steps));
  const shared = [...(left ?? [])].filter((step) => right?.has(step)).length;
  expect(shared / (left?.size ?? 0)).toBeGreaterThan(0.97);
});
