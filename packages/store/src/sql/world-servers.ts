import type { CustomerGuid, WorldServerId, ZoneInstanceId } from "../ports/ids.ts";
import type { LauncherRegistration, WorldServerRecord, WorldServerRepository } from "../ports/world-servers.ts";
import type { Row } from "../schema/schema.ts";
import { type DbTime, readTimeOrNull, type ValueCodec } from "../schema/values.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";
import { removeInstances } from "./zone-instance-removal.ts";

/** What OWS writes at registration. Nothing connects to it. */
const REGISTERED_PORT = 8081;

export function createWorldServerRepository(context: SqlContext): WorldServerRepository {
  const { db, platform } = context;
  const { values } = platform;
  return {
    register: (registration) => db.transaction().execute((trx) => register(values, trx, registration)),

    async start(customerGuid, launcherGuid) {
      const row = await db
        .updateTable("WorldServers")
        .set({ ActiveStartTime: dbNow(context), ServerStatus: 1 })
        .where("CustomerGUID", "=", customerGuid)
        .where("ZoneServerGUID", "=", launcherGuid)
        .returning("WorldServerID")
        .executeTakeFirst();
      return row?.WorldServerID ?? null;
    },

    shutDown: (customerGuid, worldServerId) =>
      db.transaction().execute((trx) => shutDown(trx, customerGuid, worldServerId)),

    heartbeat: (customerGuid, worldServerId) =>
      db.transaction().execute((trx) => heartbeat(context, trx, customerGuid, worldServerId)),

    async listActive(customerGuid) {
      const rows = await selectWorldServers(db, customerGuid)
        .where("WorldServers.ServerStatus", "=", 1)
        .where("WorldServers.ActiveStartTime", "is not", null)
        .orderBy("WorldServers.WorldServerID")
        .execute();
      return rows.map((row) => worldServerRecord(values, row));
    },

    async listAll(customerGuid) {
      const rows = await selectWorldServers(db, customerGuid).orderBy("WorldServers.WorldServerID").execute();
      return rows.map((row) => worldServerRecord(values, row));
    },

    async get(customerGuid, worldServerId) {
      const row = await selectWorldServers(db, customerGuid)
        .where("WorldServers.WorldServerID", "=", worldServerId)
        .executeTakeFirst();
      return row === undefined ? null : worldServerRecord(values, row);
    },
  };
}

function selectWorldServers(db: Db, customerGuid: CustomerGuid) {
  return db
    .selectFrom("WorldServers")
    .leftJoin("LauncherHeartbeats", (join) =>
      join
        .onRef("LauncherHeartbeats.CustomerGUID", "=", "WorldServers.CustomerGUID")
        .onRef("LauncherHeartbeats.WorldServerID", "=", "WorldServers.WorldServerID"),
    )
    .selectAll("WorldServers")
    .select("LauncherHeartbeats.LastHeartbeat")
    .where("WorldServers.CustomerGUID", "=", customerGuid);
}

async function register(values: ValueCodec, trx: Db, registration: LauncherRegistration): Promise<WorldServerRecord> {
  const settings = {
    ServerIP: registration.serverIp,
    InternalServerIP: registration.internalServerIp,
    MaxNumberOfInstances: registration.maxNumberOfInstances,
    StartingMapInstancePort: registration.startingMapInstancePort,
    Port: REGISTERED_PORT,
    ServerStatus: 0,
  };
  await trx
    .insertInto("WorldServers")
    .values({
      ...settings,
      CustomerGUID: registration.customerGuid,
      ZoneServerGUID: registration.launcherGuid.toLowerCase(),
    })
    .onConflict((conflict) => conflict.columns(["CustomerGUID", "ZoneServerGUID"]).doUpdateSet(settings))
    .execute();
  const row = await selectWorldServers(trx, registration.customerGuid)
    .where("WorldServers.ZoneServerGUID", "=", registration.launcherGuid)
    .executeTakeFirstOrThrow();
  return worldServerRecord(values, row);
}

async function shutDown(
  trx: Db,
  customerGuid: CustomerGuid,
  worldServerId: WorldServerId,
): Promise<{ readonly removedInstances: readonly ZoneInstanceId[] } | null> {
  const stopped = await trx
    .updateTable("WorldServers")
    .set({ ActiveStartTime: null, ServerStatus: 0 })
    .where("CustomerGUID", "=", customerGuid)
    .where("WorldServerID", "=", worldServerId)
    .executeTakeFirst();
  if (stopped.numUpdatedRows === 0n) return null;
  const instances = await trx
    .selectFrom("MapInstances")
    .select("MapInstanceID")
    .where("CustomerGUID", "=", customerGuid)
    .where("WorldServerID", "=", worldServerId)
    .orderBy("MapInstanceID")
    .execute();
  const removedInstances = instances.map((row) => row.MapInstanceID);
  await removeInstances(trx, customerGuid, removedInstances);
  return { removedInstances };
}

async function heartbeat(
  context: SqlContext,
  trx: Db,
  CustomerGUID: CustomerGuid,
  WorldServerID: WorldServerId,
): Promise<boolean> {
  const known = await trx
    .selectFrom("WorldServers")
    .select("WorldServerID")
    .where("CustomerGUID", "=", CustomerGUID)
    .where("WorldServerID", "=", WorldServerID)
    .executeTakeFirst();
  if (known === undefined) return false;
  const LastHeartbeat = dbNow(context);
  await trx
    .insertInto("LauncherHeartbeats")
    .values({ CustomerGUID, WorldServerID, LastHeartbeat })
    .onConflict((conflict) => conflict.columns(["CustomerGUID", "WorldServerID"]).doUpdateSet({ LastHeartbeat }))
    .execute();
  return true;
}

function worldServerRecord(
  values: ValueCodec,
  row: Row<"WorldServers"> & { readonly LastHeartbeat: DbTime | null },
): WorldServerRecord {
  return {
    customerGuid: row.CustomerGUID,
    worldServerId: row.WorldServerID,
    serverIp: row.ServerIP,
    maxNumberOfInstances: row.MaxNumberOfInstances,
    activeStartTime: readTimeOrNull(values, row.ActiveStartTime),
    port: row.Port,
    serverStatus: row.ServerStatus,
    internalServerIp: row.InternalServerIP,
    startingMapInstancePort: row.StartingMapInstancePort,
    zoneServerGuid: row.ZoneServerGUID,
    lastHeartbeat: readTimeOrNull(values, row.LastHeartbeat),
  };
}
