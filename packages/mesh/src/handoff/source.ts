import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import {
  type HandoffMessage,
  isNamed,
  type Member,
  type MemberState,
  nextEpoch,
  type RefuseReason,
  type ServerId,
} from "./messages.ts";

/** Durations of the source's side, in milliseconds. */
export type SourceRules = {
  /** How long a target may take to answer a Prepare. */
  readonly prepareWithinMs: number;
  /** How long a commit waits for the client's warm link. */
  readonly clientWithinMs: number;
  /** A commit without an answer for this long is taken to the coordinator. */
  readonly resolveAfterMs: number;
  /** Of so many tellings one is of the whole state: what the target keeps of differences is bounded. */
  readonly wholeEvery: number;
  /** How long the route to the new owner, and the bytes of the escrow, are kept after Complete. */
  readonly routeMs: number;
};

export const defaultSourceRules: SourceRules = {
  prepareWithinMs: 1_000,
  clientWithinMs: 500,
  resolveAfterMs: 250,
  wholeEvery: 64,
  routeMs: 10_000,
};

/** Where the handoff of one unit stands at the server that had it. A unit that is not being handed off has no state. */
export type SourceState<S> =
  | {
      readonly phase: "preparing";
      readonly to: ServerId;
      readonly members: readonly Member[];
      readonly untilMs: number;
    }
  | {
      readonly phase: "ready";
      readonly to: ServerId;
      readonly members: readonly Member[];
      readonly token: string;
      readonly sinceMs: number;
      readonly isClientWarm: boolean;
      /** States and differences sent so far; the target is staged after the first. */
      readonly sent: number;
    }
  /** Not the owner any more; `escrow` is what the commit carried, kept until the target certainly has it. */
  | {
      readonly phase: "released";
      readonly to: ServerId;
      readonly escrow: readonly MemberState<S>[];
      readonly token: string;
      readonly askAtMs: number;
      /** The target is proven dead: the decision of the coordinator is awaited. */
      readonly isTargetDead: boolean;
    }
  | {
      readonly phase: "confirmed";
      readonly to: ServerId;
      readonly escrow: readonly MemberState<S>[];
      readonly isDurable: boolean;
      readonly untilMs: number;
      /** The target is proven dead: the escrow stays until the coordinator has decided. */
      readonly isTargetDead: boolean;
    };

export type SourceEvent<S> =
  | { readonly kind: "ready"; readonly epoch: Epoch; readonly token: string }
  | { readonly kind: "refused"; readonly epoch: Epoch; readonly reason: RefuseReason }
  | { readonly kind: "client-warm" }
  /** The unit will not leave after all, or is another unit now. */
  | { readonly kind: "stay"; readonly reason: StayReason }
  /** End of a tick: the whole state now, one for each member. What is due is what `tellingDue` says. */
  | { readonly kind: "state"; readonly states: readonly S[] }
  /** End of a tick: what has changed since the last time, one for each member. */
  | { readonly kind: "delta"; readonly deltas: readonly S[] }
  /** End of a tick in which the unit stands far enough on the target's ground: its whole state now. */
  | { readonly kind: "leave"; readonly states: readonly S[] }
  | { readonly kind: "complete"; readonly epoch: Epoch }
  | { readonly kind: "not-taken"; readonly epoch: Epoch }
  | { readonly kind: "durable"; readonly epoch: Epoch }
  | { readonly kind: "target-up" }
  | { readonly kind: "target-down" }
  | { readonly kind: "target-dead" }
  /** The coordinator's answer: the target took the commit (or handed it on), or never will. */
  | { readonly kind: "resolved"; readonly epoch: Epoch; readonly isTaken: boolean }
  /** The target is dead and the copies here of these members, at these epochs, are the best there are. */
  | { readonly kind: "promoted"; readonly members: readonly Member[]; readonly term: number }
  /** The target is dead and somebody else owns these members. */
  | { readonly kind: "superseded"; readonly members: readonly Member[] }
  /** The ownerships that the commit began are over for these members: they came back here or ended, at these epochs. */
  | { readonly kind: "over"; readonly members: readonly Member[] }
  | { readonly kind: "tick" };

export type StayReason = "turned-back" | "another-target" | "regrouped" | "no-answer" | "target-down" | RefuseReason;

export type SourceEffect<S> =
  | { readonly kind: "send"; readonly to: ServerId; readonly message: HandoffMessage<S> }
  /** The client should open a warm link to the target. */
  | { readonly kind: "warm-client"; readonly to: ServerId; readonly token: string }
  /** Nothing came of it; the unit stays, and why. */
  | { readonly kind: "stayed"; readonly reason: StayReason }
  /** From now on the members are ghosts of the target's, and inputs for them are forwarded. */
  | { readonly kind: "released"; readonly to: ServerId }
  /** The members are owned here again, from their escrow. */
  | { readonly kind: "own-again"; readonly members: readonly MemberState<S>[] }
  | { readonly kind: "resolve"; readonly entity: EntityId; readonly epoch: Epoch; readonly to: ServerId }
  | { readonly kind: "drop-escrow" };

export type SourceStep<S> = {
  /** `undefined`: nothing of this handoff is left to remember. */
  readonly state: SourceState<S> | undefined;
  readonly effects: readonly SourceEffect<S>[];
};

type Unit = { readonly root: EntityId; readonly nowMs: number; readonly rules: SourceRules };

/** Begins a handoff: asks the target to prepare. */
export function beginHandoff<S>(
  prepare: Extract<HandoffMessage<S>, { kind: "prepare" }>,
  to: ServerId,
  { nowMs, rules }: Omit<Unit, "root">,
): SourceStep<S> {
  return {
    state: { phase: "preparing", to, members: prepare.members, untilMs: nowMs + rules.prepareWithinMs },
    effects: [{ kind: "send", to, message: prepare }],
  };
}

/** Applies one event. What a phase does not expect changes nothing: messages are lost, repeated and late. */
export function stepSource<S>(state: SourceState<S>, event: SourceEvent<S>, unit: Unit): SourceStep<S> {
  switch (state.phase) {
    case "preparing":
      return stepPreparing(state, event, unit);
    case "ready":
      return stepReady(state, event, unit);
    case "released":
      return stepReleased(state, event, unit);
    case "confirmed":
      return stepConfirmed(state, event, unit);
  }
}

/** When the machine next wants a `tick`, in milliseconds. */
export function sourceDeadlineMs<S>(state: SourceState<S>): number | undefined {
  switch (state.phase) {
    case "preparing":
      return state.untilMs;
    case "confirmed":
      return state.isTargetDead ? undefined : state.untilMs;
    case "released":
      return state.isTargetDead ? undefined : state.askAtMs;
    case "ready":
      return undefined;
  }
}

function stepPreparing<S>(
  state: Extract<SourceState<S>, { phase: "preparing" }>,
  event: SourceEvent<S>,
  unit: Unit,
): SourceStep<S> {
  switch (event.kind) {
    case "ready": {
      if (!isRootEpoch(state.members, event.epoch)) return unchanged(state);
      const { to, members } = state;
      const { token } = event;
      return {
        state: { phase: "ready", to, members, token, sinceMs: unit.nowMs, isClientWarm: false, sent: 0 },
        effects: [{ kind: "warm-client", to, token }],
      };
    }
    case "refused":
      return isRootEpoch(state.members, event.epoch) ? stayed(event.reason) : unchanged(state);
    case "stay":
      return abort(state, event.reason, unit);
    case "target-down":
    case "target-dead":
      return stayed("target-down");
    case "tick":
      return unit.nowMs >= state.untilMs ? abort(state, "no-answer", unit) : unchanged(state);
    default:
      return unchanged(state);
  }
}

function stepReady<S>(
  state: Extract<SourceState<S>, { phase: "ready" }>,
  event: SourceEvent<S>,
  unit: Unit,
): SourceStep<S> {
  switch (event.kind) {
    case "client-warm":
      return unchanged({ ...state, isClientWarm: true });
    case "state":
      return tell(state, "state", event.states, unit);
    case "delta":
      return state.sent > 0 ? tell(state, "delta", event.deltas, unit) : unchanged(state);
    case "leave":
      return canRelease(state, unit) ? release(state, event.states, unit) : unchanged(state);
    case "refused":
      return isRootEpoch(state.members, event.epoch) ? stayed(event.reason) : unchanged(state);
    case "stay":
      return abort(state, event.reason, unit);
    case "target-down":
    case "target-dead":
      return stayed("target-down");
    default:
      return unchanged(state);
  }
}

function stepReleased<S>(
  state: Extract<SourceState<S>, { phase: "released" }>,
  event: SourceEvent<S>,
  unit: Unit,
): SourceStep<S> {
  const { to, escrow } = state;
  switch (event.kind) {
    case "complete":
      return isRootEpoch(escrow, event.epoch) ? confirm(state, false, unit) : unchanged(state);
    case "durable":
      return isRootEpoch(escrow, event.epoch) ? confirm(state, true, unit) : unchanged(state);
    case "not-taken":
      return isRootEpoch(escrow, event.epoch) ? ownAgain(escrow) : unchanged(state);
    case "resolved":
      if (!isRootEpoch(escrow, event.epoch) || state.isTargetDead) return unchanged(state);
      return event.isTaken ? confirm(state, false, unit) : ownAgain(escrow);
    case "target-up":
      return { state, effects: [sendCommit(state, unit.root)] };
    case "target-dead":
      return unchanged({ ...state, isTargetDead: true });
    case "promoted":
      return promote(state, event);
    case "superseded":
      return supersede(state, event.members);
    case "over": {
      const left = withoutOlder(state, event.members);
      // Who has lived there was taken there, and all that came with it.
      return left?.phase === "released" && left !== state ? confirm(left, false, unit) : dropped(left);
    }
    case "tick": {
      const root = escrow[0];
      if (state.isTargetDead || unit.nowMs < state.askAtMs || root === undefined) return unchanged(state);
      return {
        state: { ...state, askAtMs: unit.nowMs + unit.rules.resolveAfterMs },
        effects: [{ kind: "resolve", entity: unit.root, epoch: root.epoch, to }],
      };
    }
    default:
      return unchanged(state);
  }
}

function stepConfirmed<S>(
  state: Extract<SourceState<S>, { phase: "confirmed" }>,
  event: SourceEvent<S>,
  unit: Unit,
): SourceStep<S> {
  switch (event.kind) {
    case "durable":
      return isRootEpoch(state.escrow, event.epoch) ? unchanged({ ...state, isDurable: true }) : unchanged(state);
    case "promoted":
      return promote(state, event);
    case "superseded":
      return supersede(state, event.members);
    case "over":
      return dropped(withoutOlder(state, event.members));
    case "target-dead":
      return unchanged({ ...state, isTargetDead: true });
    case "tick":
      if (state.isTargetDead || unit.nowMs < state.untilMs) return unchanged(state);
      return { state: undefined, effects: [{ kind: "drop-escrow" }] };
    default:
      return unchanged(state);
  }
}

/** What the runtime is to give at the end of this tick, if it gives anything; `mayLeave` as for `leave`. */
export function tellingDue<S>(
  state: Extract<SourceState<S>, { phase: "ready" }>,
  mayLeave: boolean,
  unit: Omit<Unit, "root">,
): "state" | "delta" | "leave" {
  if (mayLeave && canRelease(state, unit)) return "leave";
  return state.sent % unit.rules.wholeEvery === 0 ? "state" : "delta";
}

function canRelease<S>(
  { sent, isClientWarm, sinceMs }: Extract<SourceState<S>, { phase: "ready" }>,
  { nowMs, rules }: Omit<Unit, "root">,
): boolean {
  return sent > 0 && (isClientWarm || nowMs - sinceMs >= rules.clientWithinMs);
}

function tell<S>(
  state: Extract<SourceState<S>, { phase: "ready" }>,
  kind: "state" | "delta",
  states: readonly S[],
  { root }: Unit,
): SourceStep<S> {
  const { to, sent: sequence, members } = state;
  const message: HandoffMessage<S> = { kind, root, sequence, members: withStates(members, states) };
  return { state: { ...state, sent: sequence + 1 }, effects: [{ kind: "send", to, message }] };
}

function release<S>(
  state: Extract<SourceState<S>, { phase: "ready" }>,
  states: readonly S[],
  { root, nowMs, rules }: Unit,
): SourceStep<S> {
  const { to, token } = state;
  const escrow = withStates(state.members, states).map((member) => ({ ...member, epoch: nextEpoch(member.epoch) }));
  const askAtMs = nowMs + rules.resolveAfterMs;
  const released = { phase: "released", to, escrow, token, askAtMs, isTargetDead: false } as const;
  return { state: released, effects: [{ kind: "released", to }, sendCommit(released, root)] };
}

function sendCommit<S>(state: Extract<SourceState<S>, { phase: "released" }>, root: EntityId): SourceEffect<S> {
  return { kind: "send", to: state.to, message: { kind: "commit", root, members: state.escrow, token: state.token } };
}

/** The target has it. The bytes stay as long as the route, so that a late question can still be answered with data. */
function confirm<S>(
  state: Extract<SourceState<S>, { phase: "released" }>,
  isDurable: boolean,
  { nowMs, rules }: Unit,
): SourceStep<S> {
  const { to, escrow, isTargetDead } = state;
  const untilMs = nowMs + rules.routeMs;
  return { state: { phase: "confirmed", to, escrow, isDurable, untilMs, isTargetDead }, effects: [] };
}

function ownAgain<S>(escrow: readonly MemberState<S>[]): SourceStep<S> {
  // Escrow carries the burned epoch: one above it, two above the ownership that was given away.
  const members = escrow.map((member) => ({ ...member, epoch: nextEpoch(member.epoch) }));
  return { state: undefined, effects: [{ kind: "own-again", members }] };
}

type Escrowed<S> = Extract<SourceState<S>, { phase: "released" | "confirmed" }>;

/** A promotion names the epochs of the copies it was decided on; what is not here at them any more is not touched. */
function promote<S>(
  state: Escrowed<S>,
  { members: named, term }: { readonly members: readonly Member[]; readonly term: number },
): SourceStep<S> {
  const promoted = state.escrow.filter((member) => isNamed(member, named));
  if (!state.isTargetDead || promoted.length === 0) return unchanged(state);
  const members = promoted.map((member) => ({ ...member, epoch: { term, count: member.epoch.count } }));
  return { state: without(state, named), effects: [{ kind: "own-again", members }] };
}

function supersede<S>(state: Escrowed<S>, named: readonly Member[]): SourceStep<S> {
  return state.isTargetDead ? dropped(without(state, named)) : unchanged(state);
}

/** `undefined`: nothing is left of the escrow. */
function dropped<S>(left: SourceState<S> | undefined): SourceStep<S> {
  return { state: left, effects: left === undefined ? [{ kind: "drop-escrow" }] : [] };
}

/** Members are decided on one by one: of a unit that was regrouped later, a part may live on elsewhere. */
function without<S>(state: Escrowed<S>, named: readonly Member[]): Escrowed<S> | undefined {
  const escrow = state.escrow.filter((member) => !isNamed(member, named));
  return escrow.length === 0 ? undefined : { ...state, escrow };
}

/** `state` itself when none of its members is among those, at this epoch or a later one. */
function withoutOlder<S>(state: Escrowed<S>, later: readonly Member[]): Escrowed<S> | undefined {
  const isOver = ({ entity, epoch }: Member) =>
    later.some((other) => other.entity === entity && compareEpochs(epoch, other.epoch) <= 0);
  const escrow = state.escrow.filter((member) => !isOver(member));
  if (escrow.length === state.escrow.length) return state;
  return escrow.length === 0 ? undefined : { ...state, escrow };
}

function abort<S>(
  state: Extract<SourceState<S>, { phase: "preparing" | "ready" }>,
  reason: StayReason,
  { root }: Unit,
): SourceStep<S> {
  const epoch = state.members[0]?.epoch;
  if (epoch === undefined) return stayed(reason);
  return {
    state: undefined,
    effects: [
      { kind: "send", to: state.to, message: { kind: "abort", root, epoch } },
      { kind: "stayed", reason },
    ],
  };
}

function stayed<S>(reason: StayReason): SourceStep<S> {
  return { state: undefined, effects: [{ kind: "stayed", reason }] };
}

function unchanged<S>(state: SourceState<S>): SourceStep<S> {
  return { state, effects: [] };
}

/** The root is the first member of its unit. */
function isRootEpoch(members: readonly Member[], epoch: Epoch): boolean {
  const root = members[0]?.epoch;
  return root !== undefined && compareEpochs(root, epoch) === 0;
}

function withStates<S>(members: readonly Member[], states: readonly S[]): MemberState<S>[] {
  return members.map((member, i) => ({ ...member, state: states[i] as S }));
}
