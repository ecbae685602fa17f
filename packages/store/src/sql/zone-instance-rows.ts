import type { CustomerGuid, ZoneInstanceId } from "../ports/ids.ts";
import type { ZoneInstanceRecord, ZoneInstanceView } from "../ports/zone-instances.ts";
import type { Row } from "../schema/schema.ts";
import { type DbTime, readTimeOrNull, type ValueCodec } from "../schema/values.ts";
import type { Db } from "./context.ts";

export function zoneInstanceRecord(values: ValueCodec, row: Row<"MapInstances">): ZoneInstanceRecord {
  return {
    customerGuid: row.CustomerGUID,
    mapInstanceId: row.MapInstanceID,
    worldServerId: row.WorldServerID,
    mapId: row.MapID,
    port: row.Port,
    status: row.Status,
    playerGroupId: row.PlayerGroupID,
    numberOfReportedPlayers: row.NumberOfReportedPlayers,
    lastUpdateFromServer: readTimeOrNull(values, row.LastUpdateFromServer),
    lastServerEmptyDate: readTimeOrNull(values, row.LastServerEmptyDate),
    createDate: values.readTime(row.CreateDate),
  };
}

/** Instances with their zone and world server, to be narrowed down. */
export function selectZoneInstances(db: Db, customerGuid: CustomerGuid) {
  return db
    .selectFrom("MapInstances")
    .innerJoin("Maps", "Maps.MapID", "MapInstances.MapID")
    .innerJoin("WorldServers", "WorldServers.WorldServerID", "MapInstances.WorldServerID")
    .selectAll("MapInstances")
    .select(["Maps.MapName", "Maps.ZoneName", "Maps.WorldCompContainsFilter", "Maps.WorldCompListFilter"])
    .select(["Maps.MapMode", "Maps.SoftPlayerCap", "Maps.HardPlayerCap", "Maps.MinutesToShutdownAfterEmpty"])
    .select(["WorldServers.ServerIP", "WorldServers.InternalServerIP", "WorldServers.Port as WorldServerPort"])
    .select(["WorldServers.ServerStatus", "WorldServers.ActiveStartTime"])
    .select(["WorldServers.MaxNumberOfInstances", "WorldServers.ZoneServerGUID"])
    .where("MapInstances.CustomerGUID", "=", customerGuid);
}

type ZoneColumns = Omit<Row<"Maps">, "CustomerGUID" | "MapID" | "MapData" | "Width" | "Height">;
type ServerColumns = Omit<Row<"WorldServers">, "CustomerGUID" | "WorldServerID" | "Port" | "StartingMapInstancePort">;
type ViewRow = Row<"MapInstances"> &
  ZoneColumns &
  ServerColumns & { readonly WorldServerPort: number; readonly ActiveStartTime: DbTime | null };

export function zoneInstanceView(values: ValueCodec, row: ViewRow): ZoneInstanceView {
  return {
    ...zoneInstanceRecord(values, row),
    mapName: row.MapName,
    zoneName: row.ZoneName,
    worldCompContainsFilter: row.WorldCompContainsFilter,
    worldCompListFilter: row.WorldCompListFilter,
    mapMode: row.MapMode,
    softPlayerCap: row.SoftPlayerCap,
    hardPlayerCap: row.HardPlayerCap,
    minutesToShutdownAfterEmpty: row.MinutesToShutdownAfterEmpty,
    serverIp: row.ServerIP,
    internalServerIp: row.InternalServerIP,
    worldServerPort: row.WorldServerPort,
    serverStatus: row.ServerStatus,
    activeStartTime: readTimeOrNull(values, row.ActiveStartTime),
    maxNumberOfInstances: row.MaxNumberOfInstances,
    zoneServerGuid: row.ZoneServerGUID,
  };
}

export async function findZoneInstance(
  db: Db,
  values: ValueCodec,
  customerGuid: CustomerGuid,
  zoneInstanceId: ZoneInstanceId,
): Promise<ZoneInstanceView | null> {
  const row = await selectZoneInstances(db, customerGuid)
    .where("MapInstances.MapInstanceID", "=", zoneInstanceId)
    .executeTakeFirst();
  return row === undefined ? null : zoneInstanceView(values, row);
}
