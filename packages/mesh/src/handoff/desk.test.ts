import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import { type DeskEffect, HandoffDesk } from "./desk.ts";
import type { HandoffMessage } from "./messages.ts";
import { effectName } from "./transitions.ts";

const hero = 7 as EntityId;
const rider = 8 as EntityId;
const at = (count: number, term = 1) => ({ term, count });
const unit = { members: [hero], classes: [1], character: "Ada", partitionVersion: 1 };

function deskOf(): HandoffDesk<string> {
  let tokens = 0;
  return new HandoffDesk<string>({ makeToken: () => `t${++tokens}`, refusal: () => undefined, isDurableAtOnce: true });
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
  settle(desks, 1, one.endOfTick(hero, ["a"], true, 50), 50);
  settle(desks, 1, one.endOfTick(hero, ["b"], true, 100), 100);
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
  two.receive(1, { kind: "prepare", root: hero, members, classes: [1], character: undefined, partitionVersion: 1 }, 10);
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
