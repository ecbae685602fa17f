import { sql } from "kysely";
import type { CustomerGuid, EpochMs } from "../ports/ids.ts";
import type { StaleLimits, ZoneInstanceRecord, ZoneInstanceRepository } from "../ports/zone-instances.ts";
import { ZONE_INSTANCE_STATUS } from "../ports/zone-instances.ts";
import type { DbTime } from "../schema/values.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";
import { retryOnUniqueViolation } from "./statements.ts";
import { removeInstances } from "./zone-instance-removal.ts";
import { findZoneInstance, selectZoneInstances, zoneInstanceRecord, zoneInstanceView } from "./zone-instance-rows.ts";
import { insertStarting } from "./zone-instance-start.ts";

/** How often a port that another process took is replaced by the next one. */
const PORT_ATTEMPTS = 50;

export function createZoneInstanceRepository(context: SqlContext): ZoneInstanceRepository {
  const { db, platform } = context;
  const { values } = platform;
  return {
    insertStarting: (instance) =>
      retryOnUniqueViolation(PORT_ATTEMPTS, () =>
        db.transaction().execute((trx) => insertStarting(context, trx, instance)),
      ),

    get: (customerGuid, zoneInstanceId) => findZoneInstance(db, values, customerGuid, zoneInstanceId),

    async getByAddress(customerGuid, address, port) {
      const rows = await selectZoneInstances(db, customerGuid)
        .where("MapInstances.Port", "=", port)
        .where((is) =>
          is.or([is("WorldServers.ServerIP", "=", address), is("WorldServers.InternalServerIP", "=", address)]),
        )
        .execute();
      const [row] = rows;
      return row === undefined || rows.length > 1 ? null : zoneInstanceView(values, row);
    },

    async listAll(customerGuid) {
      const rows = await selectZoneInstances(db, customerGuid).orderBy("MapInstances.MapInstanceID").execute();
      return rows.map((row) => zoneInstanceView(values, row));
    },

    async listForWorldServer(customerGuid, worldServerId) {
      const rows = await selectZoneInstances(db, customerGuid)
        .where("MapInstances.WorldServerID", "=", worldServerId)
        .orderBy("MapInstances.MapInstanceID")
        .execute();
      return rows.map((row) => zoneInstanceView(values, row));
    },

    async listForZone(customerGuid, zoneName) {
      const rows = await selectZoneInstances(db, customerGuid)
        .where("Maps.ZoneName", "=", zoneName)
        .orderBy("MapInstances.MapInstanceID")
        .execute();
      return rows.map((row) => zoneInstanceView(values, row));
    },

    async updateNumberOfPlayers(customerGuid, zoneInstanceId, numberOfPlayers) {
      const now = dbNow(context);
      const result = await db
        .updateTable("MapInstances")
        .set({
          NumberOfReportedPlayers: numberOfPlayers,
          LastUpdateFromServer: now,
          Status: readyUnlessShutDown,
          LastServerEmptyDate: emptySince(numberOfPlayers, now),
        })
        .where("CustomerGUID", "=", customerGuid)
        .where("MapInstanceID", "=", zoneInstanceId)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },

    async setStatus(customerGuid, zoneInstanceId, status) {
      const result = await db
        .updateTable("MapInstances")
        .set({ Status: status })
        .where("CustomerGUID", "=", customerGuid)
        .where("MapInstanceID", "=", zoneInstanceId)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },

    remove: (customerGuid, zoneInstanceId) =>
      db.transaction().execute(async (trx) => (await removeInstances(trx, customerGuid, [zoneInstanceId])) > 0),

    async countLinks(customerGuid, zoneInstanceId) {
      const row = await db
        .selectFrom("CharOnMapInstance")
        .select((count) => count.fn.countAll<number>().as("links"))
        .where("CustomerGUID", "=", customerGuid)
        .where("MapInstanceID", "=", zoneInstanceId)
        .executeTakeFirstOrThrow();
      return Number(row.links);
    },

    cleanUpStale: (customerGuid, now, limits) =>
      db.transaction().execute((trx) => cleanUpStale(context, trx, { customerGuid, now, limits })),
  };
}

/** A server that was told to stop reports until it has saved everybody; that must not let players in again. */
const readyUnlessShutDown = sql<number>`case when ${sql.ref("Status")} = ${sql.lit(ZONE_INSTANCE_STATUS.shutDown)} then ${sql.lit(ZONE_INSTANCE_STATUS.shutDown)} else ${sql.lit(ZONE_INSTANCE_STATUS.ready)} end`;

/** The column after a report: set when the count falls to 0, cleared when it rises from 0. */
function emptySince(numberOfPlayers: number, now: DbTime) {
  const before = sql.ref("NumberOfReportedPlayers");
  const unchanged = sql.ref("LastServerEmptyDate");
  return numberOfPlayers === 0
    ? sql<DbTime | null>`case when ${before} > 0 then ${now} else ${unchanged} end`
    : sql<DbTime | null>`case when ${before} = 0 then null else ${unchanged} end`;
}

async function cleanUpStale(
  { platform }: SqlContext,
  trx: Db,
  { customerGuid, now, limits }: { customerGuid: CustomerGuid; now: EpochMs; limits: StaleLimits },
): Promise<readonly ZoneInstanceRecord[]> {
  const silentSince = platform.values.time(now - limits.silentMs);
  const startingSince = platform.values.time(now - limits.startingMs);
  const stale = await trx
    .selectFrom("MapInstances")
    .selectAll()
    .where("CustomerGUID", "=", customerGuid)
    .where((is) =>
      is.or([
        is.and([is("Status", "=", ZONE_INSTANCE_STATUS.starting), is("CreateDate", "<", startingSince)]),
        is.and([
          is("Status", "<>", ZONE_INSTANCE_STATUS.starting),
          is(is.fn.coalesce("LastUpdateFromServer", "CreateDate"), "<", silentSince),
        ]),
      ]),
    )
    .orderBy("MapInstanceID")
    .execute();
  await removeInstances(
    trx,
    customerGuid,
    stale.map((row) => row.MapInstanceID),
  );
  return stale.map((row) => zoneInstanceRecord(platform.values, row));
}
