import type { CharacterStats, StatName } from "../ports/character-stats.ts";
import { INTEGER_STATS, REAL_STATS } from "../ports/character-stats.ts";
import type { CharacterRecord, CharacterWithClass } from "../ports/characters.ts";
import type { Transform } from "../ports/ids.ts";
import type { Row } from "../schema/schema.ts";
import type { ValueCodec } from "../schema/values.ts";
import type { Db } from "./context.ts";

type StatColumn<Name extends StatName> = Name extends "xp" ? "XP" : Capitalize<Name>;

function statColumn<Name extends StatName>(name: Name): StatColumn<Name> {
  return (name === "xp" ? "XP" : name.charAt(0).toUpperCase() + name.slice(1)) as StatColumn<Name>;
}

const STAT_COLUMNS = [...INTEGER_STATS, ...REAL_STATS].map((name) => [name, statColumn(name)] as const);

function characterStats(row: { readonly [Column in StatColumn<StatName>]: number }): CharacterStats {
  return Object.fromEntries(STAT_COLUMNS.map(([name, column]) => [name, row[column]])) as CharacterStats;
}

/** The columns of the stats that are given. */
export function statColumns(stats: Partial<CharacterStats>): { [Column in StatColumn<StatName>]?: number } {
  const columns: { [Column in StatColumn<StatName>]?: number } = {};
  for (const [name, column] of STAT_COLUMNS) {
    const value = stats[name];
    if (value !== undefined) columns[column] = value;
  }
  return columns;
}

const TRANSFORM_COLUMNS = [
  ["x", "X"],
  ["y", "Y"],
  ["z", "Z"],
  ["rx", "RX"],
  ["ry", "RY"],
  ["rz", "RZ"],
] as const;

/** The columns of the coordinates that are given. */
export function transformColumns(transform: Partial<Transform>): {
  [Column in (typeof TRANSFORM_COLUMNS)[number][1]]?: number;
} {
  const columns: ReturnType<typeof transformColumns> = {};
  for (const [name, column] of TRANSFORM_COLUMNS) {
    const value = transform[name];
    if (value !== undefined) columns[column] = value;
  }
  return columns;
}

function characterRecord(values: ValueCodec, row: Row<"Characters">): CharacterRecord {
  return {
    customerGuid: row.CustomerGUID,
    characterId: row.CharacterID,
    userGuid: row.UserGUID,
    email: row.Email,
    charName: row.CharName,
    mapName: row.MapName,
    x: row.X,
    y: row.Y,
    z: row.Z,
    rx: row.RX,
    ry: row.RY,
    rz: row.RZ,
    serverIp: row.ServerIP,
    lastActivity: values.readTime(row.LastActivity),
    ...characterStats(row),
    description: row.Description,
    defaultPawnClassPath: row.DefaultPawnClassPath,
    isInternalNetworkTestUser: values.readBool(row.IsInternalNetworkTestUser),
    classId: row.ClassID,
    baseMesh: row.BaseMesh,
    isAdmin: values.readBool(row.IsAdmin),
    isModerator: values.readBool(row.IsModerator),
    createDate: values.readTime(row.CreateDate),
  };
}

export function characterWithClass(
  values: ValueCodec,
  row: Row<"Characters"> & { readonly ClassName: string | null },
): CharacterWithClass {
  return { ...characterRecord(values, row), className: row.ClassName ?? "" };
}

/** Characters with the name of their class, to be narrowed down. */
export function selectCharactersWithClass(db: Db) {
  return db
    .selectFrom("Characters")
    .leftJoin("Class", (join) =>
      join
        .onRef("Class.CustomerGUID", "=", "Characters.CustomerGUID")
        .onRef("Class.ClassID", "=", "Characters.ClassID"),
    )
    .selectAll("Characters")
    .select("Class.ClassName");
}
