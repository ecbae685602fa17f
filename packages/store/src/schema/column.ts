import type { ColumnType } from "kysely";
import type { DbBool, DbTime } from "./values.ts";

/** What a column holds, in words that every SQL dialect can translate. */
export type ColumnKind =
  | {
      readonly type:
        | "guid"
        | "serial"
        | "smallint"
        | "int"
        | "bigint"
        | "real"
        | "bool"
        | "timestamp"
        | "text"
        | "bytes";
    }
  | { readonly type: "varchar"; readonly length: number }
  | { readonly type: "decimal"; readonly precision: number; readonly scale: number };

export type ColumnDefault =
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  /** The time of the insert. */
  | { readonly kind: "now" }
  /** A random GUID. */
  | { readonly kind: "new-guid" };

/** `Value` is what a query returns, `Optional` whether an insert may leave the column out. */
export interface Column<Value = unknown, Optional extends boolean = boolean> {
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  readonly default: ColumnDefault | null;
  /** Never set: carries the types. */
  readonly types?: { readonly value: Value; readonly optional: Optional };
}

/** The Kysely row type of a set of columns. */
export type RowOf<Columns> = {
  [Name in keyof Columns]: Columns[Name] extends Column<infer Value, infer Optional>
    ? ColumnType<Value, Optional extends true ? Value | undefined : Value, Value>
    : never;
};

function required<Value>(kind: ColumnKind): Column<Value, false> {
  return { kind, nullable: false, default: null };
}

export const guid = required<string>({ type: "guid" });
export const smallint = required<number>({ type: "smallint" });
export const int = required<number>({ type: "int" });
/** Values stay within the safe integers. */
export const bigint = required<number>({ type: "bigint" });
export const real = required<number>({ type: "real" });
export const bool = required<DbBool>({ type: "bool" });
export const timestamp = required<DbTime>({ type: "timestamp" });
export const text = required<string>({ type: "text" });
export const bytes = required<Uint8Array>({ type: "bytes" });

/** A number that the database counts up. No number is ever given twice. */
export const serial: Column<number, true> = { kind: { type: "serial" }, nullable: false, default: null };

export function varchar(length: number): Column<string, false> {
  return required({ type: "varchar", length });
}

export function decimal(precision: number, scale: number): Column<number, false> {
  return required({ type: "decimal", precision, scale });
}

export function nullable<Value>(column: Column<Value>): Column<Value | null, true> {
  return { kind: column.kind, nullable: true, default: column.default };
}

export function withDefault<Value>(column: Column<Value>, value: string | number | boolean): Column<Value, true> {
  return { kind: column.kind, nullable: column.nullable, default: { kind: "literal", value } };
}

/** The time of the insert when left out. */
export const timestampNow: Column<DbTime, true> = {
  kind: timestamp.kind,
  nullable: false,
  default: { kind: "now" },
};

/** A random GUID when left out. */
export const guidGenerated: Column<string, true> = { kind: guid.kind, nullable: false, default: { kind: "new-guid" } };

/** The same column under many names. */
export function each<const Name extends string, Value, Optional extends boolean>(
  column: Column<Value, Optional>,
  ...names: readonly Name[]
): { readonly [N in Name]: Column<Value, Optional> } {
  return Object.fromEntries(names.map((name) => [name, column])) as { [N in Name]: Column<Value, Optional> };
}
