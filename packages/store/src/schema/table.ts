import type { Column } from "./column.ts";

interface UniqueConstraint {
  readonly name: string;
  readonly columns: readonly string[];
}

interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targetColumns: readonly string[];
}

export interface TableDescription<Columns = { readonly [name: string]: Column }> {
  /** In table order. */
  readonly columns: Columns;
  /** Empty: the table has no primary key. */
  readonly primaryKey: readonly string[];
  readonly unique: readonly UniqueConstraint[];
  readonly foreignKeys: readonly ForeignKey[];
}

export interface IndexDescription {
  readonly name: string;
  readonly table: string;
  readonly unique: boolean;
  /** `{ folded }` compares without regard to upper and lower case. */
  readonly columns: readonly (string | { readonly folded: string })[];
}

type ColumnNames<Columns> = keyof Columns & string;

/** Describes a table. Keys can only name columns that exist. */
export function table<const Columns extends { readonly [name: string]: Column }>(
  columns: Columns,
  keys: {
    readonly primaryKey: readonly ColumnNames<Columns>[];
    readonly unique?: readonly { readonly name: string; readonly columns: readonly ColumnNames<Columns>[] }[];
    readonly foreignKeys?: readonly {
      readonly columns: readonly ColumnNames<Columns>[];
      readonly table: string;
      readonly targetColumns: readonly string[];
    }[];
  },
): TableDescription<Columns> {
  return { columns, primaryKey: keys.primaryKey, unique: keys.unique ?? [], foreignKeys: keys.foreignKeys ?? [] };
}
