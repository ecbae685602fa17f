import { isSomethingComing, startForWaiting, startKept } from "./demand.ts";
import { bury, countFailedStart, drain } from "./instances.ts";
import { drainIncomplete, membersOf } from "./mesh.ts";
import { expireReservations, occupancy } from "./occupancy.ts";
import { isOpen, tryPlace } from "./placement.ts";
import { hopelessBecause, overdueBecause } from "./reasons.ts";
import type { WaitingJoin, Zone, ZoneInstance } from "./records.ts";
import type { Draft, JoinState } from "./state.ts";
import { effectiveGroup, instancesOf, isMeshed } from "./state.ts";

const MINUTE_MS = 60_000;

/** Draws every conclusion that the state and the time allow. Settling twice changes nothing more. */
export function settle(draft: Draft): void {
  expireReservations(draft);
  endPauses(draft);
  endOverdueInstances(draft);
  drainIncomplete(draft);
  serveWaiting(draft);
  for (const zone of draft.zones.values()) startKept(draft, zone);
  stopIdle(draft);
}

function endPauses(draft: Draft): void {
  for (const worldServer of draft.worldServers.values()) {
    if (worldServer.avoidUntilMs === null || worldServer.avoidUntilMs > draft.nowMs) continue;
    draft.worldServers.set(worldServer.worldServerId, { ...worldServer, avoidUntilMs: null });
  }
  for (const [zoneId, restart] of draft.restarts) {
    if (restart.notBeforeMs === null || restart.notBeforeMs > draft.nowMs) continue;
    draft.restarts.set(zoneId, { ...restart, notBeforeMs: null });
  }
}

function endOverdueInstances(draft: Draft): void {
  const { nowMs, rules } = draft;
  for (const instance of [...draft.instances.values()]) {
    const { phase } = instance;
    const name = `zone server ${instance.zoneInstanceId ?? "without a row"}`;
    switch (phase.kind) {
      case "starting":
        if (nowMs < phase.startByMs) break;
        countFailedStart(draft, instance, `${name} was not ready after ${rules.startTimeoutMs / 1_000} s`);
        drain(draft, instance, `not ready after ${rules.startTimeoutMs / 1_000} s`);
        break;
      case "ready":
        if (phase.contactByMs !== null && nowMs >= phase.contactByMs) {
          drain(draft, instance, "contact lost");
        } else if (nowMs >= phase.reportedAtMs + rules.staleAfterMs) {
          drain(draft, instance, `no heartbeat for ${rules.staleAfterMs / 1_000} s`);
        }
        break;
      case "draining":
        if (nowMs >= phase.stopByMs) bury(draft, instance, instance.reason);
        break;
    }
  }
}

/** Groups of joins that can share instances, in order of arrival. */
function serveWaiting(draft: Draft): void {
  const queues = new Map<string, { zone: Zone; groupId: number }>();
  for (const waiting of draft.waiting.values()) {
    const zone = draft.zones.get(waiting.zoneId);
    if (zone === undefined) continue;
    const groupId = effectiveGroup(zone, waiting.groupId);
    queues.set(`${zone.zoneId}/${groupId}`, { zone, groupId });
  }
  for (const { zone, groupId } of queues.values()) serveQueue(draft, zone, groupId);
}

function serveQueue(draft: Draft, zone: Zone, groupId: number): void {
  // A crowd in front of a cold zone is the common case: nobody in it can be placed, and nobody is tried.
  const isAnyOpen = instancesOf(draft, zone.zoneId, groupId).some(isOpen);
  const queue = queueOf(draft, zone, groupId).filter(
    (waiting) => !((isAnyOpen || waiting.holder !== null) && tryPlace(draft, zone, waiting, false)),
  );
  startForWaiting(draft, zone, groupId, queue);
  const isComing = isSomethingComing(draft, zone, groupId);
  for (const queued of queue) {
    // It may have been let go a moment ago.
    const waiting = draft.waiting.get(queued.joinId) ?? queued;
    if (isAnyOpen && !isComing && tryPlace(draft, zone, waiting, true)) continue;
    const isLeaving = waiting.leaving !== null && waiting.isLetGo;
    const mayHelp = isComing || isLeaving || membersOf(draft, zone, groupId).length > 0;
    const refusal = mayHelp ? undefined : hopelessBecause(draft, zone, waiting);
    if (refusal !== undefined) refuse(draft, waiting, refusal);
    else if (draft.nowMs >= waiting.answerByMs) refuse(draft, waiting, overdueBecause(draft, zone, waiting));
  }
}

function queueOf(draft: Draft, zone: Zone, groupId: number): WaitingJoin[] {
  return [...draft.waiting.values()].filter(
    (waiting) => waiting.zoneId === zone.zoneId && effectiveGroup(zone, waiting.groupId) === groupId,
  );
}

function refuse(draft: Draft, waiting: WaitingJoin, refusal: ReturnType<typeof overdueBecause>): void {
  draft.waiting.delete(waiting.joinId);
  draft.effects.push({ kind: "answer", joinId: waiting.joinId, outcome: { kind: "failed", ...refusal } });
}

function stopIdle(draft: Draft): void {
  for (const instance of [...draft.instances.values()]) {
    const idleAtMs = idleDeadlineMs(draft, instance);
    if (idleAtMs !== undefined && draft.nowMs >= idleAtMs) drain(draft, instance, "empty");
  }
}

/** When an empty instance has to stop, or `undefined` while it has a reason to run. */
export function idleDeadlineMs(
  state: Pick<JoinState, "zones" | "instances">,
  instance: ZoneInstance,
): number | undefined {
  const zone = state.zones.get(instance.zoneId);
  if (zone !== undefined && isMeshed(zone)) return idleMeshDeadlineMs(state, zone, instance);
  const { phase } = instance;
  if (zone === undefined || phase.kind !== "ready" || phase.emptySinceMs === null || occupancy(instance) > 0) return;
  if (zone.minutesToShutdownAfterEmpty < 0 || phase.contactByMs !== null) return;
  if (zone.keepRunning && isLastOf(state, instance)) return;
  return phase.emptySinceMs + zone.minutesToShutdownAfterEmpty * MINUTE_MS;
}

/** The members of a mesh instance stop together, when all of them have been empty for so long. */
function idleMeshDeadlineMs(state: Pick<JoinState, "instances">, zone: Zone, { phase, groupId }: ZoneInstance) {
  if (zone.keepRunning || zone.minutesToShutdownAfterEmpty < 0 || phase.kind !== "ready") return;
  let emptySinceMs = Number.NEGATIVE_INFINITY;
  for (const member of membersOf(state, zone, groupId)) {
    const { phase } = member;
    if (phase.kind !== "ready" || phase.emptySinceMs === null || phase.contactByMs !== null) return;
    if (occupancy(member) > 0) return;
    emptySinceMs = Math.max(emptySinceMs, phase.emptySinceMs);
  }
  return emptySinceMs + zone.minutesToShutdownAfterEmpty * MINUTE_MS;
}

/** Whether no older instance stands in for it: of several idle copies of a kept zone, the oldest stays. */
function isLastOf(state: Pick<JoinState, "instances">, instance: ZoneInstance): boolean {
  return !instancesOf(state, instance.zoneId, instance.groupId).some(
    (other) => other.key < instance.key && other.phase.kind === "ready" && other.phase.contactByMs === null,
  );
}
