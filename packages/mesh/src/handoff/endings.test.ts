import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import { HandoffDesk } from "./desk.ts";
import type { DeskEffect } from "./desk-effect.ts";
import type { DeskOptions } from "./desk-options.ts";
import type { GhostCopy } from "./ghost-copy.ts";
import { applyDelta } from "./handoff.test-kit.ts";

const hero = 7 as EntityId;
const rider = 8 as EntityId;
const at = (count: number, term = 1) => ({ term, count });

function deskOf(options: Partial<DeskOptions<string>> = {}): HandoffDesk<string> {
  return new HandoffDesk<string>({
    makeToken: () => "t",
    refusal: () => undefined,
    isDurableAtOnce: true,
    applyDelta,
    ...options,
  });
}

/** Desks by number, whose messages arrive at once; those to `deaf` ones are lost. */
class Servers {
  readonly desks: readonly HandoffDesk<string>[];
  readonly deaf = new Set<number>();
  nowMs = 0;

  constructor(count: number) {
    this.desks = Array.from({ length: count }, () => deskOf());
  }

  desk(id: number): HandoffDesk<string> {
    return this.desks[id] as HandoffDesk<string>;
  }

  run(from: number, effects: readonly DeskEffect<string>[]): void {
    for (const effect of effects) {
      if (effect.kind !== "send" || this.deaf.has(effect.to)) continue;
      this.run(effect.to, this.desk(effect.to).receive(from, effect.message, this.nowMs));
    }
  }

  handOver(members: readonly EntityId[], from: number, to: number): void {
    const [root] = members as [EntityId];
    const desk = this.desk(from);
    const unit = {
      members,
      classes: members.map(() => 1),
      character: undefined,
      at: { x: 0, y: 0 },
      partitionVersion: 1,
    };
    this.run(from, desk.begin(unit, to, this.nowMs));
    this.run(from, desk.clientIsWarm(root, this.nowMs));
    const states = members.map(() => "a");
    for (const kind of ["state", "leave"] as const) this.run(from, desk.endOfTick(root, kind, states, this.nowMs));
    expect(members.map((entity) => this.desk(to).epochOf(entity))).not.toContain(undefined);
  }

  rolesAt(id: number): string[] {
    return this.desk(id)
      .copies()
      .map(({ role, members }) => `${role} of ${members.map(({ entity }) => entity).join("+")}`);
  }
}

test("who gave an entity away keeps nothing of it once it has ended, and so do those before", () => {
  const servers = new Servers(3);
  servers.desk(0).adopt(hero, at(1), 0);
  servers.handOver([hero], 0, 1);
  servers.handOver([hero], 1, 2);
  expect([servers.rolesAt(0), servers.rolesAt(1)]).toEqual([["escrow of 7"], ["escrow of 7"]]);
  servers.run(2, servers.desk(2).remove(hero, 100));
  for (const id of [0, 1, 2]) expect(servers.rolesAt(id)).toEqual(["ended of 7"]);
  expect(servers.desk(0).routeOf(hero)).toBeUndefined();
});

test("of a group only who has ended goes from the escrow", () => {
  const servers = new Servers(2);
  for (const entity of [hero, rider]) servers.desk(0).adopt(entity, at(1), 0);
  servers.handOver([hero, rider], 0, 1);
  servers.run(1, servers.desk(1).remove(rider, 100));
  expect(servers.rolesAt(0)).toEqual(["escrow of 7", "ended of 8"]);
  servers.handOver([hero], 1, 0);
  expect(servers.desk(0).epochOf(hero)).toEqual(at(3));
});

test("who could not hear of an end hears of it when the link is back, or sends its commit again", () => {
  const servers = new Servers(2);
  servers.desk(0).adopt(hero, at(1), 0);
  servers.handOver([hero], 0, 1);
  servers.deaf.add(0);
  servers.run(1, servers.desk(1).remove(hero, 100));
  expect(servers.rolesAt(0)).toEqual(["escrow of 7"]);
  const commit = { kind: "commit", root: hero, members: [{ entity: hero, epoch: at(2), state: "b" }] } as const;
  const again = servers.desk(1).receive(0, { ...commit, token: "t" }, 200);
  expect(again.map((effect) => effect.kind === "send" && effect.message.kind)).toEqual(["complete", "ended"]);
  servers.deaf.clear();
  servers.run(1, servers.desk(1).linkUp(0, 300));
  expect(servers.rolesAt(0)).toEqual(["ended of 7"]);
});

test("an end is remembered longer than any route, and then forgotten", () => {
  const servers = new Servers(2);
  servers.desk(0).adopt(hero, at(1), 0);
  servers.handOver([hero], 0, 1);
  servers.run(1, servers.desk(1).remove(hero, 100));
  for (const desk of servers.desks) desk.tick(30_000);
  expect(servers.rolesAt(1)).toEqual(["ended of 7"]);
  for (const desk of servers.desks) desk.tick(200_000);
  expect([servers.rolesAt(0), servers.rolesAt(1)]).toEqual([[], []]);
});

test("what never left the server where it began is not spoken of when it ends", () => {
  const one = deskOf();
  one.adopt(hero, at(1), 0);
  expect([one.remove(hero, 10), one.copies()]).toEqual([[], []]);
});

test("nobody ends elsewhere what was owned here since", () => {
  const one = deskOf();
  one.adopt(hero, at(5), 0);
  expect(one.receive(1, { kind: "ended", root: hero, epoch: at(4) }, 10)).toEqual([]);
  expect([one.epochOf(hero), one.copies().length]).toEqual([at(5), 1]);
});

const ghost = (count: number, owner: number): GhostCopy<string> => ({
  entity: hero,
  epoch: at(count),
  owner,
  state: "g",
});

test("a ghost of a dead server's player is told with the copies, and owned when it is promoted", () => {
  const one = deskOf({ ghosts: (isDead) => [ghost(4, 2), ghost(3, 3)].filter(({ owner }) => isDead(owner)) });
  const members = [{ entity: hero, epoch: at(4) }];
  expect(one.fence([2], 2, 0).copies).toEqual([{ root: hero, members, role: "ghost", peer: 2 }]);
  expect(one.promote({ root: hero, role: "ghost", members: [{ entity: hero, epoch: at(3) }], term: 2 }, 10)).toEqual(
    [],
  );
  const effects = one.promote({ root: hero, role: "ghost", members, term: 2 }, 20);
  expect(effects).toEqual([
    { kind: "own-ghost", root: hero, from: 2, members: [{ entity: hero, epoch: at(4, 2), state: "g" }] },
  ]);
  expect([one.epochOf(hero), one.openCount]).toEqual([at(4, 2), 0]);
  expect(one.promote({ root: hero, role: "ghost", members, term: 2 }, 30)).toEqual([]);
});

test("a ghost is let go when somebody has more, when the entity comes, and not kept when it was owned here since", () => {
  const one = deskOf({ ghosts: () => [ghost(4, 2)] });
  const order = { root: hero, role: "ghost", members: [{ entity: hero, epoch: at(4) }], term: 2 } as const;
  one.fence([2], 2, 0);
  expect([one.supersede(order, 10), one.openCount, one.promote(order, 20)]).toEqual([[], 0, []]);
  one.fence([2], 2, 30);
  one.adopt(hero, at(6), 40);
  expect(one.openCount).toBe(0);
  expect(one.fence([2], 3, 50).copies.map(({ role }) => role)).toEqual(["owner"]);
});
