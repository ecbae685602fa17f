import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { ServerId } from "../ground/partition.ts";
import type { GroundPoint } from "../ground/raster.ts";

export type { ServerId };

/** Why a server does not want an entity, or can't have it. */
export type RefuseReason =
  | "full"
  | "not-my-ground"
  /** The partition that the Prepare goes by did not become known here in time. */
  | "behind"
  | "draining"
  | "unknown-class"
  | "handed-elsewhere"
  | "stale"
  | "void"
  | "not-prepared";

/** One entity of a unit, with the epoch of its present ownership. */
export type Member = { readonly entity: EntityId; readonly epoch: Epoch };

/** The state of one member as it leaves: `S` is whatever the runtime can make the entity from. */
export type MemberState<S> = Member & { readonly state: S };

/**
 * What servers say to one another about a unit: the entities that change hands together, all or none, named by their
 * root. Epochs in `prepare` … `delta` and `abort` are those of the source's ownership; in `commit`, `complete`,
 * `not-taken` and `durable` those of the ownership that the commit gives away.
 */
export type HandoffMessage<S> =
  | {
      readonly kind: "prepare";
      readonly root: EntityId;
      readonly members: readonly Member[];
      readonly classes: readonly number[];
      /** The character of the root, when a player owns it. */
      readonly character: string | undefined;
      /** Where the root will be when it leaves, in metres, by this version of the partition. */
      readonly at: GroundPoint;
      readonly partitionVersion: number;
    }
  | { readonly kind: "ready"; readonly root: EntityId; readonly epoch: Epoch; readonly token: string }
  | { readonly kind: "refuse"; readonly root: EntityId; readonly epoch: Epoch; readonly reason: RefuseReason }
  /** Full state; `sequence` counts from 0 for each preparation. */
  | {
      readonly kind: "state";
      readonly root: EntityId;
      readonly sequence: number;
      readonly members: readonly MemberState<S>[];
    }
  /** The same, as differences from the message before it. */
  | {
      readonly kind: "delta";
      readonly root: EntityId;
      readonly sequence: number;
      readonly members: readonly MemberState<S>[];
    }
  | { readonly kind: "abort"; readonly root: EntityId; readonly epoch: Epoch }
  /** From here the sender does not own the members; carries all that is needed to own them. */
  | {
      readonly kind: "commit";
      readonly root: EntityId;
      readonly members: readonly MemberState<S>[];
      readonly token: string;
    }
  | { readonly kind: "complete"; readonly root: EntityId; readonly epoch: Epoch }
  /** The commit came, was not taken and never will be: the sender of the commit may own again. */
  | { readonly kind: "not-taken"; readonly root: EntityId; readonly epoch: Epoch; readonly reason: RefuseReason }
  | { readonly kind: "durable"; readonly root: EntityId; readonly epoch: Epoch }
  /**
   * The entity – alone, whatever unit it was part of – is no more since this ownership. Told to whom it came from, and
   * from there on along the way that it came: what they keep of it in escrow must not come back.
   */
  | { readonly kind: "ended"; readonly root: EntityId; readonly epoch: Epoch };

/**
 * The epoch that a commit gives: one more than the source's. When the commit is declared void, that epoch is burned and
 * the source owns again at the one after it.
 */
export function nextEpoch(epoch: Epoch): Epoch {
  return { term: epoch.term, count: epoch.count + 1 };
}

export function withoutState({ entity, epoch }: Member): Member {
  return { entity, epoch };
}

/** Whether this very ownership of the entity is among those named. */
export function isNamed({ entity, epoch }: Member, named: readonly Member[]): boolean {
  return named.some((other) => other.entity === entity && compareEpochs(other.epoch, epoch) === 0);
}
