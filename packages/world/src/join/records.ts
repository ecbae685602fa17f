/** A row of `Maps`: a named play area. */
export type ZoneId = number;
/** A row of `MapInstances`: one running copy of a zone. Ids are never reused. */
export type ZoneInstanceId = number;
/** A row of `WorldServers`: one machine that a launcher serves. */
export type WorldServerId = number;
/** Names an instance from the moment it is decided on, before the store has given it a ZoneInstanceID. */
export type InstanceKey = number;
/** Names the instances of a meshed zone that were started together: one mesh instance. Never reused. */
export type MeshKey = number;
/** One question "where shall this character go", chosen by the caller, unique among those that wait. */
export type JoinId = number;

/** `Maps.MapMode` of a dungeon: its instances belong to one player group. */
export const DUNGEON_MAP_MODE = 2;

export interface Zone {
  readonly zoneId: ZoneId;
  readonly zoneName: string;
  readonly mapName: string;
  readonly mapMode: number;
  /** Joins fill an instance up to here. */
  readonly softPlayerCap: number;
  /** No instance is ever sent more players than this. */
  readonly hardPlayerCap: number;
  /** Negative: an empty instance stays for ever. */
  readonly minutesToShutdownAfterEmpty: number;
  /** One instance is kept running whether or not anybody plays. */
  readonly keepRunning: boolean;
  /** How many servers share its ground; 1: it is not meshed. Of a meshed zone one mesh instance runs at a time. */
  readonly servers: number;
}

export interface WorldServer {
  readonly worldServerId: WorldServerId;
  readonly maxInstances: number;
  readonly active: boolean;
  /** Whether it takes orders: a launcher that sends heartbeats sends the first one when it does. */
  readonly isListening: boolean;
  /** When its launcher was last heard of. `null`: a launcher that sends no heartbeats (the stock one). */
  readonly heartbeatAtMs: number | null;
  /** Set while no instance is started here: its launcher did not take the last spin-up. */
  readonly avoidUntilMs: number | null;
}

export type InstancePhase =
  /** Decided on; its process may or may not run yet. */
  | { readonly kind: "starting"; readonly startByMs: number }
  /** It has spoken. */
  | {
      readonly kind: "ready";
      readonly readyAtMs: number;
      readonly reportedPlayers: number;
      readonly reportedAtMs: number;
      /** Since when nobody plays here; `null` while somebody does. */
      readonly emptySinceMs: number | null;
      /** Set while contact is lost: nobody is sent here, and at this moment the instance is given up. */
      readonly contactByMs: number | null;
    }
  /** Asked to stop; its port and its place on the world server are still taken. */
  | { readonly kind: "draining"; readonly stopByMs: number };

export interface ZoneInstance {
  readonly key: InstanceKey;
  readonly zoneId: ZoneId;
  /** 0 for every instance that is not a group's dungeon. */
  readonly groupId: number;
  readonly worldServerId: WorldServerId;
  /** The mesh instance it is a member of; `null` where a server has its ground to itself. */
  readonly meshKey: MeshKey | null;
  /** `null` until the store has made the row. */
  readonly zoneInstanceId: ZoneInstanceId | null;
  /** It names the players that come and go; a stock server only counts them. */
  readonly namesPlayers: boolean;
  readonly createdAtMs: number;
  readonly phase: InstancePhase;
  /** Why it is in this phase, for people. */
  readonly reason: string;
  /** Places promised to characters that have not been reported yet: character key → moment the promise ends. */
  readonly reservations: ReadonlyMap<string, number>;
}

/** An instance that is no more. */
export interface GoneInstance {
  readonly zoneInstanceId: ZoneInstanceId | null;
  readonly zoneId: ZoneId;
  readonly worldServerId: WorldServerId;
  readonly goneAtMs: number;
  readonly reason: string;
}

export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface JoinRequest {
  readonly joinId: JoinId;
  readonly characterName: string;
  readonly zoneId: ZoneId;
  /** 0: none. Looked at in dungeons only. */
  readonly groupId: number;
  /** The instance that simulates the character right now. */
  readonly holder: ZoneInstanceId | null;
  /** The instance the character was last sent to: preferred, up to the hard cap. */
  readonly previous: ZoneInstanceId | null;
  /** Where in a meshed zone the character will appear, in metres; `null` when that is not known. */
  readonly position: Position | null;
  /** The members of a mesh instance it should go to, best first, as far as they are known by now. */
  readonly toward: readonly ZoneInstanceId[];
}

export interface WaitingJoin extends JoinRequest {
  readonly answerByMs: number;
  /** How many starts failed while this join waited for them. */
  readonly failedStarts: number;
  readonly lastFailure: string | null;
  /** The instance the character has to leave first. */
  readonly leaving: ZoneInstanceId | null;
  /** That instance lets the character go: it was told to, or it stops. Before a place is ready the character stays. */
  readonly isLetGo: boolean;
}

/** Names are unique without regard to case. */
export function characterKey(characterName: string): string {
  return characterName.toLowerCase();
}
