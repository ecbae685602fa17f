import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Kysely, sql } from "kysely";
import { checkSchema, type SchemaProblem } from "../check-schema.ts";
import { StoreError } from "../errors.ts";
import { migrateToLatest } from "../migrations/index.ts";
import type { Store } from "../ports/store.ts";
import type { OwsDatabase } from "../schema/schema.ts";
import { createSqlStore } from "../sql/sql-store.ts";
import { SqliteWorkerDialect } from "./sqlite-dialect.ts";
import { sqlitePlatform } from "./sqlite-platform.ts";

export interface SqliteStoreOptions {
  /** Path of the database file, made with its folder when missing; `:memory:` for one that nobody else sees. */
  readonly file: string;
  /** False leaves the schema as it is. */
  readonly migrate?: boolean;
  /** Milliseconds since 1970; the system clock when left out. */
  readonly now?: () => number;
  /** How long a statement waits for another process to finish its transaction, in milliseconds. */
  readonly busyTimeoutMs?: number;
  /** Operations that may wait for the database; the next one fails with a StoreError `overloaded`. */
  readonly maxQueuedOperations?: number;
  /** Where the thread's entry point is, for bundles that moved it. */
  readonly workerUrl?: URL;
}

/** A store on a SQLite database. */
export interface SqliteStore extends Store {
  /** Migrations that opening it has run. */
  readonly migrated: readonly string[];
  /** What differs from the schema that this version expects; empty when all is well. */
  checkSchema(): Promise<readonly SchemaProblem[]>;
}

/**
 * Opens a SQLite database in a thread of its own and brings its schema up to date.
 * Throws a StoreError when the file cannot be opened or migrated.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { file, now = Date.now } = options;
  if (file !== ":memory:") await mkdir(dirname(resolve(file)), { recursive: true });
  const dialect = new SqliteWorkerDialect({
    file,
    busyTimeoutMs: options.busyTimeoutMs ?? 5_000,
    maxQueuedOperations: options.maxQueuedOperations ?? 10_000,
    workerUrl: options.workerUrl ?? new URL("./sqlite-worker.ts", import.meta.url),
  });
  const db = new Kysely<OwsDatabase>({ dialect });
  try {
    const migrated = options.migrate === false ? await connect(db) : await migrateToLatest(db, sqlitePlatform.ddl);
    return {
      ...createSqlStore({ db, platform: sqlitePlatform, now, newGuid: randomUUID, close: () => dialect.close() }),
      migrated,
      checkSchema: () => checkSchema(db, sqlitePlatform.ddl),
    };
  } catch (cause) {
    await dialect.close();
    if (cause instanceof StoreError) throw cause;
    throw new StoreError("failed", `cannot bring the database ${file} up to date`, { cause });
  }
}

async function connect(db: Kysely<OwsDatabase>): Promise<readonly string[]> {
  await sql`select 1`.execute(db);
  return [];
}
