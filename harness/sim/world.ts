import type { EntityId } from "@ows/base";
import type { SourceRules, TargetRules } from "@ows/mesh";
import type { Bug } from "./bugs.ts";
import type { Coverage } from "./coverage.ts";
import type { Network } from "./network.ts";
import type { Holder, Oracle } from "./oracle.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Units } from "./units.ts";

/** What every actor of one run shares. */
export type World = {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly oracle: Oracle;
  readonly coverage: Coverage;
  readonly bug: Bug | undefined;
  readonly source: SourceRules;
  readonly target: TargetRules;
  readonly units: Units;
  /** Players are seen by other servers; entities end and regroup. */
  readonly hasLife: boolean;
  /** Entities that a client plays, and the client. */
  readonly clientOf: ReadonlyMap<EntityId, number>;
  readonly columns: number;
  readonly rows: number;
  /** Every server that ever was; a client asks around when it lost its own. */
  readonly serverIds: number[];
  readonly servers: () => Iterable<Holder>;
  readonly trace: ((line: () => string) => void) | undefined;
  isQuieting: boolean;
};
