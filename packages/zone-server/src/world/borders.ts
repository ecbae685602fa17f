import type { EntityId } from "@ows/base";
import type { Position } from "@ows/game";
import type { AnsweredElsewhere, CallFailureAnswer, PendingCall } from "./call-queue.ts";

/** The ways from this server's world to those of its neighbours. */
export type Borders = {
  /** Takes a call for an entity that does not live here, or says why it can't. */
  call(call: PendingCall): AnsweredElsewhere | CallFailureAnswer;
  /** To the player of an entity that lives elsewhere. Best effort. */
  tell(id: EntityId, name: string, json: string): void;
  /** To the players of other servers within `radius` of `at`. Best effort. */
  emit(name: string, json: string, at: Position, radius: number): void;
};
