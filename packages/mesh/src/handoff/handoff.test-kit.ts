import type { EntityId, Epoch } from "@ows/base";
import type { ApplyDelta } from "./apply-delta.ts";
import type { EarlyEvent } from "./early-prepare.ts";
import type { GhostCopy, GhostEvent, GhostState } from "./ghost-copy.ts";
import type { Member, MemberState } from "./messages.ts";
import { defaultSourceRules, type SourceEvent, type SourceState } from "./source.ts";
import { defaultTargetRules, type TargetEvent, type TargetState } from "./target.ts";

/** A unit of two, leaving server 1 for server 2 at epoch 1.4. */
export const root = 7 as EntityId;
const rider = 8 as EntityId;
export const owned: Epoch = { term: 1, count: 4 };
export const given: Epoch = { term: 1, count: 5 };
export const members: readonly Member[] = [root, rider].map((entity) => ({ entity, epoch: owned }));
export const escrow: readonly MemberState<string>[] = [root, rider].map((entity) => ({
  entity,
  epoch: given,
  state: "s",
}));
export const copy: readonly MemberState<string>[] = [root, rider].map((entity) => ({
  entity,
  epoch: owned,
  state: "s",
}));
export const token = "t";

/** Of texts that only grow: a difference is what was added, after the length it was added to. */
export const applyDelta: ApplyDelta<string> = (before, delta) => {
  const [length, added] = delta.split("+");
  return Number(length) === before.length && added !== undefined ? before + added : undefined;
};

export const sourceUnit = { root, nowMs: 1_000, rules: defaultSourceRules };
export const targetUnit = { root, nowMs: 1_000, rules: defaultTargetRules, applyDelta };

export const sourceStates: readonly SourceState<string>[] = [
  { phase: "preparing", to: 2, members, untilMs: 2_000 },
  { phase: "preparing", to: 2, members, untilMs: 1_000 },
  { phase: "ready", to: 2, members, token, sinceMs: 900, isClientWarm: false, sent: 0 },
  { phase: "ready", to: 2, members, token, sinceMs: 900, isClientWarm: false, sent: 1 },
  { phase: "ready", to: 2, members, token, sinceMs: 900, isClientWarm: true, sent: 1 },
  { phase: "ready", to: 2, members, token, sinceMs: 500, isClientWarm: false, sent: 1 },
  { phase: "released", to: 2, escrow, token, askAtMs: 1_250, isTargetDead: false },
  { phase: "released", to: 2, escrow, token, askAtMs: 1_000, isTargetDead: false },
  { phase: "released", to: 2, escrow, token, askAtMs: 1_000, isTargetDead: true },
  { phase: "confirmed", to: 2, escrow, isDurable: false, untilMs: 2_000, isTargetDead: false },
  { phase: "confirmed", to: 2, escrow, isDurable: false, untilMs: 1_000, isTargetDead: false },
  { phase: "confirmed", to: 2, escrow, isDurable: false, untilMs: 1_000, isTargetDead: true },
];

const oldEpoch: Epoch = { term: 1, count: 3 };
const [first] = escrow as [MemberState<string>, MemberState<string>];
const [firstCopy] = copy as [MemberState<string>, MemberState<string>];

export const sourceEvents: readonly SourceEvent<string>[] = [
  { kind: "ready", epoch: owned, token },
  { kind: "ready", epoch: oldEpoch, token },
  { kind: "refused", epoch: owned, reason: "full" },
  { kind: "refused", epoch: oldEpoch, reason: "full" },
  { kind: "client-warm" },
  { kind: "stay", reason: "turned-back" },
  { kind: "state", states: ["a", "b"] },
  { kind: "delta", deltas: ["a", "b"] },
  { kind: "leave", states: ["a", "b"] },
  { kind: "complete", epoch: given },
  { kind: "complete", epoch: owned },
  { kind: "not-taken", epoch: given },
  { kind: "not-taken", epoch: owned },
  { kind: "durable", epoch: given },
  { kind: "durable", epoch: owned },
  { kind: "target-up" },
  { kind: "target-down" },
  { kind: "target-dead" },
  { kind: "resolved", epoch: given, isTaken: true },
  { kind: "resolved", epoch: given, isTaken: false },
  { kind: "resolved", epoch: owned, isTaken: false },
  { kind: "promoted", members: escrow, term: 2 },
  { kind: "promoted", members: [first], term: 2 },
  { kind: "promoted", members, term: 2 },
  { kind: "superseded", members: escrow },
  { kind: "superseded", members: [first] },
  { kind: "superseded", members },
  { kind: "over", members: escrow },
  { kind: "over", members: [first] },
  { kind: "over", members },
  { kind: "tick" },
];

export const earlyEvents: readonly EarlyEvent[] = [
  { kind: "partition", version: 0 },
  { kind: "partition", version: 1 },
  { kind: "abort", epoch: owned },
  { kind: "abort", epoch: oldEpoch },
  { kind: "source-dead" },
  { kind: "replaced" },
  { kind: "tick" },
];

const reservation = { from: 1, members, token };
const staged = { ...reservation, phase: "staged", sequence: 3, copy } as const;

export const targetStates: readonly TargetState<string>[] = [
  { ...reservation, phase: "reserved", untilMs: 2_000 },
  { ...reservation, phase: "reserved", untilMs: 1_000 },
  { ...staged, untilMs: 2_000, isSourceDead: false },
  { ...staged, untilMs: 1_000, isSourceDead: false },
  { ...staged, untilMs: 1_000, isSourceDead: true },
];

/** What the copy has become, as differences. */
export const grown: readonly MemberState<string>[] = copy.map((member) => ({ ...member, state: "1+t" }));

export const targetEvents: readonly TargetEvent<string>[] = [
  { kind: "state", sequence: 4, members: copy },
  { kind: "state", sequence: 3, members: copy },
  { kind: "state", sequence: 4, members: escrow },
  { kind: "delta", sequence: 4, members: grown },
  { kind: "delta", sequence: 5, members: grown },
  { kind: "delta", sequence: 4, members: copy },
  { kind: "commit", members: escrow },
  { kind: "commit", members: copy },
  { kind: "abort", epoch: owned },
  { kind: "abort", epoch: oldEpoch },
  { kind: "source-dead" },
  { kind: "promoted", members: copy, term: 2 },
  { kind: "promoted", members: [firstCopy], term: 2 },
  { kind: "promoted", members: escrow, term: 2 },
  { kind: "superseded", members: copy },
  { kind: "superseded", members: [firstCopy] },
  { kind: "superseded", members: escrow },
  { kind: "replaced" },
  { kind: "tick" },
];

const [lone] = copy as [MemberState<string>];
export const ghost: GhostCopy<string> = { ...lone, owner: 1 };

export const ghostStates: readonly GhostState<string>[] = [{ phase: "held", copy: ghost }];

export const ghostEvents: readonly GhostEvent<string>[] = [
  { kind: "owner-dead", copy: ghost },
  { kind: "owner-dead", copy: { ...ghost, epoch: given, owner: 2 } },
  { kind: "promoted", members: copy, term: 2 },
  { kind: "promoted", members: escrow, term: 2 },
  { kind: "superseded", members: copy },
  { kind: "superseded", members: escrow },
  { kind: "came" },
];
