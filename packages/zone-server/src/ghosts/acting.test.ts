import { type EntityId, Prng } from "@ows/base";
import type { CallOutcome } from "@ows/game";
import { expect, test } from "vitest";
import { MAX_PENDING_CALLS } from "../world/call-queue.ts";
import { SharedGround } from "./border-pair.test-kit.ts";

/** Outcomes by their name: "ok", or why not. */
class Outcomes {
  readonly named = new Map<number, string>();
  readonly values = new Map<number, unknown>();

  note(number: number, outcome: CallOutcome): void {
    expect(this.named.has(number), `call ${number} is answered once`).toBe(false);
    this.named.set(number, outcome.ok ? "ok" : outcome.reason);
    if (outcome.ok) this.values.set(number, outcome.value);
  }

  count(name: string): number {
    return [...this.named.values()].filter((other) => other === name).length;
  }
}

/** Asks from a server's zone itself; the answer is noted when it comes. */
function ask(ground: SharedGround, self: number, id: EntityId, name: string, args: object, outcomes: Outcomes, n = 0) {
  const { world } = ground.side(self);
  void world.zoneContext.call(id, name, args as never).then((outcome) => outcomes.note(n, outcome));
}

const hurt = (number: number) => ({ by: 1, number, amount: 1 });

async function settle(ground: SharedGround, ticks: number): Promise<void> {
  for (let i = 0; i < ticks; i++) {
    ground.step();
    // Promises of answers run between ticks.
    await Promise.resolve();
    await Promise.resolve();
  }
}

test("a hit on a ghost is applied where it lives, and its answer comes back", async () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -20);
  await settle(ground, 2);
  const outcomes = new Outcomes();
  ask(ground, 2, id, "hurt", hurt(7), outcomes, 7);
  await settle(ground, 4);
  expect([...outcomes.named]).toEqual([[7, "ok"]]);
  expect(outcomes.values.get(7)).toEqual({ left: 59_999 });
  expect(ground.hits.applied).toEqual(new Map([[7, 1]]));
  expect(ground.quantised(2, id)?.health.now).toBe(59_999);
});

test("every failure across the border has its name", async () => {
  const ground = new SharedGround();
  const [id, unseen] = [ground.spawn(1, -20), ground.spawn(1, -390)];
  await settle(ground, 2);
  const outcomes = new Outcomes();
  ask(ground, 2, id, "fly", {}, outcomes, 1);
  ask(ground, 2, id, "hurt", { by: 1, number: "x", amount: 1 }, outcomes, 2);
  ask(ground, 2, id, "fail", {}, outcomes, 3);
  ask(ground, 2, id, "later", {}, outcomes, 4);
  ask(ground, 2, id, "huge", {}, outcomes, 5);
  ask(ground, 2, unseen, "later", {}, outcomes, 6);
  await settle(ground, 4);
  expect([...outcomes.named].sort(([a], [b]) => a - b).map(([, name]) => name)).toEqual([
    "no-such-call",
    "bad-arguments",
    "failed",
    "ok",
    "failed",
    "gone",
  ]);
});

test("without a link a call was not made; with a lost one nobody knows", async () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -20);
  await settle(ground, 2);
  const outcomes = new Outcomes();
  ask(ground, 2, id, "hurt", hurt(1), outcomes, 1);
  ground.step();
  ground.cut(1, 2);
  ask(ground, 2, id, "hurt", hurt(2), outcomes, 2);
  await settle(ground, 3);
  expect([...outcomes.named]).toEqual([
    [1, "unknown"],
    [2, "unavailable"],
  ]);
  expect([...ground.hits.applied]).toEqual([[1, 1]]);
});

test("a call to which no answer comes is unknown after five seconds", async () => {
  const ground = new SharedGround(4);
  const id = ground.spawn(1, -20, -20);
  await settle(ground, 2);
  const outcomes = new Outcomes();
  // 2 asks 1, which has given the entity to 3, to which it has no link any more by the time the call comes.
  ask(ground, 2, id, "hurt", hurt(1), outcomes, 1);
  ground.step();
  ground.handOff(id, 1, 3);
  ground.wire.cut(1, 3);
  ground.step();
  await settle(ground, 2);
  expect([...outcomes.named]).toEqual([[1, "unavailable"]]);

  ask(ground, 2, id, "later", {}, outcomes, 2);
  ground.step();
  ground.wire.cut(2, 3);
  await settle(ground, 98);
  expect(outcomes.named.get(2)).toBeUndefined();
  await settle(ground, 4);
  expect(outcomes.named.get(2)).toBe("unknown");
});

test("a call follows its entity, two servers far at most, and the answer goes straight back", async () => {
  const ground = new SharedGround(4);
  const id = ground.spawn(1, -10, -10);
  await settle(ground, 3);
  const outcomes = new Outcomes();
  ask(ground, 4, id, "hurt", hurt(1), outcomes, 1);
  ground.step();
  ground.handOff(id, 1, 2);
  ground.handOff(id, 2, 3);
  await settle(ground, 6);
  expect(outcomes.named.get(1)).toBe("ok");

  // It flees: whenever the call arrives it has just left.
  ask(ground, 4, id, "hurt", hurt(2), outcomes, 2);
  for (const [from, to] of [
    [3, 1],
    [1, 2],
    [2, 3],
    [3, 1],
  ] as const) {
    ground.step();
    ground.handOff(id, from, to);
  }
  await settle(ground, 4);
  expect(outcomes.named.get(2)).toBe("unavailable");
  expect(ground.hits.applied.has(2)).toBe(false);
});

test("a call for an entity that came to whoever asked is applied there", async () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -10);
  await settle(ground, 3);
  const outcomes = new Outcomes();
  ask(ground, 2, id, "hurt", hurt(1), outcomes, 1);
  ground.step();
  ground.handOff(id, 1, 2);
  await settle(ground, 4);
  expect(outcomes.named.get(1)).toBe("ok");
  expect(ground.hits.applied.get(1)).toBe(1);
});

test("more calls than may wait are unavailable at once", async () => {
  const ground = new SharedGround();
  const id = ground.spawn(1, -20);
  await settle(ground, 2);
  const outcomes = new Outcomes();
  for (let n = 0; n < MAX_PENDING_CALLS + 10; n++) ask(ground, 2, id, "hurt", hurt(n), outcomes, n);
  await Promise.resolve();
  expect(outcomes.count("unavailable")).toBe(10);
  await settle(ground, 4);
  expect(outcomes.count("ok")).toBe(MAX_PENDING_CALLS);
});

test("two thousand hits in both directions over a link that breaks: each answered once, none applied twice", async () => {
  const prng = Prng.fromSeed("hits");
  const ground = new SharedGround();
  const left = Array.from({ length: 5 }, (_, i) => ground.spawn(1, -10 - i, i));
  const right = Array.from({ length: 5 }, (_, i) => ground.spawn(2, 10 + i, i));
  await settle(ground, 3);
  const outcomes = new Outcomes();
  let number = 0;
  let cutTicks = 0;
  while (number < 2_000) {
    for (let i = 0; i < 10; i++, number++) {
      const [self, targets] = prng.int(0, 1) === 0 ? [2, left] : [1, right];
      const target = targets[prng.int(0, 4)] as EntityId;
      ask(ground, self, target, "hurt", hurt(number), outcomes, number);
    }
    // Part of what is under way arrives, then the link breaks: in every tenth tick, and for a while.
    if (cutTicks === 0 && prng.int(0, 9) === 0) {
      ground.step(undefined, prng.int(0, 12));
      cutTicks = prng.int(1, 5);
      ground.cut(1, 2);
    } else if (cutTicks > 0 && --cutTicks === 0) ground.mend(1, 2);
    await settle(ground, 1);
  }
  if (cutTicks > 0) ground.mend(1, 2);
  await settle(ground, 110);

  expect(outcomes.named.size).toBe(2_000);
  const applied = [...ground.hits.applied.keys()];
  expect([...ground.hits.applied.values()].every((times) => times === 1)).toBe(true);
  for (const [n, name] of outcomes.named) {
    if (name === "ok") expect(ground.hits.applied.get(n), `hit ${n} is answered with ok`).toBe(1);
    else if (name !== "unknown") expect(ground.hits.applied.has(n), `hit ${n} is ${name}`).toBe(false);
  }
  const appliedUnknown = applied.filter((n) => outcomes.named.get(n) === "unknown").length;
  expect(applied.length).toBe(outcomes.count("ok") + appliedUnknown);
  expect(appliedUnknown).toBeGreaterThan(0);
  expect(outcomes.count("unknown")).toBeGreaterThan(appliedUnknown);
  expect(outcomes.count("ok")).toBeGreaterThan(1_000);
  const health = [...left, ...right].reduce((sum, id) => {
    const owner = left.includes(id) ? 1 : 2;
    return sum + Number(ground.quantised(owner, id)?.health.now);
  }, 0);
  expect(600_000 - health, "what was hit has lost what was applied").toBe(applied.length);
});

test("an event reaches each server that its circle touches once, at its height", () => {
  const ground = new SharedGround(4);
  ground.step();
  const { world } = ground.side(1);
  world.zoneContext.emit("bang", { loud: true }, { at: { x: -5, y: -100, z: 12 }, radius: 30 });
  world.zoneContext.emit("whisper", {}, { at: { x: -100, y: -100, z: 0 }, radius: 30 });
  ground.deliver();
  expect(ground.sides.map(({ events }) => events.map(({ name }) => name))).toEqual([
    ["bang", "whisper"],
    ["bang"],
    [],
    [],
  ]);
  expect(ground.side(2).events).toEqual([{ name: "bang", z: 12, radius: 30 }]);
});

test("what everybody is told reaches each server once", () => {
  const ground = new SharedGround(4);
  ground.step();
  ground.side(3).world.zoneContext.broadcast("dawn", { day: 4 });
  ground.deliver();
  ground.deliver();
  expect(ground.sides.map(({ events }) => events)).toEqual(
    Array(4).fill([{ name: "dawn", z: 0, radius: Number.POSITIVE_INFINITY }]),
  );
});

test("a word to a player reaches it where it lives, also after it left", () => {
  const ground = new SharedGround(4);
  const id = ground.spawn(1, -10, -10);
  ground.steps(2);
  ground.side(4).world.zoneContext.tell(id, "hello", {});
  ground.deliver();
  expect(ground.side(1).told).toEqual([{ id, name: "hello" }]);

  ground.side(4).world.zoneContext.tell(id, "late", {});
  ground.handOff(id, 1, 2);
  ground.deliver();
  ground.deliver();
  expect(ground.side(2).told).toEqual([{ id, name: "late" }]);
});
