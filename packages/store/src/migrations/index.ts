import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { indexes } from "../schema/indexes.ts";
import { OWS_DATABASE_VERSION, type OwsDatabase, owsTables } from "../schema/schema.ts";
import { groundTables } from "../schema/tables/ground.ts";
import { meshTables } from "../schema/tables/mesh.ts";
import { createIndex, createTable } from "../sql/create-schema.ts";
import type { DdlPlatform } from "../sql/platform.ts";

/**
 * Brings a database to the present schema, and returns the names of the migrations that ran. An OWS database keeps its
 * tables: only what it lacks is added. Throws what the database says when a migration fails; nothing of it then remains.
 */
export async function migrateToLatest(db: Kysely<OwsDatabase>, ddl: DdlPlatform): Promise<readonly string[]> {
  const provider = { getMigrations: () => Promise.resolve(migrations(ddl)) };
  const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
  return results.map((result) => result.migrationName);
}

/** The names sort in the order of execution. What has been released is not changed but followed by another one. */
function migrations(ddl: DdlPlatform): Record<string, Migration> {
  return {
    "20230304_ows": { up: (db) => createOwsTables(db, ddl) },
    "20261123_mesh": { up: (db) => createMeshTables(db, ddl) },
    "20261124_ground": { up: (db) => createGroundTables(db, ddl) },
  };
}

async function createOwsTables(db: Kysely<OwsDatabase>, ddl: DdlPlatform): Promise<void> {
  for (const [name, table] of Object.entries(owsTables)) await createTable(db, ddl, name, table);
  const version = await db.selectFrom("OWSVersion").select("OWSDBVersion").executeTakeFirst();
  if (version === undefined) {
    await db.insertInto("OWSVersion").values({ OWSDBVersion: OWS_DATABASE_VERSION }).execute();
  }
}

async function createMeshTables(db: Kysely<OwsDatabase>, ddl: DdlPlatform): Promise<void> {
  for (const [name, table] of Object.entries(meshTables)) await createTable(db, ddl, name, table);
  for (const index of indexes) await createIndex(db, index);
}

async function createGroundTables(db: Kysely<OwsDatabase>, ddl: DdlPlatform): Promise<void> {
  for (const [name, table] of Object.entries(groundTables)) await createTable(db, ddl, name, table);
}
