import { bigint, each, guid, int, varchar } from "../column.ts";
import { table } from "../table.ts";

/** What the coordinator of a mesh instance has decided, written before it is told to anybody. */
export const groundTables = {
  GridCellAssignments: table(
    { CustomerGUID: guid, MeshInstance: varchar(100), CellID: varchar(20), MapInstanceID: int, Version: bigint },
    { primaryKey: ["CustomerGUID", "MeshInstance", "CellID"] },
  ),
  HandoffVoids: table(
    { CustomerGUID: guid, MeshInstance: varchar(100), ...each(bigint, "EntityID", "EpochTerm", "EpochCount") },
    { primaryKey: ["CustomerGUID", "MeshInstance", "EntityID", "EpochTerm", "EpochCount"] },
  ),
};
