import type { EntityId, Epoch } from "@ows/base";
import type { ServerId } from "./messages.ts";

/**
 * What a server has of a unit, best first. After a death the highest epoch wins; on a tie the better role.
 * `escrow` is what was given to `peer`, `staged` what `peer` told before it gave.
 */
export const ROLES = ["owner", "escrow", "staged"] as const;
export type Role = (typeof ROLES)[number];

export type UnitCopy = {
  readonly root: EntityId;
  readonly epoch: Epoch;
  readonly role: Role;
  readonly peer: ServerId | undefined;
};
