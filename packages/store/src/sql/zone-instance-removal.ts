import type { CustomerGuid, ZoneInstanceId } from "../ports/ids.ts";
import { slot } from "./batch-query.ts";
import type { Db } from "./context.ts";
import { runMany } from "./statements.ts";

/**
 * Deletes instances with the links of characters to them; returns how many instances there were. Claims of theirs are
 * void with the row, and stay to say who lived last as which entity.
 */
export async function removeInstances(
  trx: Db,
  customerGuid: CustomerGuid,
  zoneInstanceIds: readonly ZoneInstanceId[],
): Promise<number> {
  const rows = zoneInstanceIds.map((zoneInstanceId) => ({ zoneInstanceId }));
  const links = trx
    .deleteFrom("CharOnMapInstance")
    .where("CustomerGUID", "=", customerGuid)
    .where("MapInstanceID", "=", slot<number>("zoneInstanceId"));
  await runMany(trx, links, rows);
  const instances = trx
    .deleteFrom("MapInstances")
    .where("CustomerGUID", "=", customerGuid)
    .where("MapInstanceID", "=", slot<number>("zoneInstanceId"));
  const removed = await runMany(trx, instances, rows);
  return removed.reduce((sum, changes) => sum + changes, 0);
}
