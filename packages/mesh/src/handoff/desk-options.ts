import type { EntityId } from "@ows/base";
import type { GroundPoint } from "../ground/raster.ts";
import type { ApplyDelta } from "./apply-delta.ts";
import type { DeskGround, stepEarlyPrepare } from "./early-prepare.ts";
import type { GhostCopy, holdGhost, stepGhost } from "./ghost-copy.ts";
import type { EpochMemory } from "./memory.ts";
import type { HandoffMessage, MemberState, RefuseReason, ServerId } from "./messages.ts";
import type { SourceRules, stepSource } from "./source.ts";
import type { stepTarget, TargetRules } from "./target.ts";

export type DeskOptions<S> = {
  readonly source?: SourceRules;
  readonly target?: TargetRules;
  readonly applyDelta: ApplyDelta<S>;
  /** A token for the client: random, single use. */
  readonly makeToken: () => string;
  /** The ground in force here; without it units may come from anywhere to anywhere. */
  readonly ground?: () => DeskGround | undefined;
  /** Why a unit may not come here now, or `undefined`: room, draining, unknown classes. */
  readonly refusal: (
    prepare: Extract<HandoffMessage<S>, { kind: "prepare" }>,
    from: ServerId,
  ) => RefuseReason | undefined;
  /** Why what a commit carries can't be made here, or `undefined`: then it is not taken, and its source owns it again. */
  readonly cannotTake?: (members: readonly MemberState<S>[]) => RefuseReason | undefined;
  /** A commit that was taken is durable at once: there is no standby that must hear of it first. */
  readonly isDurableAtOnce: boolean;
  /** Players' ghosts here that one of the dead told of. */
  readonly ghosts?: (isDead: (server: ServerId) => boolean) => readonly GhostCopy<S>[];
  /** What may be watched or bent from outside: the simulator counts transitions and plants bugs here. */
  readonly parts?: Partial<DeskParts<S>>;
};

export type DeskParts<S> = {
  readonly stepSource: typeof stepSource<S>;
  readonly stepTarget: typeof stepTarget<S>;
  readonly stepEarlyPrepare: typeof stepEarlyPrepare<S>;
  readonly stepGhost: typeof stepGhost<S>;
  readonly holdGhost: typeof holdGhost<S>;
  readonly memory: EpochMemory;
};

/** A unit that is to leave. The root is the first member. */
export type LeavingUnit = {
  readonly members: readonly EntityId[];
  readonly classes: readonly number[];
  readonly character: string | undefined;
  /** Where the root will be when it leaves, by this version of the partition. */
  readonly at: GroundPoint;
  readonly partitionVersion: number;
};
