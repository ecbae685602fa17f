import { type Kysely, sql } from "kysely";
import type { ColumnDefault, ColumnKind } from "../schema/column.ts";
import type { OwsDatabase } from "../schema/schema.ts";
import type { DbBool, DbTime, ValueCodec } from "../schema/values.ts";
import type { DdlPlatform, SqlPlatform } from "../sql/platform.ts";

/**
 * Moments are ISO text in UTC with milliseconds (`2026-01-31T09:05:07.250Z`): it sorts as time does, and a person who
 * opens the file can read it. Truth values are 0 and 1.
 */
const values: ValueCodec = {
  time: (ms) => new Date(ms).toISOString() as DbTime,
  readTime: (value) => Date.parse(value),
  bool: (value) => (value ? 1 : 0) as DbBool,
  readBool: (value) => Boolean(value),
};

const ddl: DdlPlatform = {
  columnType: sqliteType,
  // A collation is not part of the reported type.
  reportedType: (kind) => sqliteType(kind).replace(" COLLATE NOCASE", ""),
  defaultExpression: sqliteDefault,
  serialStandsAlone: true,
  needsLengthChecks: true,
  async indexNames(db) {
    const indexes = await sql<{ name: string }>`select name from sqlite_master where type = 'index'`.execute(db);
    return new Set(indexes.rows.map((row) => row.name));
  },
};

export const sqlitePlatform: SqlPlatform = { values, ddl, durably };

/** Type names that give the right affinity and tell a reader what is meant. GUIDs compare in any case, as a uuid does. */
function sqliteType(kind: ColumnKind): string {
  switch (kind.type) {
    case "guid":
      return "CHAR(36) COLLATE NOCASE";
    case "serial":
    case "int":
      return "INTEGER";
    case "smallint":
      return "SMALLINT";
    case "bigint":
      return "BIGINT";
    case "real":
      return "DOUBLE PRECISION";
    case "decimal":
      return `DECIMAL(${kind.precision},${kind.scale})`;
    case "bool":
      return "BOOLEAN";
    case "timestamp":
    case "text":
      return "TEXT";
    case "bytes":
      return "BLOB";
    case "varchar":
      return `VARCHAR(${kind.length})`;
  }
}

function sqliteDefault(value: ColumnDefault) {
  switch (value.kind) {
    case "literal":
      return sql.lit(typeof value.value === "boolean" ? Number(value.value) : value.value);
    case "now":
      return sql.raw("(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))");
    case "new-guid":
      return sql.raw(RANDOM_GUID);
  }
}

/** A version 4 GUID in plain SQL, for rows that other tools insert. */
const RANDOM_GUID =
  "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || " +
  "substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))";

/** The setting belongs to the connection and cannot change inside a transaction. */
function durably<T>(db: Kysely<OwsDatabase>, work: (trx: Kysely<OwsDatabase>) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`PRAGMA synchronous = FULL`.execute(connection);
    try {
      return await connection.transaction().execute(work);
    } finally {
      await sql`PRAGMA synchronous = NORMAL`.execute(connection);
    }
  });
}
