import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import { HandoffDesk } from "./desk.ts";
import type { DeskEffect } from "./desk-effect.ts";
import type { DeskOptions } from "./desk-options.ts";
import { type DeskGround, MAX_EARLY_PREPARES } from "./early-prepare.ts";
import { applyDelta } from "./handoff.test-kit.ts";
import type { HandoffMessage } from "./messages.ts";
import { effectName } from "./transitions.ts";

const hero = 7 as EntityId;
const rider = 8 as EntityId;
const at = (count: number, term = 1) => ({ term, count });
const unit = { members: [hero], classes: [1], character: "Ada", at: { x: 0, y: 0 }, partitionVersion: 1 };

function deskOf(
  ground?: () => DeskGround | undefined,
  options: Partial<DeskOptions<string>> = {},
): HandoffDesk<string> {
  let tokens = 0;
  return new HandoffDesk<string>({
    ...{ applyDelta, makeToken: () => `t${++tokens}`, refusal: () => undefined, isDurableAtOnce: true },
    ...(ground !== undefined && { ground }),
    ...options,
  });
}

function prepareAt(x: number, partitionVersion: number, entity = hero): HandoffMessage<string> {
  const members = [{ entity, epoch: at(1) }];
  return {
    kind: "prepare",
    root: entity,
    members,
    classes: [1],
    character: undefined,
    at: { x, y: 0 },
    partitionVersion,
  };
}

/** What a desk says, with the reason of a refusal. */
function sayings(effects: DeskEffect<string>[]): string[] {
  return effects.map((effect) =>
    effect.kind === "send" && effect.message.kind === "refuse" ? `refuse ${effect.message.reason}` : effectName(effect),
  );
}

/** Two desks whose messages arrive at once and in order, until nobody says anything. */
function settle(
  desks: Record<number, HandoffDesk<string>>,
  from: number,
  effects: DeskEffect<string>[],
  nowMs: number,
): string[] {
  const said: string[] = [];
  const queue = effects.map((effect) => ({ from, effect }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    said.push(`${next.from} ${effectName(next.effect)}`);
    if (next.effect.kind !== "send") continue;
    const { to, message } = next.effect;
    for (const effect of desks[to]?.receive(next.from, message, nowMs) ?? []) queue.push({ from: to, effect });
  }
  return said;
}

/** Server 1 owns the hero and has given it to server 2; `desks` are both. */
function afterHandoff(): {
  one: HandoffDesk<string>;
  two: HandoffDesk<string>;
  desks: Record<number, HandoffDesk<string>>;
} {
  const [one, two] = [deskOf(), deskOf()];
  const desks = { 1: one, 2: two };
  one.adopt(hero, at(1), 0);
  settle(desks, 1, one.begin(unit, 2, 0), 0);
  settle(desks, 1, one.clientIsWarm(hero, 5), 5);
  settle(desks, 1, one.endOfTick(hero, "state", ["a"], 50), 50);
  settle(desks, 1, one.endOfTick(hero, "leave", ["b"], 100), 100);
  return { one, two, desks };
}

test("a handoff moves the entity once, keeps a route and ends", () => {
  const { one, two } = afterHandoff();
  expect([one.epochOf(hero), two.epochOf(hero)]).toEqual([undefined, at(2)]);
  expect(one.routeOf(hero)).toBe(2);
  one.tick(20_000);
  expect([one.routeOf(hero), one.openCount, two.openCount]).toEqual([undefined, 0, 0]);
});

test("a commit that comes twice is answered alike and taken once", () => {
  const { one, two } = afterHandoff();
  const members = [{ entity: hero, epoch: at(2), state: "b" }];
  const commit: HandoffMessage<string> = { kind: "commit", root: hero, members, token: "t1" };
  expect(two.receive(1, commit, 200).map(effectName)).toEqual(["send complete"]);
  expect([one.ownedCount, two.ownedCount]).toEqual([0, 1]);
});

test("a commit whose state can't be made is not taken, and its source owns the entity again", () => {
  const [one, two] = [deskOf(), deskOf(undefined, { cannotTake: () => "full" })];
  const desks = { 1: one, 2: two };
  one.adopt(hero, at(1), 0);
  settle(desks, 1, one.begin(unit, 2, 0), 0);
  settle(desks, 1, one.clientIsWarm(hero, 5), 5);
  settle(desks, 1, one.endOfTick(hero, "state", ["a"], 50), 50);
  const said = settle(desks, 1, one.endOfTick(hero, "leave", ["b"], 100), 100);
  expect(said).toEqual(["1 released", "1 send commit", "2 unreserved", "2 send not-taken", "1 own-again"]);
  expect([one.epochOf(hero), two.epochOf(hero), two.openCount]).toEqual([at(3), undefined, 0]);
});

test("a commit that was declared void is never taken", () => {
  const two = deskOf();
  const answer = two.answerResolve(hero, at(2), 0);
  expect(answer.isTaken).toBe(false);
  const members = [{ entity: hero, epoch: at(2), state: "b" }];
  const effects = two.receive(1, { kind: "commit", root: hero, members, token: "t1" }, 10);
  expect(effects.map(effectName)).toEqual(["send not-taken"]);
  expect(two.epochOf(hero)).toBeUndefined();
});

test("a late question about an old commit leaves a later preparation alone", () => {
  const two = deskOf();
  two.answerResolve(hero, at(2), 0);
  const members = [{ entity: hero, epoch: at(3) }];
  two.receive(
    1,
    {
      kind: "prepare",
      root: hero,
      members,
      classes: [1],
      character: undefined,
      at: { x: 0, y: 0 },
      partitionVersion: 1,
    },
    10,
  );
  expect(two.answerResolve(hero, at(2), 20)).toEqual({ isTaken: false, effects: [] });
  expect(two.targetOf(hero)?.phase).toBe("reserved");
});

test("the target's death and a promotion bring the entity back at the new term, for its clients too", () => {
  const { one } = afterHandoff();
  const { copies } = one.fence([2], 2, 200);
  expect(copies).toEqual([{ root: hero, members: [{ entity: hero, epoch: at(2) }], role: "escrow", peer: 2 }]);
  const order = { root: hero, role: "escrow", members: [{ entity: hero, epoch: at(2) }], term: 2 } as const;
  expect(one.promote(order, 300).map(effectName)).toEqual(["own-again"]);
  expect(one.promote(order, 310)).toEqual([]);
  expect([one.epochOf(hero), one.routeOf(hero)]).toEqual([at(2, 2), undefined]);
});

test("an order that was decided before the last fence changes nothing", () => {
  const { one } = afterHandoff();
  one.fence([2], 2, 200);
  one.fence([2, 3], 3, 210);
  const order = { root: hero, role: "escrow", members: [{ entity: hero, epoch: at(2) }], term: 2 } as const;
  expect([one.promote(order, 300), one.supersede(order, 300)]).toEqual([[], []]);
  expect(one.copies()).toHaveLength(1);
});

test("nobody listens to the dead, and nothing is given to them", () => {
  const { two } = afterHandoff();
  two.fence([1], 2, 200);
  const members = [{ entity: rider, epoch: at(1) }];
  const prepare = {
    kind: "prepare",
    root: rider,
    members,
    classes: [1],
    character: undefined,
    at: { x: 0, y: 0 },
    partitionVersion: 1,
  } as const;
  expect(two.receive(1, prepare, 210)).toEqual([]);
  expect(two.begin(unit, 1, 210)).toEqual([{ kind: "stayed", root: hero, to: 1, reason: "target-down" }]);
});

test("a rider that leaves the world calls the handoff of its group off", () => {
  const one = deskOf();
  one.adopt(hero, at(1), 0);
  one.adopt(rider, at(1), 0);
  one.begin({ ...unit, members: [hero, rider] }, 2, 0);
  expect(one.begin({ ...unit, members: [rider] }, 2, 5)).toEqual([]);
  expect(one.remove(rider, 10).map(effectName)).toEqual(["send abort", "stayed"]);
  expect([one.epochOf(hero), one.epochOf(rider), one.openCount]).toEqual([at(1), undefined, 0]);
});

test("a unit is taken for ground that is this server's by its own or a newer partition, and for no other", () => {
  const two = deskOf(() => ({ version: 5, holds: (x) => x > 0 }));
  expect(sayings(two.receive(1, prepareAt(-1, 5), 0))).toEqual(["refuse not-my-ground"]);
  expect(sayings(two.receive(1, prepareAt(-1, 4), 0))).toEqual(["refuse not-my-ground"]);
  expect(sayings(two.receive(1, prepareAt(1, 4), 0))).toEqual(["send ready"]);
  expect(sayings(deskOf(() => undefined).receive(1, prepareAt(-1, 9), 0))).toEqual(["send ready"]);
});

test("a question by a newer partition waits for it, and the others do not wait for the question", () => {
  let ground: DeskGround = { version: 5, holds: (x) => x > 0 };
  const two = deskOf(() => ground);
  expect(two.receive(1, prepareAt(-1, 6), 0)).toEqual([]);
  expect(sayings(two.receive(1, prepareAt(1, 5, rider), 1))).toEqual(["send ready"]);
  expect(two.partitionChanged(2)).toEqual([]);
  expect(two.tick(249)).toEqual([]);
  ground = { version: 6, holds: (x) => x < 0 };
  expect(sayings(two.partitionChanged(249))).toEqual(["send ready"]);
  expect([two.tick(250), two.partitionChanged(251)]).toEqual([[], []]);
});

test("a partition that does not come in time refuses who waits for it, and one that has other ground too", () => {
  let ground: DeskGround = { version: 5, holds: () => true };
  const two = deskOf(() => ground);
  two.receive(1, prepareAt(1, 6), 0);
  two.receive(1, prepareAt(1, 7, rider), 100);
  expect(sayings(two.tick(250))).toEqual(["refuse behind"]);
  ground = { version: 7, holds: () => false };
  expect(sayings(two.partitionChanged(300))).toEqual(["refuse not-my-ground"]);
  expect(two.openCount).toBe(0);
});

test("who waits for a partition is forgotten when it is called off, asks again or dies", () => {
  let ground: DeskGround = { version: 5, holds: () => true };
  const two = deskOf(() => ground);
  two.receive(1, prepareAt(1, 6), 0);
  two.receive(3, { kind: "abort", root: hero, epoch: at(1) }, 1);
  expect(two.openCount).toBe(1);
  two.receive(1, { kind: "abort", root: hero, epoch: at(1) }, 1);
  expect(two.openCount).toBe(0);
  two.receive(1, prepareAt(1, 6), 2);
  two.receive(1, prepareAt(1, 6), 200);
  expect(two.tick(260)).toEqual([]);
  two.receive(3, prepareAt(1, 6, rider), 260);
  two.fence([3], 2, 270);
  ground = { version: 6, holds: () => true };
  expect(sayings(two.partitionChanged(280))).toEqual(["send ready"]);
});

test("so many wait for a partition, and no more", () => {
  const two = deskOf(() => ({ version: 5, holds: () => true }));
  const ids = Array.from({ length: MAX_EARLY_PREPARES }, (_, i) => (100 + i) as EntityId);
  for (const id of ids) expect(two.receive(1, prepareAt(1, 6, id), 0)).toEqual([]);
  expect(sayings(two.receive(1, prepareAt(1, 6), 0))).toEqual(["refuse behind"]);
  expect(two.receive(1, prepareAt(1, 6, ids[0]), 0)).toEqual([]);
});
