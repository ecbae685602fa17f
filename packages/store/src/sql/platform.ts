import type { Kysely, RawBuilder } from "kysely";
import type { ColumnDefault, ColumnKind } from "../schema/column.ts";
import type { OwsDatabase } from "../schema/schema.ts";
import type { ValueCodec } from "../schema/values.ts";

/** What differs from one SQL database to the next, apart from what Kysely's dialects know. */
export interface SqlPlatform {
  readonly values: ValueCodec;
  readonly ddl: DdlPlatform;
  /** Runs a transaction whose commit survives a power cut, even where the others trade that for speed. */
  durably<T>(db: Kysely<OwsDatabase>, work: (trx: Kysely<OwsDatabase>) => Promise<T>): Promise<T>;
}

export interface DdlPlatform {
  columnType(kind: ColumnKind): string;
  /** The type as introspection reports it. */
  reportedType(kind: ColumnKind): string;
  defaultExpression(value: ColumnDefault): RawBuilder<unknown>;
  /** True when a serial column must be the primary key by itself; the composite key becomes a unique constraint. */
  readonly serialStandsAlone: boolean;
  /** True when the database does not enforce the length of a varchar by itself. */
  readonly needsLengthChecks: boolean;
  indexNames(db: Kysely<OwsDatabase>): Promise<ReadonlySet<string>>;
}
