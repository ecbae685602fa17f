import type { Compilable } from "kysely";
import { isUniqueViolation } from "../errors.ts";
import { BatchQuery } from "./batch-query.ts";
import type { Db } from "./context.ts";

/** Runs a statement with slots once per row; returns how many rows each run wrote, in order. */
export async function runMany(
  db: Db,
  template: Compilable,
  rows: readonly { readonly [name: string]: unknown }[],
): Promise<readonly number[]> {
  if (rows.length === 0) return [];
  const result = await db.executeQuery<{ readonly changes: number }>(new BatchQuery(template.compile(), rows));
  return result.rows.map((row) => row.changes);
}

/** Runs `work` again when another process took the key it had chosen. Rethrows the last failure. */
export async function retryOnUniqueViolation<T>(attempts: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error) || attempt >= attempts) throw error;
    }
  }
}
