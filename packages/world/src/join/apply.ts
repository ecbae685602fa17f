import { assertNever } from "@ows/base";
import { bury, countFailedStart, drain, end } from "./instances.ts";
import { matesOf } from "./mesh.ts";
import type { JoinEvent, RecoveredInstance } from "./messages.ts";
import { withoutOldest, withoutReservation } from "./occupancy.ts";
import type { InstancePhase, JoinRequest, WorldServerId, Zone, ZoneInstance } from "./records.ts";
import type { Draft } from "./state.ts";
import { findInstance } from "./state.ts";

type EventOf<Kind extends JoinEvent["kind"]> = Extract<JoinEvent, { kind: Kind }>;

/** What an event says, before the rules draw their conclusions. What the state doesn't expect changes nothing. */
export function applyEvent(draft: Draft, event: JoinEvent): void {
  switch (event.kind) {
    case "zone-known":
      draft.zones.set(event.zone.zoneId, withSoundCaps(event.zone));
      return;
    case "recovered":
      recover(draft, event);
      return;
    case "world-server-started":
      startWorldServer(draft, event);
      return;
    case "world-server-stopped":
      stopWorldServer(draft, event.worldServerId, event.reason);
      return;
    case "launcher-heartbeat":
      hearLauncher(draft, event);
      return;
    case "join":
      admit(draft, event.join);
      return;
    case "join-cancelled":
      draft.waiting.delete(event.joinId);
      return;
    case "joins-steered":
      steer(draft, event);
      return;
    case "character-moved":
      noteMove(draft, event);
      return;
    case "instance-created":
      noteCreated(draft, event);
      return;
    case "start-failed":
      noteFailedStart(draft, event);
      return;
    case "tick":
      return;
    default:
      applyToInstance(draft, event);
      return;
  }
}

type InstanceEvent = EventOf<
  | "players-reported"
  | "contact-made"
  | "contact-lost"
  | "character-arrived"
  | "character-left"
  | "instance-exited"
  | "stop-requested"
>;

function applyToInstance(draft: Draft, event: InstanceEvent): void {
  const instance = findInstance(draft, event.zoneInstanceId);
  if (instance === undefined) return;
  switch (event.kind) {
    case "players-reported":
      notePlayers(draft, instance, event);
      return;
    case "contact-made":
      draft.instances.set(instance.key, { ...instance, namesPlayers: true, phase: inContact(instance.phase) });
      return;
    case "contact-lost": {
      if (instance.phase.kind !== "ready" || instance.phase.contactByMs !== null) return;
      const phase = { ...instance.phase, contactByMs: draft.nowMs + draft.rules.contactGraceMs };
      draft.instances.set(instance.key, { ...instance, phase, reason: event.reason });
      return;
    }
    case "character-arrived":
      noteArrival(draft, instance, event.characterName);
      return;
    case "character-left":
      noteDeparture(draft, event);
      return;
    case "instance-exited":
      end(draft, instance, event.reason, event.detail);
      return;
    case "stop-requested":
      drain(draft, instance, event.reason);
      return;
    default:
      assertNever(event);
  }
}

function inContact(phase: InstancePhase): InstancePhase {
  return phase.kind === "ready" ? { ...phase, contactByMs: null } : phase;
}

/** A cap below one would start servers for players whom no server may take. */
function withSoundCaps(zone: Zone): Zone {
  const hardPlayerCap = Math.max(1, zone.hardPlayerCap);
  const softPlayerCap = Math.min(hardPlayerCap, Math.max(1, zone.softPlayerCap));
  return { ...zone, hardPlayerCap, softPlayerCap, servers: Math.max(1, zone.servers) };
}

function recover(draft: Draft, event: EventOf<"recovered">): void {
  for (const { worldServerId, maxInstances, beats } of event.worldServers) {
    if (draft.worldServers.has(worldServerId)) continue;
    const heartbeatAtMs = beats ? draft.nowMs : null;
    draft.worldServers.set(worldServerId, {
      worldServerId,
      maxInstances,
      active: true,
      isListening: !beats,
      heartbeatAtMs,
      avoidUntilMs: null,
    });
  }
  for (const instance of event.instances) recoverInstance(draft, instance);
}

function recoverInstance(draft: Draft, row: RecoveredInstance): void {
  const { zoneInstanceId, zoneId, groupId, worldServerId, createdAtMs } = row;
  if (findInstance(draft, zoneInstanceId) !== undefined) return;
  const key = draft.nextKey++;
  draft.instances.set(key, {
    key,
    zoneId,
    groupId,
    worldServerId,
    // What a mesh instance agreed on is not in the store: its zone starts anew.
    meshKey: null,
    zoneInstanceId,
    namesPlayers: false,
    createdAtMs,
    phase: recoveredPhase(draft, row),
    reason: "found in the store",
    reservations: new Map(),
  });
}

function recoveredPhase(draft: Draft, row: RecoveredInstance): InstancePhase {
  const { nowMs, rules } = draft;
  if (row.status === "stopping") return { kind: "draining", stopByMs: nowMs + rules.drainTimeoutMs };
  if (row.status === "starting") return { kind: "starting", startByMs: nowMs + rules.startTimeoutMs };
  return {
    kind: "ready",
    readyAtMs: row.createdAtMs,
    reportedPlayers: row.reportedPlayers,
    reportedAtMs: nowMs,
    emptySinceMs: row.reportedPlayers > 0 ? null : (row.lastEmptyAtMs ?? row.createdAtMs),
    contactByMs: nowMs + rules.recoveryGraceMs,
  };
}

function startWorldServer(draft: Draft, event: EventOf<"world-server-started">): void {
  const { worldServerId, maxInstances, beats } = event;
  draft.worldServers.set(worldServerId, {
    worldServerId,
    maxInstances,
    active: true,
    isListening: !beats,
    heartbeatAtMs: beats ? draft.nowMs : null,
    avoidUntilMs: null,
  });
  const reason = `launcher ${worldServerId} was restarted`;
  for (const instance of instancesOn(draft, worldServerId)) {
    if (instance.phase.kind === "starting") end(draft, instance, reason);
    else if (beats) bury(draft, instance, reason);
  }
  // Whatever failed before, failed without this launcher.
  draft.restarts.clear();
}

function stopWorldServer(draft: Draft, worldServerId: WorldServerId, reason: string): void {
  const worldServer = draft.worldServers.get(worldServerId);
  if (worldServer !== undefined) draft.worldServers.set(worldServerId, { ...worldServer, active: false });
  for (const instance of instancesOn(draft, worldServerId)) end(draft, instance, reason);
}

function hearLauncher(draft: Draft, event: EventOf<"launcher-heartbeat">): void {
  const worldServer = draft.worldServers.get(event.worldServerId);
  if (worldServer === undefined || !worldServer.active) return;
  // It listens from its first beat on: what came too early can be sent again at once.
  const avoidUntilMs = worldServer.isListening ? worldServer.avoidUntilMs : null;
  if (!worldServer.isListening) draft.restarts.clear();
  draft.worldServers.set(event.worldServerId, {
    ...worldServer,
    isListening: true,
    heartbeatAtMs: draft.nowMs,
    avoidUntilMs,
  });
  const running = new Set(event.running);
  for (const instance of instancesOn(draft, event.worldServerId)) {
    const { zoneInstanceId } = instance;
    if (zoneInstanceId === null || running.has(zoneInstanceId)) continue;
    if (draft.nowMs - instance.createdAtMs < draft.rules.listGraceMs) continue;
    const reason = `launcher ${event.worldServerId} does not run zone server ${zoneInstanceId}`;
    // One that was ready died unseen, maybe long ago: that says nothing about the next start.
    if (instance.phase.kind === "starting") end(draft, instance, reason);
    else bury(draft, instance, reason);
  }
  for (const zoneInstanceId of running) {
    if (findInstance(draft, zoneInstanceId) !== undefined) continue;
    const { worldServerId } = event;
    draft.effects.push({ kind: "stop-instance", zoneInstanceId, worldServerId, reason: "nobody knows this instance" });
  }
}

function instancesOn(draft: Draft, worldServerId: WorldServerId): ZoneInstance[] {
  return [...draft.instances.values()].filter((instance) => instance.worldServerId === worldServerId);
}

function admit(draft: Draft, join: JoinRequest): void {
  const { rules, nowMs } = draft;
  const fail = (code: "unknown-zone" | "overloaded", message: string) =>
    draft.effects.push({ kind: "answer", joinId: join.joinId, outcome: { kind: "failed", code, message } });
  if (!draft.zones.has(join.zoneId)) {
    fail("unknown-zone", `there is no zone ${join.zoneId}`);
    return;
  }
  if (draft.waiting.size >= rules.maxWaiting) {
    fail("overloaded", `${draft.waiting.size} joins wait already, try again later`);
    return;
  }
  const holder = findInstance(draft, join.holder);
  draft.waiting.set(join.joinId, {
    ...join,
    holder: holder?.zoneInstanceId ?? null,
    answerByMs: nowMs + rules.answerWithinMs,
    failedStarts: 0,
    lastFailure: null,
    leaving: holder === undefined ? null : leaveFirst(holder, join),
    isLetGo: holder?.phase.kind === "draining",
  });
}

/** The instance that has to let the character go before it may be sent on. */
function leaveFirst(holder: ZoneInstance, join: JoinRequest): number | null {
  const { zoneInstanceId } = holder;
  if (zoneInstanceId === null || holder.phase.kind === "starting") return null;
  if (holder.phase.kind === "draining") return zoneInstanceId;
  return holder.zoneId === join.zoneId ? null : zoneInstanceId;
}

function noteCreated(draft: Draft, event: EventOf<"instance-created">): void {
  const { zoneInstanceId } = event;
  const instance = draft.instances.get(event.key);
  if (instance === undefined) {
    // Given up while its row was written: whatever came of it must go.
    draft.effects.push({ kind: "remove-instance", zoneInstanceId, reason: "given up before it was started" });
    return;
  }
  draft.instances.set(event.key, { ...instance, zoneInstanceId });
  if (instance.phase.kind !== "draining") return;
  const { worldServerId, reason } = instance;
  draft.effects.push({ kind: "stop-instance", zoneInstanceId, worldServerId, reason });
}

function noteFailedStart(draft: Draft, event: EventOf<"start-failed">): void {
  const instance = draft.instances.get(event.key);
  if (instance === undefined) return;
  const worldServer = draft.worldServers.get(instance.worldServerId);
  if (event.avoidWorldServer && worldServer !== undefined) {
    const avoidUntilMs = draft.nowMs + draft.rules.avoidMs;
    draft.worldServers.set(worldServer.worldServerId, { ...worldServer, avoidUntilMs });
  }
  if (instance.phase.kind === "starting") countFailedStart(draft, instance, event.reason);
  bury(draft, instance, event.reason);
}

function notePlayers(draft: Draft, instance: ZoneInstance, event: EventOf<"players-reported">): void {
  const { nowMs } = draft;
  const { phase } = instance;
  const { players } = event;
  if (phase.kind === "draining" || (phase.kind === "starting" && !event.ready)) return;
  const before = phase.kind === "ready" ? phase : { reportedPlayers: 0, readyAtMs: nowMs, emptySinceMs: nowMs };
  const arrived = instance.namesPlayers ? 0 : players - before.reportedPlayers;
  draft.instances.set(instance.key, {
    ...instance,
    reason: "running",
    reservations: withoutOldest(instance.reservations, arrived),
    phase: {
      kind: "ready",
      readyAtMs: before.readyAtMs,
      reportedPlayers: players,
      reportedAtMs: nowMs,
      emptySinceMs: players > 0 ? null : (before.emptySinceMs ?? nowMs),
      contactByMs: null,
    },
  });
}

/** The promise becomes a player; the next report, which counts it too, replaces this count. */
function noteArrival(draft: Draft, instance: ZoneInstance, characterName: string): void {
  if (instance.phase.kind !== "ready") return;
  // A member may have handed the newcomer on before its own arrival was told.
  let isPromised = false;
  for (const member of [instance, ...matesOf(draft, instance)]) {
    const reservations = withoutReservation(member.reservations, characterName);
    if (reservations.size === member.reservations.size) continue;
    isPromised = true;
    draft.instances.set(member.key, { ...member, reservations });
  }
  const current = draft.instances.get(instance.key);
  if (!isPromised || current === undefined) return;
  const phase = { ...instance.phase, reportedPlayers: instance.phase.reportedPlayers + 1, emptySinceMs: null };
  draft.instances.set(instance.key, { ...current, phase });
}

function noteDeparture(draft: Draft, event: EventOf<"character-left">): void {
  const name = event.characterName.toLowerCase();
  for (const [joinId, waiting] of draft.waiting) {
    if (waiting.leaving !== event.zoneInstanceId || waiting.characterName.toLowerCase() !== name) continue;
    draft.waiting.set(joinId, { ...waiting, leaving: null, holder: null });
  }
}

function steer(draft: Draft, event: EventOf<"joins-steered">): void {
  for (const [joinId, toward] of event.toward) {
    const waiting = draft.waiting.get(joinId);
    if (waiting !== undefined) draft.waiting.set(joinId, { ...waiting, toward });
  }
}

/** Who waits for the character to leave waits for its new owner now. */
function noteMove(draft: Draft, { from, to, characterName }: EventOf<"character-moved">): void {
  const name = characterName.toLowerCase();
  for (const [joinId, waiting] of draft.waiting) {
    if (waiting.characterName.toLowerCase() !== name || waiting.holder !== from) continue;
    const isLeaving = waiting.leaving === from;
    draft.waiting.set(joinId, { ...waiting, holder: to, leaving: isLeaving ? to : waiting.leaving });
    if (isLeaving && waiting.isLetGo)
      draft.effects.push({ kind: "evict", zoneInstanceId: to, characterName: waiting.characterName });
  }
}
