import { compareEpochs } from "@ows/base";
import { isNamed, type Member, type MemberState, type ServerId } from "./messages.ts";

/** A player as the neighbours of its owner see it, kept from the owner's proof of death until it is decided on. */
export type GhostCopy<S> = MemberState<S> & {
  /** Who told of it last. */
  readonly owner: ServerId;
};

export type GhostState<S> = { readonly phase: "held"; readonly copy: GhostCopy<S> };

export type GhostEvent<S> =
  /** The owner is dead, and this is how the ghost stood then. */
  | { readonly kind: "owner-dead"; readonly copy: GhostCopy<S> }
  /** The owner is dead and nobody has more of these members than this ghost. */
  | { readonly kind: "promoted"; readonly members: readonly Member[]; readonly term: number }
  /** Somebody else owns these members, or they have ended. */
  | { readonly kind: "superseded"; readonly members: readonly Member[] }
  /** The entity came here by another way. */
  | { readonly kind: "came" };

export type GhostEffect<S> = {
  /** The entity is owned here, as far as it could be seen. */
  readonly kind: "own-ghost";
  readonly from: ServerId;
  readonly members: readonly MemberState<S>[];
};

export type GhostStep<S> = { readonly state: GhostState<S> | undefined; readonly effects: readonly GhostEffect<S>[] };

/** Begins to keep a ghost. */
export function holdGhost<S>(copy: GhostCopy<S>): GhostStep<S> {
  return { state: { phase: "held", copy }, effects: [] };
}

/** Applies one event to a ghost that is kept. */
export function stepGhost<S>(state: GhostState<S>, event: GhostEvent<S>): GhostStep<S> {
  const { copy } = state;
  switch (event.kind) {
    case "owner-dead":
      return compareEpochs(event.copy.epoch, copy.epoch) > 0 ? holdGhost(event.copy) : unchanged(state);
    case "promoted": {
      if (!isNamed(copy, event.members)) return unchanged(state);
      const { entity, epoch, owner: from } = copy;
      const members = [{ entity, epoch: { term: event.term, count: epoch.count }, state: copy.state }];
      return { state: undefined, effects: [{ kind: "own-ghost", from, members }] };
    }
    case "superseded":
      return isNamed(copy, event.members) ? { state: undefined, effects: [] } : unchanged(state);
    case "came":
      return { state: undefined, effects: [] };
  }
}

function unchanged<S>(state: GhostState<S>): GhostStep<S> {
  return { state, effects: [] };
}
