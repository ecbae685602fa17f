import type { CustomerGuid, ZoneId } from "./ids.ts";

/** 1: open world, shared by everybody. 2: dungeon, an instance per player group. */
export type MapMode = number;

/** A row of Maps: a named zone on an Unreal map. */
export interface ZoneRecord {
  readonly customerGuid: CustomerGuid;
  readonly mapId: ZoneId;
  readonly mapName: string;
  readonly width: number;
  readonly height: number;
  readonly zoneName: string;
  readonly worldCompContainsFilter: string;
  readonly worldCompListFilter: string;
  readonly mapMode: MapMode;
  readonly softPlayerCap: number;
  readonly hardPlayerCap: number;
  readonly minutesToShutdownAfterEmpty: number;
}

/** What is left out takes the column's default on insert and stays as it is on update. */
export interface ZoneSettings {
  readonly zoneName: string;
  readonly mapName: string;
  readonly worldCompContainsFilter?: string;
  readonly worldCompListFilter?: string;
  readonly mapMode?: MapMode;
  readonly softPlayerCap?: number;
  readonly hardPlayerCap?: number;
  readonly minutesToShutdownAfterEmpty?: number;
}

export interface ZoneRepository {
  getByName(customerGuid: CustomerGuid, zoneName: string): Promise<ZoneRecord | null>;
  /** By zone name. */
  list(customerGuid: CustomerGuid): Promise<readonly ZoneRecord[]>;
  /** Inserts the zone, or updates the one of that name. */
  addOrUpdate(
    customerGuid: CustomerGuid,
    zone: ZoneSettings,
  ): Promise<{ readonly kind: "added" | "updated"; readonly zone: ZoneRecord }>;
}
