import type { JoinEffect, JoinEvent } from "./messages.ts";
import type { JoinRequest, Zone } from "./records.ts";
import { defaultJoinRules } from "./rules.ts";
import type { JoinState } from "./state.ts";
import { emptyJoinState } from "./state.ts";
import { stepJoins } from "./step.ts";

export const cellar: Zone = {
  zoneId: 7,
  zoneName: "Cellar",
  mapName: "CellarMap",
  mapMode: 1,
  softPlayerCap: 60,
  hardPlayerCap: 80,
  minutesToShutdownAfterEmpty: 1,
  keepRunning: false,
  servers: 1,
};

export function joinOf(joinId: number, fields: Partial<JoinRequest> = {}): JoinEvent {
  const join = { joinId, characterName: `Hero${joinId}`, zoneId: 7, groupId: 0, holder: null, previous: null };
  return { kind: "join", join: { ...join, position: null, toward: [], ...fields } };
}

export const created = (key: number, zoneInstanceId: number): JoinEvent => ({
  kind: "instance-created",
  key,
  zoneInstanceId,
});

export const reported = (zoneInstanceId: number, players: number): JoinEvent => ({
  kind: "players-reported",
  zoneInstanceId,
  players,
  ready: true,
});

/** A customer with zone Cellar and one started world server. */
export function withCellar(zone: Partial<Zone> = {}, maxInstances = 10): JoinState {
  const events: JoinEvent[] = [
    { kind: "zone-known", zone: { ...cellar, ...zone } },
    { kind: "world-server-started", worldServerId: 1, maxInstances, beats: false },
  ];
  let state = emptyJoinState(defaultJoinRules);
  for (const event of events) state = stepJoins(state, event, 0).state;
  return state;
}

export interface Run {
  readonly state: JoinState;
  readonly effects: readonly JoinEffect[];
  /** One line per step: time, event, effects. */
  readonly transcript: string;
}

export function run(start: JoinState, script: readonly (readonly [number, JoinEvent])[]): Run {
  let state = start;
  const effects: JoinEffect[] = [];
  const lines: string[] = [];
  for (const [nowMs, event] of script) {
    const step = stepJoins(state, event, nowMs);
    state = step.state;
    effects.push(...step.effects);
    lines.push(`${nowMs} ms  ${event.kind} -> ${step.effects.map(effectText).join("; ") || "-"}`);
  }
  return { state, effects, transcript: lines.join("\n") };
}

function effectText(effect: JoinEffect): string {
  switch (effect.kind) {
    case "answer":
      return effect.outcome.kind === "placed"
        ? `join ${effect.joinId} to ${effect.outcome.zoneInstanceId}`
        : `join ${effect.joinId} failed (${effect.outcome.code}): ${effect.outcome.message}`;
    case "create-instance":
      return `create #${effect.key} on world server ${effect.worldServerId}${effect.groupId ? ` for group ${effect.groupId}` : ""}`;
    case "stop-instance":
      return `stop ${effect.zoneInstanceId} (${effect.reason})`;
    case "remove-instance":
      return `remove ${effect.zoneInstanceId} (${effect.reason})`;
    case "evict":
      return `evict ${effect.characterName} from ${effect.zoneInstanceId}`;
  }
}

/** How many joins were sent to each instance. */
export function placements(effects: readonly JoinEffect[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const effect of effects) {
    if (effect.kind !== "answer" || effect.outcome.kind !== "placed") continue;
    counts[effect.outcome.zoneInstanceId] = (counts[effect.outcome.zoneInstanceId] ?? 0) + 1;
  }
  return counts;
}
