import type { CustomerGuid, EpochMs, WorldServerId, ZoneInstanceId } from "./ids.ts";

/** A row of WorldServers: one machine that a launcher serves. */
export interface WorldServerRecord {
  readonly customerGuid: CustomerGuid;
  readonly worldServerId: WorldServerId;
  readonly serverIp: string;
  readonly maxNumberOfInstances: number;
  /** Null: not running. */
  readonly activeStartTime: EpochMs | null;
  readonly port: number;
  /** 0 registered or shut down, 1 active. */
  readonly serverStatus: number;
  readonly internalServerIp: string;
  readonly startingMapInstancePort: number;
  /** The launcher's own GUID. */
  readonly zoneServerGuid: string | null;
  /** Null for launchers that send no heartbeats, as stock ones. */
  readonly lastHeartbeat: EpochMs | null;
}

export interface LauncherRegistration {
  readonly customerGuid: CustomerGuid;
  readonly launcherGuid: string;
  readonly serverIp: string;
  readonly internalServerIp: string;
  readonly maxNumberOfInstances: number;
  readonly startingMapInstancePort: number;
}

export interface WorldServerRepository {
  /** Adds the launcher's world server or updates all its settings; it is inactive until started. */
  register(registration: LauncherRegistration): Promise<WorldServerRecord>;
  /** Marks the launcher's world server active; null for an unknown launcher. */
  start(customerGuid: CustomerGuid, launcherGuid: string): Promise<WorldServerId | null>;
  /** Marks it inactive and deletes its instances with their links, in one transaction. Null for an unknown one. */
  shutDown(
    customerGuid: CustomerGuid,
    worldServerId: WorldServerId,
  ): Promise<{ readonly removedInstances: readonly ZoneInstanceId[] } | null>;
  /** Notes that the launcher lives; false for an unknown world server. */
  heartbeat(customerGuid: CustomerGuid, worldServerId: WorldServerId): Promise<boolean>;
  /** Status 1 and started, by id. */
  listActive(customerGuid: CustomerGuid): Promise<readonly WorldServerRecord[]>;
  /** All of them, by id. */
  listAll(customerGuid: CustomerGuid): Promise<readonly WorldServerRecord[]>;
  get(customerGuid: CustomerGuid, worldServerId: WorldServerId): Promise<WorldServerRecord | null>;
}
