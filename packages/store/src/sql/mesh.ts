import { assert, ID_BLOCK_SIZE } from "@ows/base";
import { sql } from "kysely";
import type { CustomerGuid } from "../ports/ids.ts";
import type { MeshRepository, NextTermResult } from "../ports/mesh.ts";
import type { Db, SqlContext } from "./context.ts";

/** Granted ids and terms are known to other processes at once, so these commits must survive a power cut. */
export function createMeshRepository({ db, platform }: SqlContext): MeshRepository {
  return {
    grantIdBlock: (customerGuid) =>
      platform.durably(db, async (trx) => {
        const { NextFirst } = await trx
          .insertInto("EntityIdBlocks")
          .values({ CustomerGUID: customerGuid, NextFirst: 2 * ID_BLOCK_SIZE })
          .onConflict((conflict) =>
            conflict
              .column("CustomerGUID")
              .doUpdateSet({ NextFirst: sql<number>`${sql.ref("EntityIdBlocks.NextFirst")} + ${ID_BLOCK_SIZE}` }),
          )
          .returning("NextFirst")
          .executeTakeFirstOrThrow();
        assert(Number.isSafeInteger(NextFirst), "entity ids stay within the safe integers");
        return { first: NextFirst - ID_BLOCK_SIZE, size: ID_BLOCK_SIZE };
      }),

    currentTerm: (customerGuid, meshInstance) => currentTerm(db, customerGuid, meshInstance),

    nextTerm: (customerGuid, meshInstance, expectedTerm) =>
      platform.durably(db, (trx) => nextTerm(trx, customerGuid, meshInstance, expectedTerm)),
  };
}

async function currentTerm(db: Db, customerGuid: CustomerGuid, meshInstance: string): Promise<number> {
  const row = await db
    .selectFrom("MeshInstances")
    .select("Term")
    .where("CustomerGUID", "=", customerGuid)
    .where("MeshInstance", "=", meshInstance)
    .executeTakeFirst();
  return row?.Term ?? 0;
}

async function nextTerm(
  trx: Db,
  CustomerGUID: CustomerGuid,
  MeshInstance: string,
  expectedTerm: number,
): Promise<NextTermResult> {
  await trx
    .insertInto("MeshInstances")
    .values({ CustomerGUID, MeshInstance, Term: 0 })
    .onConflict((conflict) => conflict.columns(["CustomerGUID", "MeshInstance"]).doNothing())
    .execute();
  const raised = await trx
    .updateTable("MeshInstances")
    .set({ Term: expectedTerm + 1 })
    .where("CustomerGUID", "=", CustomerGUID)
    .where("MeshInstance", "=", MeshInstance)
    .where("Term", "=", expectedTerm)
    .executeTakeFirst();
  if (raised.numUpdatedRows > 0n) return { kind: "raised", term: expectedTerm + 1 };
  return { kind: "stale", term: await currentTerm(trx, CustomerGUID, MeshInstance) };
}
