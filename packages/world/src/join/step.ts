import { applyEvent } from "./apply.ts";
import type { JoinEffect, JoinEvent } from "./messages.ts";
import { idleDeadlineMs, settle } from "./settle.ts";
import type { JoinState } from "./state.ts";
import { closeDraft, openDraft } from "./state.ts";

export interface JoinStep {
  readonly state: JoinState;
  readonly effects: readonly JoinEffect[];
}

/**
 * Applies one event to the joins of one customer. A caller may assume: every join is answered exactly once, within
 * `answerWithinMs`, unless it is cancelled; a `placed` answer names an instance that was ready and in contact at that
 * moment; and no instance is promised more players than its zone's hard cap. What the state doesn't expect changes
 * nothing: messages may be lost, repeated or late.
 */
export function stepJoins(state: JoinState, event: JoinEvent, nowMs: number): JoinStep {
  const draft = openDraft(state, nowMs);
  applyEvent(draft, event);
  settle(draft);
  return closeDraft(draft);
}

/** When the machine next wants a `tick`, in milliseconds, or `undefined` for never. */
export function joinDeadlineMs(state: JoinState): number | undefined {
  let earliest = Number.POSITIVE_INFINITY;
  const wake = (atMs: number | null | undefined) => {
    if (atMs !== null && atMs !== undefined && atMs < earliest) earliest = atMs;
  };
  for (const waiting of state.waiting.values()) wake(waiting.answerByMs);
  for (const instance of state.instances.values()) {
    const { phase } = instance;
    for (const untilMs of instance.reservations.values()) wake(untilMs);
    if (phase.kind === "starting") wake(phase.startByMs);
    if (phase.kind === "draining") wake(phase.stopByMs);
    if (phase.kind === "ready") {
      wake(phase.contactByMs);
      wake(phase.reportedAtMs + state.rules.staleAfterMs);
      wake(idleDeadlineMs(state, instance));
    }
  }
  for (const restart of state.restarts.values()) wake(restart.notBeforeMs);
  for (const worldServer of state.worldServers.values()) wake(worldServer.avoidUntilMs);
  return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
}
