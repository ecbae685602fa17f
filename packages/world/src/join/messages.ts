import type {
  InstanceKey,
  JoinId,
  JoinRequest,
  MeshKey,
  WorldServerId,
  Zone,
  ZoneId,
  ZoneInstanceId,
} from "./records.ts";

export type JoinEvent =
  | { readonly kind: "zone-known"; readonly zone: Zone }
  /** What the store held when we started. Nothing in it is believed until it is heard of. */
  | {
      readonly kind: "recovered";
      readonly worldServers: readonly RecoveredWorldServer[];
      readonly instances: readonly RecoveredInstance[];
    }
  /** A launcher has started: it runs nothing of what was asked of its predecessor and not yet ready. */
  | {
      readonly kind: "world-server-started";
      readonly worldServerId: WorldServerId;
      readonly maxInstances: number;
      /** It will send heartbeats, and has ended whatever its predecessor left. */
      readonly beats: boolean;
    }
  /** A launcher has gone, its children with it. */
  | { readonly kind: "world-server-stopped"; readonly worldServerId: WorldServerId; readonly reason: string }
  | {
      readonly kind: "launcher-heartbeat";
      readonly worldServerId: WorldServerId;
      readonly running: readonly ZoneInstanceId[];
    }
  | { readonly kind: "join"; readonly join: JoinRequest }
  /** Whoever asked has hung up. */
  | { readonly kind: "join-cancelled"; readonly joinId: JoinId }
  /** The row stands and the launcher has the order. */
  | { readonly kind: "instance-created"; readonly key: InstanceKey; readonly zoneInstanceId: ZoneInstanceId }
  | {
      readonly kind: "start-failed";
      readonly key: InstanceKey;
      readonly reason: string;
      /** It is the world server's fault: try another one first. */
      readonly avoidWorldServer: boolean;
    }
  | {
      readonly kind: "players-reported";
      readonly zoneInstanceId: ZoneInstanceId;
      readonly players: number;
      /** Whether this report says that players can come. */
      readonly ready: boolean;
    }
  /** Its control link stands: from now on it names its players. */
  | { readonly kind: "contact-made"; readonly zoneInstanceId: ZoneInstanceId }
  | { readonly kind: "contact-lost"; readonly zoneInstanceId: ZoneInstanceId; readonly reason: string }
  | { readonly kind: "character-arrived"; readonly zoneInstanceId: ZoneInstanceId; readonly characterName: string }
  /** Saved and released. */
  | { readonly kind: "character-left"; readonly zoneInstanceId: ZoneInstanceId; readonly characterName: string }
  /** Another member of its mesh instance simulates the character now. */
  | {
      readonly kind: "character-moved";
      readonly from: ZoneInstanceId;
      readonly to: ZoneInstanceId;
      readonly characterName: string;
    }
  /** The ground of a mesh instance was divided: which members each waiting join should go to, best first. */
  | { readonly kind: "joins-steered"; readonly toward: ReadonlyMap<JoinId, readonly ZoneInstanceId[]> }
  /** Proof of death. `reason` is told to those who waited for it; `detail` is for operators. */
  | {
      readonly kind: "instance-exited";
      readonly zoneInstanceId: ZoneInstanceId;
      readonly reason: string;
      readonly detail?: string;
    }
  | { readonly kind: "stop-requested"; readonly zoneInstanceId: ZoneInstanceId; readonly reason: string }
  | { readonly kind: "tick" };

/** A world server that was active when we were last heard of. */
export interface RecoveredWorldServer {
  readonly worldServerId: WorldServerId;
  readonly maxInstances: number;
  /** Whether its launcher is one that sends heartbeats. */
  readonly beats: boolean;
}

export interface RecoveredInstance {
  readonly zoneInstanceId: ZoneInstanceId;
  readonly zoneId: ZoneId;
  readonly groupId: number;
  readonly worldServerId: WorldServerId;
  readonly status: "starting" | "ready" | "stopping";
  readonly reportedPlayers: number;
  readonly createdAtMs: number;
  readonly lastUpdateAtMs: number | null;
  readonly lastEmptyAtMs: number | null;
}

export type JoinOutcome =
  | { readonly kind: "placed"; readonly zoneInstanceId: ZoneInstanceId }
  | { readonly kind: "failed"; readonly code: JoinFailure; readonly message: string };

export type JoinFailure = "unknown-zone" | "no-world-server" | "start-failed" | "timed-out" | "full" | "overloaded";

/** What the caller has to do, in this order. */
export type JoinEffect =
  | { readonly kind: "answer"; readonly joinId: JoinId; readonly outcome: JoinOutcome }
  /** Write the row (Status 1), then send the spin-up; answer with `instance-created` or `start-failed`. */
  | {
      readonly kind: "create-instance";
      readonly key: InstanceKey;
      readonly zoneId: ZoneId;
      readonly groupId: number;
      readonly worldServerId: WorldServerId;
      readonly meshKey: MeshKey | null;
    }
  /** Write Status 0, then tell the launcher and the zone server. */
  | {
      readonly kind: "stop-instance";
      readonly zoneInstanceId: ZoneInstanceId;
      readonly worldServerId: WorldServerId;
      readonly reason: string;
    }
  /** Remove the row, its links and its claims. */
  | { readonly kind: "remove-instance"; readonly zoneInstanceId: ZoneInstanceId; readonly reason: string }
  /** Ask the holder to save and release a character; answer with `character-left`. */
  | { readonly kind: "evict"; readonly zoneInstanceId: ZoneInstanceId; readonly characterName: string };
