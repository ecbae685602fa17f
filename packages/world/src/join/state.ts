import type { JoinEffect } from "./messages.ts";
import type {
  GoneInstance,
  InstanceKey,
  JoinId,
  WaitingJoin,
  WorldServer,
  WorldServerId,
  Zone,
  ZoneId,
  ZoneInstance,
  ZoneInstanceId,
} from "./records.ts";
import { DUNGEON_MAP_MODE } from "./records.ts";
import type { JoinRules } from "./rules.ts";
import { defaultJoinRules } from "./rules.ts";

/** How many ended instances are remembered, for people who ask why. */
const MAX_GONE = 32;

interface Restart {
  readonly failures: number;
  /** Set while a zone that is kept running has to wait for its next start. */
  readonly notBeforeMs: number | null;
}

/** Where the players of one customer are, are going, and wait to go. */
export interface JoinState {
  readonly rules: JoinRules;
  readonly zones: ReadonlyMap<ZoneId, Zone>;
  readonly worldServers: ReadonlyMap<WorldServerId, WorldServer>;
  readonly instances: ReadonlyMap<InstanceKey, ZoneInstance>;
  /** In order of arrival. */
  readonly waiting: ReadonlyMap<JoinId, WaitingJoin>;
  readonly restarts: ReadonlyMap<ZoneId, Restart>;
  /** The latest last. */
  readonly gone: readonly GoneInstance[];
  readonly nextKey: InstanceKey;
}

/** Where the ground of a zone is divided among several servers. */
export function isMeshed(zone: Zone): boolean {
  return zone.servers > 1;
}

export function emptyJoinState(rules: JoinRules = defaultJoinRules): JoinState {
  return {
    rules,
    zones: new Map(),
    worldServers: new Map(),
    instances: new Map(),
    waiting: new Map(),
    restarts: new Map(),
    gone: [],
    nextKey: 1,
  };
}

/** One step in the making: copies of the state's maps, whose records stay immutable. */
export interface Draft {
  readonly rules: JoinRules;
  readonly nowMs: number;
  readonly zones: Map<ZoneId, Zone>;
  readonly worldServers: Map<WorldServerId, WorldServer>;
  readonly instances: Map<InstanceKey, ZoneInstance>;
  readonly waiting: Map<JoinId, WaitingJoin>;
  readonly restarts: Map<ZoneId, Restart>;
  readonly gone: GoneInstance[];
  nextKey: InstanceKey;
  readonly effects: JoinEffect[];
}

export function openDraft(state: JoinState, nowMs: number): Draft {
  return {
    rules: state.rules,
    nowMs,
    zones: new Map(state.zones),
    worldServers: new Map(state.worldServers),
    instances: new Map(state.instances),
    waiting: new Map(state.waiting),
    restarts: new Map(state.restarts),
    gone: [...state.gone],
    nextKey: state.nextKey,
    effects: [],
  };
}

export function closeDraft(draft: Draft): { readonly state: JoinState; readonly effects: readonly JoinEffect[] } {
  const { rules, zones, worldServers, instances, waiting, restarts, nextKey, effects } = draft;
  const gone = draft.gone.slice(-MAX_GONE);
  return { state: { rules, zones, worldServers, instances, waiting, restarts, gone, nextKey }, effects };
}

export function findInstance(
  state: { readonly instances: ReadonlyMap<InstanceKey, ZoneInstance> },
  zoneInstanceId: ZoneInstanceId | null,
): ZoneInstance | undefined {
  if (zoneInstanceId === null) return undefined;
  for (const instance of state.instances.values()) {
    if (instance.zoneInstanceId === zoneInstanceId) return instance;
  }
  return undefined;
}

/** The group that separates instances of this zone: strangers share open ground, never a dungeon. */
export function effectiveGroup(zone: Zone, groupId: number): number {
  return zone.mapMode === DUNGEON_MAP_MODE ? groupId : 0;
}

export function instancesOf(
  state: { readonly instances: ReadonlyMap<InstanceKey, ZoneInstance> },
  zoneId: ZoneId,
  groupId: number,
): ZoneInstance[] {
  return [...state.instances.values()].filter((i) => i.zoneId === zoneId && i.groupId === groupId);
}
