import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { ApplyDelta } from "./apply-delta.ts";
import {
  type HandoffMessage,
  isNamed,
  type Member,
  type MemberState,
  nextEpoch,
  type RefuseReason,
  type ServerId,
} from "./messages.ts";

export type TargetRules = {
  /** A reservation that hears nothing from its source for this long is released. */
  readonly reservationMs: number;
  /** How long a Prepare by a newer partition waits for that, in milliseconds. */
  readonly partitionWithinMs: number;
};

export const defaultTargetRules: TargetRules = { reservationMs: 10_000, partitionWithinMs: 250 };

/** Where the handoff of one unit stands at the server that is to have it. */
export type TargetState<S> =
  | {
      readonly phase: "reserved";
      readonly from: ServerId;
      readonly members: readonly Member[];
      readonly token: string;
      readonly untilMs: number;
    }
  /** `copy` is the unit as its source last told it. */
  | {
      readonly phase: "staged";
      readonly from: ServerId;
      readonly members: readonly Member[];
      readonly token: string;
      readonly untilMs: number;
      readonly sequence: number;
      readonly copy: readonly MemberState<S>[];
      /** The source is proven dead: the decision of the coordinator is awaited. */
      readonly isSourceDead: boolean;
    };

export type TargetEvent<S> =
  | { readonly kind: "state"; readonly sequence: number; readonly members: readonly MemberState<S>[] }
  /** What has changed since the one before it. */
  | { readonly kind: "delta"; readonly sequence: number; readonly members: readonly MemberState<S>[] }
  | { readonly kind: "commit"; readonly members: readonly MemberState<S>[] }
  | { readonly kind: "abort"; readonly epoch: Epoch }
  | { readonly kind: "source-dead" }
  /** The source is dead and the copies here of these members, at these epochs, are the best there are. */
  | { readonly kind: "promoted"; readonly members: readonly Member[]; readonly term: number }
  /** The source is dead and somebody else owns these members. */
  | { readonly kind: "superseded"; readonly members: readonly Member[] }
  /** A later preparation of the same unit takes the place. */
  | { readonly kind: "replaced" }
  | { readonly kind: "tick" };

type TargetSend<S> = { readonly kind: "send"; readonly to: ServerId; readonly message: HandoffMessage<S> };

export type TargetEffect<S> =
  | TargetSend<S>
  /** The unit is known here now and may be shown to clients without a pop. */
  | { readonly kind: "staged"; readonly members: readonly MemberState<S>[] }
  | {
      readonly kind: "own";
      readonly from: ServerId;
      readonly token: string;
      readonly members: readonly MemberState<S>[];
    }
  /** The place that was kept is free again. */
  | { readonly kind: "unreserved"; readonly token: string };

export type TargetStep<S> = {
  readonly state: TargetState<S> | undefined;
  readonly effects: readonly TargetEffect<S>[];
};

type Unit<S> = {
  readonly root: EntityId;
  readonly nowMs: number;
  readonly rules: TargetRules;
  readonly applyDelta: ApplyDelta<S>;
};

type Prepare<S> = Extract<HandoffMessage<S>, { kind: "prepare" }>;

/** Answers a Prepare with a place and a token for the client. What refuses it was checked by the caller. */
export function reserve<S>(
  prepare: Prepare<S>,
  from: ServerId,
  token: string,
  { nowMs, rules }: Pick<Unit<S>, "nowMs" | "rules">,
): TargetStep<S> {
  const { root, members } = prepare;
  const epoch = members[0]?.epoch as Epoch;
  return {
    state: { phase: "reserved", from, members, token, untilMs: nowMs + rules.reservationMs },
    effects: [{ kind: "send", to: from, message: { kind: "ready", root, epoch, token } }],
  };
}

export function refuse<S>(
  prepare: Prepare<S>,
  from: ServerId,
  reason: RefuseReason,
): Extract<TargetEffect<S>, { kind: "send" }> {
  const epoch = prepare.members[0]?.epoch as Epoch;
  return { kind: "send", to: from, message: { kind: "refuse", root: prepare.root, epoch, reason } };
}

/** The commit is not taken and never will be. */
export function notTaken<S>(to: ServerId, root: EntityId, epoch: Epoch, reason: RefuseReason): TargetSend<S> {
  return { kind: "send", to, message: { kind: "not-taken", root, epoch, reason } };
}

/** Applies one event. What a phase does not expect changes nothing. */
export function stepTarget<S>(state: TargetState<S>, event: TargetEvent<S>, unit: Unit<S>): TargetStep<S> {
  switch (event.kind) {
    case "state":
      return isNewer(state, event.sequence) ? stage(state, event.sequence, event.members, unit) : unchanged(state);
    case "delta": {
      const members = patched(state, event, unit.applyDelta);
      return members === undefined ? unchanged(state) : stage(state, event.sequence, members, unit);
    }
    case "commit":
      return own(state, event.members, unit);
    case "abort":
      return sameEpoch(state.members[0]?.epoch, event.epoch) && !isWaiting(state) ? release(state) : unchanged(state);
    case "source-dead":
      // A copy that was never told is no copy; a told one may be the best that is left.
      return state.phase === "staged" ? unchanged({ ...state, isSourceDead: true }) : release(state);
    case "promoted":
      return promote(state, event);
    case "superseded":
      return supersede(state, event.members);
    case "replaced":
      return release(state);
    case "tick":
      return unit.nowMs >= state.untilMs && !isWaiting(state) ? release(state) : unchanged(state);
  }
}

/** When the machine next wants a `tick`, in milliseconds. */
export function targetDeadlineMs<S>(state: TargetState<S>): number | undefined {
  return isWaiting(state) ? undefined : state.untilMs;
}

function isWaiting<S>(state: TargetState<S>): boolean {
  return state.phase === "staged" && state.isSourceDead;
}

function stage<S>(
  state: TargetState<S>,
  sequence: number,
  copy: readonly MemberState<S>[],
  { nowMs, rules }: Unit<S>,
): TargetStep<S> {
  if (!sameEpoch(state.members[0]?.epoch, copy[0]?.epoch)) return unchanged(state);
  const { from, members, token } = state;
  return {
    state: {
      phase: "staged",
      from,
      members,
      token,
      untilMs: nowMs + rules.reservationMs,
      sequence,
      copy,
      isSourceDead: false,
    },
    effects: [{ kind: "staged", members: copy }],
  };
}

function isNewer<S>(state: TargetState<S>, sequence: number): boolean {
  return state.phase === "reserved" || (!state.isSourceDead && sequence > state.sequence);
}

/**
 * The members as they are now. A link delivers in order or not at all, so what does not follow on what was told is of
 * another preparation; the next whole state puts that right, and the commit carries all anyway.
 */
function patched<S>(
  state: TargetState<S>,
  { sequence, members }: Extract<TargetEvent<S>, { kind: "delta" }>,
  applyDelta: ApplyDelta<S>,
): readonly MemberState<S>[] | undefined {
  if (state.phase !== "staged" || state.isSourceDead || sequence !== state.sequence + 1) return undefined;
  const now: MemberState<S>[] = [];
  for (const { entity, epoch, state: delta } of members) {
    const before = state.copy[now.length];
    const after = before?.entity === entity ? applyDelta(before.state, delta) : undefined;
    if (after === undefined) return undefined;
    now.push({ entity, epoch, state: after });
  }
  return now;
}

/** A commit carries all that is needed: a lost state message before it does not matter. */
function own<S>(state: TargetState<S>, members: readonly MemberState<S>[], { root }: Unit<S>): TargetStep<S> {
  const given = members[0]?.epoch;
  const expected = state.members[0]?.epoch;
  if (given === undefined || expected === undefined) return unchanged(state);
  if (compareEpochs(given, nextEpoch(expected)) !== 0) return unchanged(state);
  const { from, token } = state;
  return {
    state: undefined,
    effects: [
      { kind: "own", from, token, members },
      { kind: "send", to: from, message: { kind: "complete", root, epoch: given } },
    ],
  };
}

/** A promotion names the epochs of the copies it was decided on; what is not here at them any more is not touched. */
function promote<S>(
  state: TargetState<S>,
  { members: named, term }: Extract<TargetEvent<S>, { kind: "promoted" }>,
): TargetStep<S> {
  if (state.phase !== "staged" || !state.isSourceDead) return unchanged(state);
  const promoted = state.copy.filter((member) => isNamed(member, named));
  if (promoted.length === 0) return unchanged(state);
  const { from, token } = state;
  const members = promoted.map((member) => ({ ...member, epoch: { term, count: member.epoch.count } }));
  return { state: without(state, named), effects: [{ kind: "own", from, token, members }] };
}

function supersede<S>(state: TargetState<S>, named: readonly Member[]): TargetStep<S> {
  if (state.phase !== "staged" || !state.isSourceDead) return unchanged(state);
  const left = without(state, named);
  return left === undefined ? release(state) : unchanged(left);
}

function without<S>(
  state: Extract<TargetState<S>, { phase: "staged" }>,
  named: readonly Member[],
): TargetState<S> | undefined {
  const copy = state.copy.filter((member) => !isNamed(member, named));
  return copy.length === 0 ? undefined : { ...state, copy };
}

function release<S>(state: TargetState<S>): TargetStep<S> {
  return { state: undefined, effects: [{ kind: "unreserved", token: state.token }] };
}

function unchanged<S>(state: TargetState<S>): TargetStep<S> {
  return { state, effects: [] };
}

function sameEpoch(a: Epoch | undefined, b: Epoch | undefined): boolean {
  return a !== undefined && b !== undefined && compareEpochs(a, b) === 0;
}
