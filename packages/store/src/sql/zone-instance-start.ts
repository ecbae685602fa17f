import type { InsertStartingResult, NewZoneInstance } from "../ports/zone-instances.ts";
import { ZONE_INSTANCE_STATUS } from "../ports/zone-instances.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";
import { findZoneInstance } from "./zone-instance-rows.ts";

export async function insertStarting(
  context: SqlContext,
  trx: Db,
  instance: NewZoneInstance,
): Promise<InsertStartingResult> {
  const { customerGuid, worldServerId, mapId } = instance;
  const server = await trx
    .selectFrom("WorldServers")
    .select(["StartingMapInstancePort", "MaxNumberOfInstances"])
    .where("CustomerGUID", "=", customerGuid)
    .where("WorldServerID", "=", worldServerId)
    .executeTakeFirst();
  if (server === undefined) return { kind: "unknown-world-server" };
  const zone = await trx
    .selectFrom("Maps")
    .select("MapID")
    .where("CustomerGUID", "=", customerGuid)
    .where("MapID", "=", mapId)
    .executeTakeFirst();
  if (zone === undefined) return { kind: "unknown-zone" };

  const taken = await trx
    .selectFrom("MapInstances")
    .select("Port")
    .where("WorldServerID", "=", worldServerId)
    .execute();
  const { StartingMapInstancePort, MaxNumberOfInstances } = server;
  const ports = { first: StartingMapInstancePort, count: MaxNumberOfInstances };
  const usedPorts = taken.map((row) => row.Port);
  const port = usedPorts.length < MaxNumberOfInstances ? lowestFreePort(ports, usedPorts) : null;
  if (port === null) return { kind: "no-capacity", maxNumberOfInstances: MaxNumberOfInstances };

  const inserted = await trx
    .insertInto("MapInstances")
    .values({
      CustomerGUID: customerGuid,
      WorldServerID: worldServerId,
      MapID: mapId,
      Port: port,
      Status: ZONE_INSTANCE_STATUS.starting,
      PlayerGroupID: instance.playerGroupId,
      NumberOfReportedPlayers: 0,
      LastUpdateFromServer: dbNow(context),
      CreateDate: dbNow(context),
    })
    .returning("MapInstanceID")
    .executeTakeFirstOrThrow();
  const view = await findZoneInstance(trx, context.platform.values, customerGuid, inserted.MapInstanceID);
  if (view === null) throw new Error(`zone instance ${inserted.MapInstanceID} was written and is not there`);
  return { kind: "inserted", instance: view };
}

/** Null when every port of the range is used. */
function lowestFreePort(
  range: { readonly first: number; readonly count: number },
  usedPorts: readonly number[],
): number | null {
  const used = new Set(usedPorts);
  for (let port = range.first; port < range.first + range.count; port++) {
    if (!used.has(port)) return port;
  }
  return null;
}
