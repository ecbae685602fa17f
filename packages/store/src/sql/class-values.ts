import type { Insertable } from "kysely";
import type { OwsDatabase, Row } from "../schema/schema.ts";
import { allTables } from "../schema/schema.ts";

type ClassColumns = Omit<Row<"Class">, "ClassID" | "ClassName" | "CustomerGUID" | "StartingMapName" | "Description">;

/** Zero in every number of a class. */
export function zeroClassValues(): ClassColumns {
  const columns = Object.entries(allTables.Class.columns)
    .filter(([name, column]) => name !== "ClassID" && (column.kind.type === "real" || isInteger(column.kind.type)))
    .map(([name]) => [name, 0]);
  return Object.fromEntries(columns) as ClassColumns;
}

function isInteger(type: string): boolean {
  return type === "int" || type === "smallint";
}

/** The columns that a new character takes from its class. */
export function valuesFromClass(row: Row<"Class">): Partial<Insertable<OwsDatabase["Characters"]>> & ClassColumns {
  const { ClassName: _className, StartingMapName, ...shared } = row;
  return { ...shared, MapName: StartingMapName };
}
