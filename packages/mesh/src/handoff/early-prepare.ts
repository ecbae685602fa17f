import { compareEpochs, type Epoch } from "@ows/base";
import type { HandoffMessage, ServerId } from "./messages.ts";
import { refuse, type TargetRules } from "./target.ts";

type Prepare<S> = Extract<HandoffMessage<S>, { kind: "prepare" }>;

/** The ground of a server as it knows it: a version of the partition, and what of it is its own. */
export type DeskGround = {
  readonly version: number;
  /** Whether a place, in metres, is this server's own ground. */
  readonly holds: (x: number, y: number) => boolean;
};

/** A Prepare by a partition that is not in force here yet: it waits for that, and keeps no place. */
export type EarlyPrepare<S> = {
  readonly phase: "early";
  readonly from: ServerId;
  readonly prepare: Prepare<S>;
  readonly untilMs: number;
};

export type EarlyEvent =
  /** This version is in force here now. */
  | { readonly kind: "partition"; readonly version: number }
  | { readonly kind: "abort"; readonly epoch: Epoch }
  | { readonly kind: "source-dead" }
  /** A later Prepare of the same unit takes its turn. */
  | { readonly kind: "replaced" }
  | { readonly kind: "tick" };

export type EarlyStep<S> = {
  /** `undefined`: it waits no longer. */
  readonly state: EarlyPrepare<S> | undefined;
  readonly effects: readonly (
    | { readonly kind: "send"; readonly to: ServerId; readonly message: HandoffMessage<S> }
    /** It is judged like one that comes now. */
    | { readonly kind: "prepare" }
  )[];
};

/** Of one server. Who finds no room is refused at once and asks again later. */
export const MAX_EARLY_PREPARES = 256;

/** What the ground here says to a Prepare, or `undefined` for nothing against it. `hasRoom`: it may wait. */
export function judgeGround<S>(
  { at, partitionVersion }: Prepare<S>,
  ground: DeskGround | undefined,
  hasRoom: boolean,
): "early" | "behind" | "not-my-ground" | undefined {
  if (ground === undefined) return undefined;
  if (ground.version < partitionVersion) return hasRoom ? "early" : "behind";
  return ground.holds(at.x, at.y) ? undefined : "not-my-ground";
}

export function waitForPartition<S>(
  prepare: Prepare<S>,
  from: ServerId,
  { nowMs, rules }: { readonly nowMs: number; readonly rules: TargetRules },
): EarlyPrepare<S> {
  return { phase: "early", from, prepare, untilMs: nowMs + rules.partitionWithinMs };
}

/** Applies one event. What it does not wait for changes nothing. */
export function stepEarlyPrepare<S>(state: EarlyPrepare<S>, event: EarlyEvent, nowMs: number): EarlyStep<S> {
  const { from, prepare, untilMs } = state;
  switch (event.kind) {
    case "partition":
      return event.version >= prepare.partitionVersion
        ? { state: undefined, effects: [{ kind: "prepare" }] }
        : stay(state);
    case "abort":
      return compareEpochs(prepare.members[0]?.epoch as Epoch, event.epoch) === 0 ? gone() : stay(state);
    case "source-dead":
    case "replaced":
      return gone();
    case "tick":
      return nowMs >= untilMs ? { state: undefined, effects: [refuse(prepare, from, "behind")] } : stay(state);
  }
}

function stay<S>(state: EarlyPrepare<S>): EarlyStep<S> {
  return { state, effects: [] };
}

function gone<S>(): EarlyStep<S> {
  return { state: undefined, effects: [] };
}
