import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import type { UnitCopy } from "../handoff/copies.ts";
import { type CoordinatorEffect, OwnershipCoordinator } from "./coordinator.ts";
import { decideUnits } from "./decide.ts";

const hero = 7 as EntityId;
const epoch = { term: 1, count: 5 };

function copyOf(role: UnitCopy["role"], peer: number | undefined, count = 5): UnitCopy {
  return { root: hero, members: [{ entity: hero, epoch: { term: 1, count } }], role, peer };
}

function coordinatorOf(...servers: number[]): OwnershipCoordinator {
  const coordinator = new OwnershipCoordinator();
  for (const server of servers) coordinator.step({ kind: "server-up", server });
  return coordinator;
}

/** One line per effect. */
function lines(effects: readonly CoordinatorEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind !== "order") return `${effect.kind} ${"term" in effect ? `term ${effect.term}` : effect.entity}`;
    const { order } = effect;
    const what = order.kind === "fence" ? order.dead.join("+") : "role" in order ? order.role : order.entity;
    return `to ${effect.to}: ${order.kind} ${what} term ${order.term}`;
  });
}

test("the worse copy is let go only when the better one is owned", () => {
  const coordinator = coordinatorOf(1, 2, 3);
  expect(lines(coordinator.step({ kind: "proof-of-death", server: 3 }))).toEqual([
    "persist-fence term 2",
    "to 1: fence 3 term 2",
    "to 2: fence 3 term 2",
  ]);
  expect(coordinator.step({ kind: "copies", from: 1, term: 2, copies: [copyOf("escrow", 3)] })).toEqual([]);
  expect(lines(coordinator.step({ kind: "copies", from: 2, term: 2, copies: [copyOf("staged", 3)] }))).toEqual([
    "to 2: promote staged term 2",
  ]);
  const settled = { kind: "settled", root: hero, term: 2 } as const;
  expect(lines(coordinator.step({ ...settled, from: 2, order: "promote", role: "staged" }))).toEqual([
    "to 1: supersede escrow term 2",
  ]);
  expect(lines(coordinator.step({ ...settled, from: 1, order: "supersede", role: "escrow" }))).toEqual([
    "settled term 2",
  ]);
  expect(coordinator.isSettling).toBe(false);
});

test("a death in the middle begins again over both, at a new term; answers of the old one do not count", () => {
  const coordinator = coordinatorOf(1, 2, 3, 4);
  coordinator.step({ kind: "proof-of-death", server: 4 });
  coordinator.step({ kind: "copies", from: 1, term: 2, copies: [] });
  expect(lines(coordinator.step({ kind: "proof-of-death", server: 3 }))).toEqual([
    "persist-fence term 3",
    "to 1: fence 4+3 term 3",
    "to 2: fence 4+3 term 3",
  ]);
  expect(coordinator.step({ kind: "copies", from: 2, term: 2, copies: [copyOf("escrow", 4)] })).toEqual([]);
  coordinator.step({ kind: "copies", from: 1, term: 3, copies: [] });
  expect(lines(coordinator.step({ kind: "copies", from: 2, term: 3, copies: [copyOf("escrow", 4)] }))).toEqual([
    "to 2: promote escrow term 3",
  ]);
});

test("an order that got lost is said again when the server's link is back", () => {
  const coordinator = coordinatorOf(1, 2);
  coordinator.step({ kind: "proof-of-death", server: 2 });
  coordinator.step({ kind: "copies", from: 1, term: 2, copies: [copyOf("escrow", 2)] });
  expect(lines(coordinator.step({ kind: "server-up", server: 1 }))).toEqual([
    "to 1: fence 2 term 2",
    "to 1: promote escrow term 2",
  ]);
});

test("a reconnect that begins a round again asks the open questions again too (seed 7768)", () => {
  const coordinator = coordinatorOf(1, 2, 3);
  coordinator.step({ kind: "resolve", from: 1, entity: hero, epoch, to: 2 });
  coordinator.step({ kind: "proof-of-death", server: 3 });
  expect(lines(coordinator.step({ kind: "server-up", server: 2 }))).toEqual([
    "persist-fence term 3",
    "to 1: fence 3 term 3",
    "to 2: fence 3 term 3",
    "to 2: ask 7 term 3",
  ]);
});

test("a commit that was not taken is void in the store before its source hears of it", () => {
  const coordinator = coordinatorOf(1, 2);
  coordinator.step({ kind: "resolve", from: 1, entity: hero, epoch, to: 2 });
  coordinator.step({ kind: "resolve", from: 1, entity: hero, epoch, to: 2 });
  expect(coordinator.questionCount).toBe(1);
  const answer = { kind: "asked", from: 2, entity: hero, epoch, isTaken: false } as const;
  expect(lines(coordinator.step(answer))).toEqual(["persist-void 7", "to 1: resolved 7 term 1"]);
  expect(coordinator.step(answer)).toEqual([]);
});

test("nobody is asked about a commit to the dead", () => {
  const coordinator = coordinatorOf(1, 2);
  coordinator.step({ kind: "proof-of-death", server: 2 });
  expect(coordinator.step({ kind: "resolve", from: 1, entity: hero, epoch, to: 2 })).toEqual([]);
});

test("members are decided on one by one: what lives elsewhere at a later epoch is not taken from an old escrow", () => {
  const rider = 8 as EntityId;
  const both = [hero, rider].map((entity) => ({ entity, epoch }));
  const later = { entity: rider, epoch: { term: 1, count: 6 } };
  expect(
    decideUnits(
      [
        { holder: 1, root: hero, members: both, role: "escrow", peer: 3 },
        { holder: 2, root: rider, members: [later], role: "owner", peer: undefined },
      ],
      new Set([3]),
    ),
  ).toEqual([
    { kind: "promote", holder: 1, root: hero, role: "escrow", members: [both[0]] },
    { kind: "supersede", holder: 1, root: hero, role: "escrow", members: [both[1]] },
  ]);
});

test("a ghost is the last resort: whoever has the whole at the same epoch comes first", () => {
  const ghost = { ...copyOf("ghost", 3), holder: 1 };
  const promotions = (...copies: (typeof ghost)[]) =>
    decideUnits(copies, new Set([3])).flatMap(({ kind, role, holder }) => (kind === "promote" ? [role, holder] : []));
  expect(promotions(ghost, { ...copyOf("escrow", 3), holder: 2 })).toEqual(["escrow", 2]);
  expect(promotions(ghost, { ...copyOf("staged", 3), holder: 2 })).toEqual(["staged", 2]);
  expect(promotions(ghost, { ...copyOf("escrow", 3, 4), holder: 2 })).toEqual(["ghost", 1]);
  expect(promotions({ ...ghost, holder: 2 }, ghost)).toEqual(["ghost", 1]);
});

test("what has ended is never promoted, and neither is what is not newer", () => {
  const ended = { ...copyOf("ended", undefined), holder: 1 };
  for (const role of ["escrow", "staged", "ghost"] as const) {
    const copies = [ended, { ...copyOf(role, 3), holder: 2 }];
    expect(decideUnits(copies, new Set([3])).map(({ kind, holder }) => [kind, holder])).toEqual([["supersede", 2]]);
  }
  expect(decideUnits([ended, { ...copyOf("escrow", 3, 6), holder: 2 }], new Set([3]))).toMatchObject([
    { kind: "promote", holder: 2 },
  ]);
});

test("copies that no dead server was part of are left alone", () => {
  expect(decideUnits([{ ...copyOf("escrow", 2), holder: 1 }], new Set([3]))).toEqual([]);
});
