import type { CustomerGuid, ZoneInstanceId } from "../ports/ids.ts";
import { slot } from "./batch-query.ts";
import type { Db } from "./context.ts";
import { runMany } from "./statements.ts";

/** Deletes instances with the links and claims of characters on them; returns how many instances there were. */
export async function removeInstances(
  trx: Db,
  customerGuid: CustomerGuid,
  zoneInstanceIds: readonly ZoneInstanceId[],
): Promise<number> {
  const rows = zoneInstanceIds.map((zoneInstanceId) => ({ zoneInstanceId }));
  for (const table of ["CharOnMapInstance", "CharacterClaims"] as const) {
    const dependents = trx
      .deleteFrom(table)
      .where("CustomerGUID", "=", customerGuid)
      .where("MapInstanceID", "=", slot<number>("zoneInstanceId"));
    await runMany(trx, dependents, rows);
  }
  const instances = trx
    .deleteFrom("MapInstances")
    .where("CustomerGUID", "=", customerGuid)
    .where("MapInstanceID", "=", slot<number>("zoneInstanceId"));
  const removed = await runMany(trx, instances, rows);
  return removed.reduce((sum, changes) => sum + changes, 0);
}
