import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import type { OwsDatabase } from "../schema/schema.ts";
import type { IndexDescription, TableDescription } from "../schema/table.ts";
import type { DdlPlatform } from "./platform.ts";

type Builder = CreateTableBuilder<string, string>;

/** Creates a table from its description, unless there is one of that name. */
export async function createTable(
  db: Kysely<OwsDatabase>,
  ddl: DdlPlatform,
  name: string,
  table: TableDescription,
): Promise<void> {
  const builder: Builder = db.schema.createTable(name).ifNotExists();
  await addKeys(addColumns(builder, ddl, table), ddl, name, table).execute();
}

function addColumns(builder: Builder, ddl: DdlPlatform, table: TableDescription): Builder {
  let next = builder;
  for (const [name, column] of Object.entries(table.columns)) {
    const isLoneSerial = column.kind.type === "serial" && ddl.serialStandsAlone;
    next = next.addColumn(name, sql.raw(ddl.columnType(column.kind)), (definition) => {
      if (isLoneSerial) return definition.primaryKey().autoIncrement();
      let built = column.nullable ? definition : definition.notNull();
      if (column.default !== null) built = built.defaultTo(ddl.defaultExpression(column.default));
      if (column.kind.type === "varchar" && ddl.needsLengthChecks) {
        built = built.check(sql`length(${sql.ref(name)}) <= ${sql.lit(column.kind.length)}`);
      }
      return built;
    });
  }
  return next;
}

function addKeys(builder: Builder, ddl: DdlPlatform, name: string, table: TableDescription): Builder {
  let next = addPrimaryKey(builder, ddl, name, table);
  for (const unique of table.unique) next = next.addUniqueConstraint(unique.name, [...unique.columns]);
  for (const [index, key] of table.foreignKeys.entries()) {
    const constraint = `FK_${name}_${key.table}_${index + 1}`;
    next = next.addForeignKeyConstraint(constraint, [...key.columns], key.table, [...key.targetColumns]);
  }
  return next;
}

function addPrimaryKey(builder: Builder, ddl: DdlPlatform, name: string, table: TableDescription): Builder {
  const hasSerial = Object.values(table.columns).some((column) => column.kind.type === "serial");
  const columns = [...table.primaryKey];
  if (!hasSerial || !ddl.serialStandsAlone) {
    return columns.length === 0 ? builder : builder.addPrimaryKeyConstraint(`PK_${name}`, columns);
  }
  // The serial column is the primary key already; foreign keys refer to the whole key.
  return columns.length > 1 ? builder.addUniqueConstraint(`PK_${name}`, columns) : builder;
}

/** Creates an index from its description, unless there is one of that name. */
export async function createIndex(db: Kysely<OwsDatabase>, index: IndexDescription): Promise<void> {
  const builder = db.schema.createIndex(index.name).ifNotExists().on(index.table);
  const columns = index.columns.map((column) =>
    typeof column === "string" ? column : sql`lower(${sql.ref(column.folded)})`,
  );
  await (index.unique ? builder.unique() : builder).columns(columns).execute();
}
