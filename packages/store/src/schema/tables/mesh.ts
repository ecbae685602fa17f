import { bigint, each, guid, int, timestamp, varchar } from "../column.ts";
import { table } from "../table.ts";

/** Tables that OWS does not have. They stand beside its own, so that an OWS database stays one. */
export const meshTables = {
  CharacterClaims: table(
    {
      CustomerGUID: guid,
      CharacterID: int,
      MapInstanceID: int,
      ...each(bigint, "EntityID", "EpochTerm", "EpochCount"),
      ClaimedAt: timestamp,
    },
    { primaryKey: ["CustomerGUID", "CharacterID"] },
  ),
  EntityIdBlocks: table({ CustomerGUID: guid, NextFirst: bigint }, { primaryKey: ["CustomerGUID"] }),
  MeshInstances: table(
    { CustomerGUID: guid, MeshInstance: varchar(100), Term: bigint },
    { primaryKey: ["CustomerGUID", "MeshInstance"] },
  ),
  LauncherHeartbeats: table(
    { CustomerGUID: guid, WorldServerID: int, LastHeartbeat: timestamp },
    { primaryKey: ["CustomerGUID", "WorldServerID"] },
  ),
};
