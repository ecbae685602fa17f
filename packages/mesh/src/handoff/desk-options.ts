import type { DeskGround, stepEarlyPrepare } from "./early-prepare.ts";
import type { EpochMemory } from "./memory.ts";
import type { HandoffMessage, RefuseReason, ServerId } from "./messages.ts";
import type { SourceRules, stepSource } from "./source.ts";
import type { StateCodec } from "./state-codec.ts";
import type { stepTarget, TargetRules } from "./target.ts";

export type DeskOptions<S> = {
  readonly source?: SourceRules;
  readonly target?: TargetRules;
  /** How a state is told again by what changed. */
  readonly codec: StateCodec<S>;
  /** A token for the client: random, single use. */
  readonly makeToken: () => string;
  /** The ground in force here; without it units may come from anywhere to anywhere. */
  readonly ground?: () => DeskGround | undefined;
  /** Why a unit may not come here now, or `undefined`: room, draining, unknown classes. */
  readonly refusal: (
    prepare: Extract<HandoffMessage<S>, { kind: "prepare" }>,
    from: ServerId,
  ) => RefuseReason | undefined;
  /** A commit that was taken is durable at once: there is no standby that must hear of it first. */
  readonly isDurableAtOnce: boolean;
  /** What may be watched or bent from outside: the simulator counts transitions and plants bugs here. */
  readonly parts?: Partial<DeskParts<S>>;
};

export type DeskParts<S> = {
  readonly stepSource: typeof stepSource<S>;
  readonly stepTarget: typeof stepTarget<S>;
  readonly stepEarlyPrepare: typeof stepEarlyPrepare<S>;
  readonly memory: EpochMemory;
};
