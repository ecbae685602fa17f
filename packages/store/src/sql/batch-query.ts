import { type CompiledQuery, type QueryId, type RawBuilder, type RootOperationNode, sql } from "kysely";

/** Stands in a statement for a value that differs from row to row. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A place in a batched statement that takes the member `name` of each row. */
export function slot<Value>(name: string): RawBuilder<Value> {
  return sql<Value>`${new Slot(name)}`;
}

/**
 * One statement to be run once per set of parameters, in a single exchange with the database. Each set gives a row
 * `{ changes }` in its place. Drivers that meet one run `batches` and ignore `parameters`.
 */
export class BatchQuery implements CompiledQuery<{ readonly changes: number }> {
  readonly query: RootOperationNode;
  readonly queryId: QueryId;
  readonly sql: string;
  readonly parameters: readonly unknown[] = [];
  readonly batches: readonly (readonly unknown[])[];

  /** @param template a compiled statement whose slots are members of each row */
  constructor(template: CompiledQuery, rows: readonly { readonly [name: string]: unknown }[]) {
    this.query = template.query;
    this.queryId = template.queryId;
    this.sql = template.sql;
    this.batches = rows.map((row) =>
      template.parameters.map((parameter) => (parameter instanceof Slot ? row[parameter.name] : parameter)),
    );
  }
}
