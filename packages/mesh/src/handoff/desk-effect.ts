import type { EntityId, Epoch } from "@ows/base";
import type { HandoffMessage, Member, MemberState, ServerId } from "./messages.ts";
import type { StayReason } from "./source.ts";

/** What the runtime carries out, in the order given. */
export type DeskEffect<S> =
  | { readonly kind: "send"; readonly to: ServerId; readonly message: HandoffMessage<S> }
  | { readonly kind: "warm-client"; readonly root: EntityId; readonly to: ServerId; readonly token: string }
  | { readonly kind: "stayed"; readonly root: EntityId; readonly to: ServerId; readonly reason: StayReason }
  | { readonly kind: "released"; readonly root: EntityId; readonly members: readonly Member[]; readonly to: ServerId }
  | { readonly kind: "own-again"; readonly root: EntityId; readonly members: readonly MemberState<S>[] }
  | { readonly kind: "resolve"; readonly entity: EntityId; readonly epoch: Epoch; readonly to: ServerId }
  | { readonly kind: "staged"; readonly root: EntityId; readonly members: readonly MemberState<S>[] }
  | {
      readonly kind: "own";
      readonly root: EntityId;
      readonly from: ServerId;
      readonly token: string;
      readonly members: readonly MemberState<S>[];
    }
  /** Nobody alive had more of this player than its ghost here: `from`, who told of it, is dead. */
  | {
      readonly kind: "own-ghost";
      readonly root: EntityId;
      readonly from: ServerId;
      readonly members: readonly MemberState<S>[];
    }
  | { readonly kind: "unreserved"; readonly root: EntityId; readonly token: string }
  | { readonly kind: "forgotten"; readonly root: EntityId };
