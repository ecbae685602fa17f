import type { CustomerGuid } from "../ports/ids.ts";
import type { ZoneRecord, ZoneRepository, ZoneSettings } from "../ports/zones.ts";
import type { Row } from "../schema/schema.ts";
import type { Db, SqlContext } from "./context.ts";

export function createZoneRepository({ db }: SqlContext): ZoneRepository {
  return {
    getByName: (customerGuid, zoneName) => findZone(db, customerGuid, zoneName),

    async list(customerGuid) {
      const rows = await selectZones(db, customerGuid).orderBy("ZoneName").execute();
      return rows.map(zoneRecord);
    },

    addOrUpdate: (customerGuid, zone) => db.transaction().execute((trx) => addOrUpdate(trx, customerGuid, zone)),
  };
}

function selectZones(db: Db, customerGuid: CustomerGuid) {
  return db
    .selectFrom("Maps")
    .select(["CustomerGUID", "MapID", "MapName", "Width", "Height", "ZoneName"])
    .select(["WorldCompContainsFilter", "WorldCompListFilter", "MapMode"])
    .select(["SoftPlayerCap", "HardPlayerCap", "MinutesToShutdownAfterEmpty"])
    .where("CustomerGUID", "=", customerGuid);
}

async function findZone(db: Db, customerGuid: CustomerGuid, zoneName: string): Promise<ZoneRecord | null> {
  const row = await selectZones(db, customerGuid).where("ZoneName", "=", zoneName).executeTakeFirst();
  return row === undefined ? null : zoneRecord(row);
}

async function addOrUpdate(
  trx: Db,
  customerGuid: CustomerGuid,
  zone: ZoneSettings,
): Promise<{ readonly kind: "added" | "updated"; readonly zone: ZoneRecord }> {
  const before = await findZone(trx, customerGuid, zone.zoneName);
  const columns = given({
    MapName: zone.mapName,
    WorldCompContainsFilter: zone.worldCompContainsFilter,
    WorldCompListFilter: zone.worldCompListFilter,
    MapMode: zone.mapMode,
    SoftPlayerCap: zone.softPlayerCap,
    HardPlayerCap: zone.hardPlayerCap,
    MinutesToShutdownAfterEmpty: zone.minutesToShutdownAfterEmpty,
  });
  await trx
    .insertInto("Maps")
    .values({
      ...columns,
      CustomerGUID: customerGuid,
      ZoneName: zone.zoneName,
      MapName: zone.mapName,
      // OWS's own AddZone writes one zero byte and no extent.
      MapData: new Uint8Array(1),
      Width: 0,
      Height: 0,
    })
    .onConflict((conflict) => conflict.columns(["CustomerGUID", "ZoneName"]).doUpdateSet(columns))
    .execute();
  const after = await findZone(trx, customerGuid, zone.zoneName);
  if (after === null) throw new Error(`the zone ${zone.zoneName} was written and is not there`);
  return { kind: before === null ? "added" : "updated", zone: after };
}

/** Without the members that are undefined: those columns keep their value or take their default. */
function given<Columns extends object>(
  columns: Columns,
): { [Name in keyof Columns]?: Exclude<Columns[Name], undefined> } {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Columns]?: Exclude<Columns[Name], undefined>;
  };
}

function zoneRecord(row: Omit<Row<"Maps">, "MapData">): ZoneRecord {
  return {
    customerGuid: row.CustomerGUID,
    mapId: row.MapID,
    mapName: row.MapName,
    width: row.Width,
    height: row.Height,
    zoneName: row.ZoneName,
    worldCompContainsFilter: row.WorldCompContainsFilter,
    worldCompListFilter: row.WorldCompListFilter,
    mapMode: row.MapMode,
    softPlayerCap: row.SoftPlayerCap,
    hardPlayerCap: row.HardPlayerCap,
    minutesToShutdownAfterEmpty: row.MinutesToShutdownAfterEmpty,
  };
}
