import type { EntityId, Epoch } from "@ows/base";
import type { CoordinatorEvent, HandoffMessage, OwnershipOrder } from "@ows/mesh";
import type { GhostNews } from "./sim-ghosts.ts";
import type { SimState } from "./state.ts";

/** The coordinator's address; servers follow, clients begin at `FIRST_CLIENT`. */
export const COORDINATOR = 0;
export const FIRST_CLIENT = 1_000;

/** An input, or (`isResume`) the word of a client that everything up to `n` was acknowledged to it. */
export type Input = { readonly entity: EntityId; readonly n: number; readonly isResume: boolean };

export type SimMessage =
  | { readonly kind: "handoff"; readonly message: HandoffMessage<SimState> }
  | { readonly kind: "ghosts"; readonly news: GhostNews }
  | { readonly kind: "forward"; readonly input: Input; readonly hops: number }
  | { readonly kind: "hello" }
  | { readonly kind: "event"; readonly event: CoordinatorEvent }
  | { readonly kind: "order"; readonly order: OwnershipOrder }
  | { readonly kind: "partition"; readonly version: number; readonly owners: readonly number[] }
  | { readonly kind: "attach"; readonly entity: EntityId; readonly token: string | undefined }
  | { readonly kind: "input"; readonly input: Input }
  | { readonly kind: "warm"; readonly root: EntityId }
  | { readonly kind: "warm-up"; readonly root: EntityId; readonly to: number; readonly token: string }
  | { readonly kind: "welcome"; readonly epoch: Epoch; readonly lastInput: number }
  | { readonly kind: "ack"; readonly epoch: Epoch; readonly lastInput: number }
  | { readonly kind: "redirect"; readonly to: number };
