import type { ZoneInstance } from "./records.ts";
import { restartBackoffMs } from "./rules.ts";
import type { Draft } from "./state.ts";

/** Stops an instance; it keeps its port until its end is proven or `drainTimeoutMs` have passed. */
export function drain(draft: Draft, instance: ZoneInstance, reason: string): void {
  if (instance.phase.kind === "draining") return;
  const { zoneInstanceId, worldServerId } = instance;
  const stopByMs = draft.nowMs + draft.rules.drainTimeoutMs;
  draft.instances.set(instance.key, {
    ...instance,
    phase: { kind: "draining", stopByMs },
    reason,
    reservations: new Map(),
  });
  if (zoneInstanceId !== null) draft.effects.push({ kind: "stop-instance", zoneInstanceId, worldServerId, reason });
}

/** Forgets an instance whose process is gone. */
export function bury(draft: Draft, instance: ZoneInstance, reason: string): void {
  const { zoneInstanceId, zoneId, worldServerId } = instance;
  draft.instances.delete(instance.key);
  draft.gone.push({ zoneInstanceId, zoneId, worldServerId, goneAtMs: draft.nowMs, reason });
  if (zoneInstanceId !== null) draft.effects.push({ kind: "remove-instance", zoneInstanceId, reason });
  for (const [joinId, waiting] of draft.waiting) {
    if (waiting.leaving !== null && waiting.leaving === zoneInstanceId) {
      draft.waiting.set(joinId, { ...waiting, leaving: null });
    }
  }
}

/** Tells those who wait for this start that it failed, and slows restarts of zones that are kept running. */
export function countFailedStart(draft: Draft, instance: ZoneInstance, reason: string): void {
  if (!isWholeStart(draft, instance)) return;
  for (const [joinId, waiting] of draft.waiting) {
    if (waiting.zoneId !== instance.zoneId) continue;
    draft.waiting.set(joinId, { ...waiting, failedStarts: waiting.failedStarts + 1, lastFailure: reason });
  }
  const failures = (draft.restarts.get(instance.zoneId)?.failures ?? 0) + 1;
  draft.restarts.set(instance.zoneId, { failures, notBeforeMs: draft.nowMs + restartBackoffMs(failures) });
}

function hasRunningMate(draft: Draft, { key, meshKey }: ZoneInstance): boolean {
  if (meshKey === null) return false;
  return [...draft.instances.values()].some(
    (mate) => mate.meshKey === meshKey && mate.key !== key && mate.phase.kind !== "draining",
  );
}

/** Of the servers of a mesh instance the first that fails counts: the others are ended for it. */
function isWholeStart(draft: Draft, { key, meshKey, zoneId }: ZoneInstance): boolean {
  if (meshKey === null) return true;
  const starting = [...draft.instances.values()].filter(
    (mate) => mate.meshKey === meshKey && mate.key !== key && mate.phase.kind === "starting",
  );
  return starting.length + 1 === draft.zones.get(zoneId)?.servers;
}

/** The process has ended: by our wish, before it was ready, or while people played. */
export function end(draft: Draft, instance: ZoneInstance, reason: string, detail?: string): void {
  switch (instance.phase.kind) {
    case "starting":
      countFailedStart(draft, instance, reason);
      break;
    case "ready": {
      // Its ground goes to the others: nothing has to be started for it.
      if (hasRunningMate(draft, instance)) break;
      const wasSound = draft.nowMs - instance.phase.readyAtMs >= draft.rules.soundAfterMs;
      const failures = wasSound ? 0 : (draft.restarts.get(instance.zoneId)?.failures ?? 0) + 1;
      draft.restarts.set(instance.zoneId, { failures, notBeforeMs: draft.nowMs + restartBackoffMs(failures) });
      break;
    }
    case "draining":
      // Why it was asked to stop says more than that it did.
      bury(draft, instance, instance.reason);
      return;
  }
  bury(draft, instance, detail === undefined ? reason : `${reason} (${detail})`);
}
