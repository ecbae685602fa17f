import type { EntityId, Epoch } from "@ows/base";
import { type Member, type ServerId, withoutState } from "./messages.ts";
import type { TargetState } from "./target.ts";

/**
 * What a server has of a unit, best first. After a death the highest epoch wins; on a tie the better role.
 * `ended` says that there is no such entity any more: it is never promoted. `escrow` is what was given to `peer`: how an
 * ownership began. `staged` is what `peer` told while it owned, so at the same epoch it is never older than the escrow.
 * `ghost` is what `peer`, its owner, lets be seen of a player: all that is left where nobody has the whole.
 */
export const ROLES = ["ended", "owner", "staged", "escrow", "ghost"] as const;
export type Role = (typeof ROLES)[number];

export type UnitCopy = {
  readonly root: EntityId;
  /** Every entity of the copy, at the epoch of the ownership that the copy belongs to. */
  readonly members: readonly Member[];
  readonly role: Role;
  /** The other server of the handoff, or the owner that told of the ghost; owners and what has ended have none. */
  readonly peer: ServerId | undefined;
};

/** Names members of a copy at the epochs that a decision was made on. */
export type CopyOrder = {
  readonly root: EntityId;
  readonly role: Role;
  readonly members: readonly Member[];
  readonly term: number;
};

/** Of what lives here. */
export function ownedCopies(owned: ReadonlyMap<EntityId, Epoch>): UnitCopy[] {
  return Array.from(owned, ([entity, epoch]) => ({
    root: entity,
    members: [{ entity, epoch }],
    role: "owner",
    peer: undefined,
  }));
}

/** Of what was told of units that are to come. */
export function stagedCopies(targets: ReadonlyMap<EntityId, TargetState<unknown>>): UnitCopy[] {
  const copies: UnitCopy[] = [];
  for (const [root, target] of targets) {
    if (target.phase !== "staged") continue;
    copies.push({ root, members: target.copy.map(withoutState), role: "staged", peer: target.from });
  }
  return copies;
}
