import type { CustomerGuid, EpochMs, WorldServerId, ZoneId, ZoneInstanceId } from "./ids.ts";
import type { MapMode } from "./zones.ts";

/** MapInstances.Status. */
export const ZONE_INSTANCE_STATUS = { shutDown: 0, starting: 1, ready: 2 } as const;

/** A row of MapInstances. */
export interface ZoneInstanceRecord {
  readonly customerGuid: CustomerGuid;
  readonly mapInstanceId: ZoneInstanceId;
  readonly worldServerId: WorldServerId;
  readonly mapId: ZoneId;
  readonly port: number;
  /** 0 shut down, 1 starting, 2 ready. */
  readonly status: number;
  /** 0 or null: no group. */
  readonly playerGroupId: number | null;
  readonly numberOfReportedPlayers: number;
  readonly lastUpdateFromServer: EpochMs | null;
  readonly lastServerEmptyDate: EpochMs | null;
  readonly createDate: EpochMs;
}

/** An instance with the columns of its zone and its world server. */
export interface ZoneInstanceView extends ZoneInstanceRecord {
  readonly mapName: string;
  readonly zoneName: string;
  readonly worldCompContainsFilter: string;
  readonly worldCompListFilter: string;
  readonly mapMode: MapMode;
  readonly softPlayerCap: number;
  readonly hardPlayerCap: number;
  readonly minutesToShutdownAfterEmpty: number;
  readonly serverIp: string;
  readonly internalServerIp: string;
  readonly worldServerPort: number;
  readonly serverStatus: number;
  readonly activeStartTime: EpochMs | null;
  readonly maxNumberOfInstances: number;
  readonly zoneServerGuid: string | null;
}

export interface NewZoneInstance {
  readonly customerGuid: CustomerGuid;
  readonly worldServerId: WorldServerId;
  readonly mapId: ZoneId;
  /** 0: no group. */
  readonly playerGroupId: number;
}

export type InsertStartingResult =
  | { readonly kind: "inserted"; readonly instance: ZoneInstanceView }
  /** MaxNumberOfInstances rows of that world server exist already. */
  | { readonly kind: "no-capacity"; readonly maxNumberOfInstances: number }
  | { readonly kind: "unknown-world-server" }
  | { readonly kind: "unknown-zone" };

export interface StaleLimits {
  /** Ready or shut-down instances that reported nothing for this long are removed. */
  readonly silentMs: number;
  /** Instances that are still starting after this long are removed. */
  readonly startingMs: number;
}

export interface ZoneInstanceRepository {
  /**
   * Inserts a row of status 1 on the lowest free port of that world server. The ports are StartingMapInstancePort and the
   * MaxNumberOfInstances - 1 after it; two rows never share one, however many callers ask at once.
   */
  insertStarting(instance: NewZoneInstance): Promise<InsertStartingResult>;
  get(customerGuid: CustomerGuid, zoneInstanceId: ZoneInstanceId): Promise<ZoneInstanceView | null>;
  /** The one instance on this port of the world server with this external or internal address; null when none or several. */
  getByAddress(customerGuid: CustomerGuid, address: string, port: number): Promise<ZoneInstanceView | null>;
  /** The lists are ordered by instance id. */
  listAll(customerGuid: CustomerGuid): Promise<readonly ZoneInstanceView[]>;
  listForWorldServer(customerGuid: CustomerGuid, worldServerId: WorldServerId): Promise<readonly ZoneInstanceView[]>;
  listForZone(customerGuid: CustomerGuid, zoneName: string): Promise<readonly ZoneInstanceView[]>;
  /**
   * Records a report: the count, the time, status 2 unless it is 0 (shut down), and since when the instance is empty
   * (set when the count falls to 0, cleared when it rises from 0). False when there is no such row.
   */
  updateNumberOfPlayers(
    customerGuid: CustomerGuid,
    zoneInstanceId: ZoneInstanceId,
    numberOfPlayers: number,
  ): Promise<boolean>;
  /** False when there is no such row. */
  setStatus(customerGuid: CustomerGuid, zoneInstanceId: ZoneInstanceId, status: number): Promise<boolean>;
  /** Deletes the row with its links, in one step: from then on its claims count for nothing and no save of it is taken. False when there is no such row. */
  remove(customerGuid: CustomerGuid, zoneInstanceId: ZoneInstanceId): Promise<boolean>;
  /** Characters linked to the instance. */
  countLinks(customerGuid: CustomerGuid, zoneInstanceId: ZoneInstanceId): Promise<number>;
  /** Removes instances that exceeded a limit, with their links, and returns them. */
  cleanUpStale(customerGuid: CustomerGuid, now: EpochMs, limits: StaleLimits): Promise<readonly ZoneInstanceRecord[]>;
}
