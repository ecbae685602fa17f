import type { Kysely } from "kysely";
import type { OwsDatabase } from "../schema/schema.ts";
import type { DbTime } from "../schema/values.ts";
import type { SqlPlatform } from "./platform.ts";

/** The database, or a transaction on it. */
export type Db = Kysely<OwsDatabase>;

/** What the repositories work with. */
export interface SqlContext {
  readonly db: Db;
  readonly platform: SqlPlatform;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random GUID, lower-case and dashed. */
  readonly newGuid: () => string;
  /** Finishes what was accepted, refuses what comes later, and closes the database. */
  readonly close: () => Promise<void>;
}

export function dbNow({ platform, now }: SqlContext): DbTime {
  return platform.values.time(now());
}
