import fc from "fast-check";
import { expect, test } from "vitest";
import { GhostChanges } from "./ghost-changes.ts";
import { SlotStates } from "./slot-states.ts";
import { ToldGhosts } from "./told-ghosts.ts";

const SLOTS = 6;
const COMPONENTS = 3;
const MIN_TICKS = 4;

type Thing = { generation: number; x: number; yaw: number; versions: number[]; owner: number; isWanted: boolean };

/** A few slots with what stands in them, the batches made of them, and what the other side makes of the batches. */
class Scene {
  readonly states = new SlotStates();
  readonly told = new ToldGhosts();
  readonly things: (Thing | undefined)[] = new Array<undefined>(SLOTS).fill(undefined);
  readonly mirror = new Map<number, { x: number; yaw: number; versions: number[] }>();
  readonly handed: number[] = [];
  tick = 0;
  #generations = new Array<number>(SLOTS).fill(0);

  spawn(slot: number, x: number): void {
    if (this.things[slot] !== undefined) return;
    const generation = (this.#generations[slot] ?? 0) + 1;
    this.#generations[slot] = generation;
    this.things[slot] = { generation, x, yaw: 0, versions: [generation, 0, 0], owner: 0, isWanted: true };
  }

  step(isSkipped = false): GhostChanges {
    const changes = new GhostChanges();
    this.tick++;
    this.things.forEach((thing, slot) => {
      if (thing === undefined || thing.owner !== 0) return;
      this.states.record(this.tick, slot, thing.generation, thing.x, 2 * thing.x, -thing.x, thing.yaw);
      for (const [i, version] of thing.versions.entries()) this.states.recordComponent(this.tick, slot, i, version);
      if (thing.isWanted) this.told.want(slot);
    });
    if (isSkipped) return changes;
    this.told.step(
      {
        tick: this.tick,
        states: this.states,
        fate: { handedTo: (slot, generation) => this.#ownerOf(slot, generation) },
        componentCount: () => COMPONENTS,
        isKept: (slot) => this.things[slot]?.isWanted === true,
        minTicks: MIN_TICKS,
      },
      changes,
    );
    this.#apply(changes);
    return changes;
  }

  /** Everything that is told is told right. */
  check(): void {
    expect([...this.mirror.keys()].sort()).toEqual([...this.told.slots()].sort());
    for (const [slot, ghost] of this.mirror) {
      const { x, yaw, versions } = this.things[slot] as Thing;
      expect(ghost, `slot ${slot}`).toEqual({ x, yaw, versions });
    }
    this.things.forEach((thing, slot) => {
      if (thing?.isWanted && thing.owner === 0) expect(this.mirror.has(slot), `slot ${slot} is told`).toBe(true);
    });
  }

  #ownerOf(slot: number, generation: number): number {
    const thing = this.things[slot];
    return thing?.generation === generation ? thing.owner : 0;
  }

  #apply(changes: GhostChanges): void {
    for (const slot of changes.gone.subarray(0, changes.goneCount)) expect(this.mirror.delete(slot)).toBe(true);
    for (const slot of changes.handed.subarray(0, changes.handedCount)) {
      expect(this.mirror.delete(slot)).toBe(true);
      this.handed.push(slot);
    }
    for (const slot of changes.appear.subarray(0, changes.appearCount)) {
      expect(this.mirror.has(slot)).toBe(false);
      const { x, yaw, versions } = this.things[slot] as Thing;
      this.mirror.set(slot, { x, yaw, versions: [...versions] });
    }
    for (let u = 0; u < changes.updateCount; u++) {
      const slot = changes.update[u] as number;
      const ghost = this.mirror.get(slot);
      const thing = this.things[slot] as Thing;
      expect([changes.dy[u], changes.dz[u]]).toEqual([2 * (changes.dx[u] ?? 0), -(changes.dx[u] ?? 0) || 0]);
      if (ghost === undefined) throw new Error(`an update of slot ${slot}, which was never told`);
      ghost.x += changes.dx[u] ?? 0;
      if ((changes.yaw[u] ?? -1) >= 0) ghost.yaw = changes.yaw[u] as number;
      thing.versions.forEach((version, i) => {
        if ((changes.componentMask[u] ?? 0) & (1 << i)) ghost.versions[i] = version;
      });
    }
  }
}

const slot = fc.nat(SLOTS - 1);
const act = fc.oneof(
  fc.record({ kind: fc.constant("spawn" as const), slot, value: fc.integer({ min: -1000, max: 1000 }) }),
  fc.record({ kind: fc.constant("remove" as const), slot, value: fc.constant(0) }),
  fc.record({ kind: fc.constant("move" as const), slot, value: fc.integer({ min: -1000, max: 1000 }) }),
  fc.record({ kind: fc.constant("turn" as const), slot, value: fc.nat(255) }),
  fc.record({ kind: fc.constant("change" as const), slot, value: fc.nat(COMPONENTS - 1) }),
  fc.record({ kind: fc.constant("near" as const), slot, value: fc.nat(1) }),
  fc.record({ kind: fc.constant("give" as const), slot, value: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant("skip" as const), slot, value: fc.constant(0) }),
  fc.record({ kind: fc.constant("step" as const), slot, value: fc.constant(0) }),
);

test("after every batch the neighbour has what the owner has, whatever was skipped before it", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
      const scene = new Scene();
      for (const { kind, slot, value } of acts) {
        const thing = scene.things[slot];
        if (kind === "spawn") scene.spawn(slot, value);
        else if (kind === "remove") scene.things[slot] = undefined;
        else if (kind === "move" && thing) thing.x = value;
        else if (kind === "turn" && thing) thing.yaw = value;
        else if (kind === "change" && thing) thing.versions[value] = (thing.versions[value] ?? 0) + 1;
        else if (kind === "near" && thing) thing.isWanted = value === 1;
        else if (kind === "give" && thing) thing.owner = value;
        else if (kind === "skip" || kind === "step") {
          scene.step(kind === "skip");
          if (kind === "step") scene.check();
        }
      }
      scene.step();
      scene.check();
    }),
    { numRuns: 500 },
  );
});

test("what stands still costs nothing", () => {
  const scene = new Scene();
  scene.spawn(0, 5);
  expect(scene.step().appearCount).toBe(1);
  expect(scene.step().isEmpty).toBe(true);
});

test("a ghost lives its least time, then goes when it is not kept", () => {
  const scene = new Scene();
  scene.spawn(0, 5);
  scene.step();
  (scene.things[0] as Thing).isWanted = false;
  for (let i = 1; i < MIN_TICKS; i++) expect(scene.step().goneCount).toBe(0);
  expect(scene.step().goneCount).toBe(1);
});

test("an entity that changes hands is told as handed over, not as gone", () => {
  const scene = new Scene();
  scene.spawn(0, 5);
  scene.step();
  (scene.things[0] as Thing).owner = 9;
  const changes = scene.step();
  expect([changes.goneCount, changes.handedCount, changes.handedTo[0]]).toEqual([0, 1, 9]);
});
