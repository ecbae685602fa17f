import { assert, ID_BLOCK_SIZE } from "@ows/base";
import { sql } from "kysely";
import type { CustomerGuid } from "../ports/ids.ts";
import type { GridAssignments, MeshRepository, NextTermResult } from "../ports/mesh.ts";
import { slot } from "./batch-query.ts";
import type { Db, SqlContext } from "./context.ts";
import { runMany } from "./statements.ts";

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

    saveAssignments: (customerGuid, meshInstance, assignments) =>
      platform.durably(db, (trx) => saveAssignments(trx, customerGuid, meshInstance, assignments)),

    assignments: (customerGuid, meshInstance) => readAssignments(db, customerGuid, meshInstance),

    async saveVoid(CustomerGUID, MeshInstance, { entityId, epoch }) {
      const row = { CustomerGUID, MeshInstance, EntityID: entityId, EpochTerm: epoch.term, EpochCount: epoch.count };
      await platform.durably(db, (trx) =>
        trx
          .insertInto("HandoffVoids")
          .values(row)
          .onConflict((conflict) =>
            conflict.columns(["CustomerGUID", "MeshInstance", "EntityID", "EpochTerm", "EpochCount"]).doNothing(),
          )
          .execute(),
      );
    },

    async forgetMeshes(customerGuid, meshInstance) {
      await db.transaction().execute(async (trx) => {
        for (const table of ["GridCellAssignments", "HandoffVoids"] as const) {
          const ofCustomer = trx.deleteFrom(table).where("CustomerGUID", "=", customerGuid);
          const chosen = meshInstance === undefined ? ofCustomer : ofCustomer.where("MeshInstance", "=", meshInstance);
          await chosen.execute();
        }
      });
    },
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

async function saveAssignments(
  trx: Db,
  CustomerGUID: CustomerGuid,
  MeshInstance: string,
  { version, cells }: GridAssignments,
): Promise<boolean> {
  const written = await readAssignments(trx, CustomerGUID, MeshInstance);
  if (written !== null && written.version >= version) return false;
  await trx
    .deleteFrom("GridCellAssignments")
    .where("CustomerGUID", "=", CustomerGUID)
    .where("MeshInstance", "=", MeshInstance)
    .execute();
  const insert = trx.insertInto("GridCellAssignments").values({
    ...{ CustomerGUID, MeshInstance, Version: version },
    CellID: slot<string>("cell"),
    MapInstanceID: slot<number>("zoneInstanceId"),
  });
  await runMany(trx, insert, cells);
  return true;
}

async function readAssignments(
  db: Db,
  customerGuid: CustomerGuid,
  meshInstance: string,
): Promise<GridAssignments | null> {
  const rows = await db
    .selectFrom("GridCellAssignments")
    .select(["CellID", "MapInstanceID", "Version"])
    .where("CustomerGUID", "=", customerGuid)
    .where("MeshInstance", "=", meshInstance)
    .orderBy("CellID")
    .execute();
  const [first] = rows;
  if (first === undefined) return null;
  const cells = rows.map(({ CellID: cell, MapInstanceID: zoneInstanceId }) => ({ cell, zoneInstanceId }));
  return { version: first.Version, cells };
}
