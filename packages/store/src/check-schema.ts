import type { ColumnMetadata, Kysely } from "kysely";
import type { Column } from "./schema/column.ts";
import { indexes } from "./schema/indexes.ts";
import { allTables, type OwsDatabase } from "./schema/schema.ts";
import type { TableDescription } from "./schema/table.ts";
import type { DdlPlatform } from "./sql/platform.ts";

export interface SchemaProblem {
  readonly kind: "missing-table" | "missing-column" | "wrong-type" | "wrong-nullability" | "missing-index";
  /** `Maps`, `Maps.ZoneName` or the name of an index. */
  readonly where: string;
  /** What was expected and what came, as a sentence for an operator. */
  readonly message: string;
}

/** Compares a database with the description of the schema. Tables, columns and indexes that are too many do not matter. */
export async function checkSchema(db: Kysely<OwsDatabase>, ddl: DdlPlatform): Promise<readonly SchemaProblem[]> {
  const found = new Map((await db.introspection.getTables()).map((table) => [table.name.toLowerCase(), table]));
  const problems: SchemaProblem[] = [];
  for (const [name, description] of Object.entries(allTables)) {
    const table = found.get(name.toLowerCase());
    if (table === undefined) {
      problems.push({ kind: "missing-table", where: name, message: `the table ${name} is missing` });
    } else {
      problems.push(...checkColumns(ddl, name, description, table.columns));
    }
  }
  return [...problems, ...(await checkIndexes(db, ddl))];
}

function checkColumns(
  ddl: DdlPlatform,
  table: string,
  description: TableDescription,
  columns: readonly ColumnMetadata[],
): readonly SchemaProblem[] {
  const found = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return Object.entries(description.columns).flatMap(([name, expected]) => {
    const column = found.get(name.toLowerCase());
    const where = `${table}.${name}`;
    if (column === undefined) {
      return [{ kind: "missing-column" as const, where, message: `the column ${where} is missing` }];
    }
    return checkColumn(ddl, where, expected, column);
  });
}

function checkColumn(ddl: DdlPlatform, where: string, expected: Column, column: ColumnMetadata): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const type = ddl.reportedType(expected.kind);
  if (column.dataType.toLowerCase() !== type.toLowerCase()) {
    problems.push({ kind: "wrong-type", where, message: `${where} is ${column.dataType}, expected ${type}` });
  }
  // A serial that is the whole primary key need not say that it is not null.
  if (column.isNullable !== expected.nullable && expected.kind.type !== "serial") {
    const [is, should] = expected.nullable ? ["is NOT NULL", "null"] : ["allows null", "NOT NULL"];
    problems.push({ kind: "wrong-nullability", where, message: `${where} ${is}, expected ${should}` });
  }
  return problems;
}

async function checkIndexes(db: Kysely<OwsDatabase>, ddl: DdlPlatform): Promise<readonly SchemaProblem[]> {
  const names = new Set([...(await ddl.indexNames(db))].map((name) => name.toLowerCase()));
  return indexes
    .filter((index) => !names.has(index.name.toLowerCase()))
    .map(({ name, table }) => ({
      kind: "missing-index",
      where: name,
      message: `the index ${name} of ${table} is missing`,
    }));
}
