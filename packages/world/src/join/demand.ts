import { membersOf } from "./mesh.ts";
import { occupancy } from "./occupancy.ts";
import type { MeshKey, WaitingJoin, WorldServer, Zone, ZoneInstance } from "./records.ts";
import { characterKey } from "./records.ts";
import type { Draft, JoinState } from "./state.ts";
import { effectiveGroup, findInstance, instancesOf, isMeshed } from "./state.ts";

/** Starts as many instances as those who wait need beyond what is being started for them already. */
export function startForWaiting(draft: Draft, zone: Zone, groupId: number, waiting: readonly WaitingJoin[]): void {
  const hopes = waiting.filter((join) => join.failedStarts <= draft.rules.startRetries && !isAtHome(draft, join));
  if (isMeshed(zone)) {
    if (hopes.length > 0 && membersOf(draft, zone, groupId).length === 0) {
      startMesh(draft, zone, groupId, "players wait for it");
    }
    return;
  }
  const instances = instancesOf(draft, zone.zoneId, groupId);
  const hopeful = hopes.filter((join) => !hasPromise(instances, join));
  const characters = new Set(hopeful.map((join) => characterKey(join.characterName))).size;
  let missing = characters - placesAhead(draft, zone, groupId);
  while (missing > 0 && start(draft, zone, groupId, "players wait for it")) missing -= zone.softPlayerCap;
}

/** Keeps one instance of a zone running, with growing pauses while it keeps failing. */
export function startKept(draft: Draft, zone: Zone): void {
  if (!isKeptMissing(draft, zone)) return;
  if ((draft.restarts.get(zone.zoneId)?.notBeforeMs ?? null) !== null) return;
  if (isMeshed(zone)) startMesh(draft, zone, 0, "kept running");
  else start(draft, zone, 0, "kept running");
}

function isKeptMissing(state: Pick<JoinState, "instances">, zone: Zone): boolean {
  return zone.keepRunning && !instancesOf(state, zone.zoneId, 0).some((i) => i.phase.kind !== "draining");
}

/** Whether instances are on their way for which it is worth waiting. */
export function isSomethingComing(draft: Draft, zone: Zone, groupId: number): boolean {
  return instancesOf(draft, zone.zoneId, groupId).some(isComing);
}

/** Lives in an instance of the zone whose contact may come back: it will not need a place. */
function isAtHome(draft: Draft, join: WaitingJoin): boolean {
  const home = findInstance(draft, join.holder);
  return home !== undefined && home.zoneId === join.zoneId && home.phase.kind === "ready";
}

/** A place is kept for it while it leaves another zone. */
function hasPromise(instances: readonly ZoneInstance[], join: WaitingJoin): boolean {
  if (join.leaving === null) return false;
  return instances.some((instance) => instance.reservations.has(characterKey(join.characterName)));
}

/** Places up to the soft cap, now and in instances that are on their way. */
function placesAhead(draft: Draft, zone: Zone, groupId: number): number {
  let places = 0;
  for (const instance of instancesOf(draft, zone.zoneId, groupId)) {
    if (instance.phase.kind !== "draining") places += Math.max(0, zone.softPlayerCap - occupancy(instance));
  }
  return places;
}

function isComing(instance: ZoneInstance): boolean {
  return instance.phase.kind === "starting" || (instance.phase.kind === "ready" && instance.phase.contactByMs !== null);
}

/** Starts all servers of a mesh instance, or none: less than all of them can't begin. */
function startMesh(draft: Draft, zone: Zone, groupId: number, reason: string): void {
  let room = 0;
  for (const worldServer of draft.worldServers.values()) {
    if (isUsable(worldServer, draft)) room += Math.max(0, worldServer.maxInstances - loadOf(draft, worldServer));
  }
  if (room < zone.servers) return;
  const meshKey: MeshKey = draft.nextKey;
  for (let i = 0; i < zone.servers; i++) start(draft, zone, groupId, reason, meshKey);
}

function start(draft: Draft, zone: Zone, groupId: number, reason: string, meshKey: MeshKey | null = null): boolean {
  const worldServer = leastLoaded(draft);
  if (worldServer === undefined) return false;
  const { nowMs } = draft;
  const { worldServerId } = worldServer;
  const { zoneId } = zone;
  const key = draft.nextKey++;
  draft.instances.set(key, {
    key,
    zoneId,
    groupId: effectiveGroup(zone, groupId),
    worldServerId,
    meshKey,
    zoneInstanceId: null,
    namesPlayers: false,
    createdAtMs: nowMs,
    phase: { kind: "starting", startByMs: nowMs + draft.rules.startTimeoutMs },
    reason,
    reservations: new Map(),
  });
  draft.effects.push({
    kind: "create-instance",
    key,
    zoneId,
    groupId: effectiveGroup(zone, groupId),
    worldServerId,
    meshKey,
  });
  return true;
}

function leastLoaded(draft: Draft): WorldServer | undefined {
  let chosen: WorldServer | undefined;
  for (const candidate of draft.worldServers.values()) {
    if (!isUsable(candidate, draft) || loadOf(draft, candidate) >= candidate.maxInstances) continue;
    if (chosen === undefined || loadOf(draft, candidate) < loadOf(draft, chosen)) chosen = candidate;
  }
  return chosen;
}

/** Active, heard of lately if it beats at all, and not just found deaf. */
export function isUsable(worldServer: WorldServer, at: { readonly nowMs: number; readonly rules: JoinState["rules"] }) {
  return worldServer.isListening && worldServer.avoidUntilMs === null && isAlive(worldServer, at);
}

export function isAlive(worldServer: WorldServer, at: { readonly nowMs: number; readonly rules: JoinState["rules"] }) {
  const { active, heartbeatAtMs } = worldServer;
  return active && (heartbeatAtMs === null || at.nowMs - heartbeatAtMs < at.rules.launcherSilenceMs);
}

export function loadOf(draft: Pick<Draft, "instances">, worldServer: WorldServer): number {
  let load = 0;
  for (const instance of draft.instances.values()) if (instance.worldServerId === worldServer.worldServerId) load++;
  return load;
}
