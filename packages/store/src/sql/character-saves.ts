import { sql, type Updateable } from "kysely";
import type {
  CharacterRepository,
  CharacterStatsUpdate,
  CharacterWriteResult,
  PositionSave,
  SavePositionsResult,
} from "../ports/characters.ts";
import type { CustomerGuid, Transform } from "../ports/ids.ts";
import type { OwsDatabase } from "../schema/schema.ts";
import type { DbTime } from "../schema/values.ts";
import { slot } from "./batch-query.ts";
import { findCharacter, storedNames } from "./character-names.ts";
import { statColumns, transformColumns } from "./character-rows.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";
import { runMany } from "./statements.ts";

export function createCharacterSaves(context: SqlContext): Pick<CharacterRepository, "savePositions" | "updateStats"> {
  const { db } = context;
  return {
    async savePositions(customerGuid, positions, zoneName) {
      for (const position of positions) assertFinite(position);
      if (positions.length === 0) return { saved: 0, unknown: [] };
      return db.transaction().execute((trx) => savePositions(context, trx, { customerGuid, positions, zoneName }));
    },
    updateStats: (customerGuid, characterName, stats) =>
      db.transaction().execute((trx) => updateStats(trx, customerGuid, characterName, stats)),
  };
}

export function isFiniteTransform({ x, y, z, rx, ry, rz }: Transform): boolean {
  return [x, y, z, rx, ry, rz].every(Number.isFinite);
}

function assertFinite(position: PositionSave): void {
  if (isFiniteTransform(position)) return;
  const { name, x, y, z, rx, ry, rz } = position;
  throw new RangeError(`expected finite numbers as the position of ${name}, got ${[x, y, z, rx, ry, rz].join(" ")}`);
}

async function savePositions(
  context: SqlContext,
  trx: Db,
  save: { customerGuid: CustomerGuid; positions: readonly PositionSave[]; zoneName: string | null },
): Promise<SavePositionsResult> {
  const { customerGuid, positions } = save;
  const names = await storedNames(
    trx,
    customerGuid,
    positions.map((position) => position.name),
  );
  const rows = positions.map((position, index) => ({
    ...position,
    // OWS stores each pawn a little above the ground it stands on.
    z: position.z + 1,
    storedName: names[index],
  }));
  const written = await runMany(trx, positionUpdate(trx, customerGuid, save.zoneName), rows);
  await runMany(trx, lastAccessByName(trx, customerGuid, dbNow(context)), rows);
  const unknown = positions.filter((_, index) => written[index] === 0).map((position) => position.name);
  return { saved: positions.length - unknown.length, unknown };
}

function positionUpdate(trx: Db, customerGuid: CustomerGuid, zoneName: string | null) {
  return trx
    .updateTable("Characters")
    .set({
      ...{ X: slot<number>("x"), Y: slot<number>("y"), Z: slot<number>("z") },
      ...{ RX: slot<number>("rx"), RY: slot<number>("ry"), RZ: slot<number>("rz") },
      ...(zoneName ? { MapName: zoneName } : {}),
    })
    .where("CustomerGUID", "=", customerGuid)
    .where(storedNameMatches);
}

function lastAccessByName(trx: Db, customerGuid: CustomerGuid, now: DbTime) {
  return trx
    .updateTable("Users")
    .set({ LastAccess: now })
    .where("UserGUID", "in", (query) =>
      query
        .selectFrom("Characters")
        .select("UserGUID")
        .where("Characters.CustomerGUID", "=", customerGuid)
        .where(storedNameMatches),
    );
}

const storedNameMatches = sql<boolean>`lower(${sql.ref("CharName")}) = lower(${slot<string>("storedName")})`;

async function updateStats(
  trx: Db,
  customerGuid: CustomerGuid,
  characterName: string,
  stats: CharacterStatsUpdate,
): Promise<CharacterWriteResult> {
  const character = await findCharacter(trx, customerGuid, characterName);
  if (character === null) return { kind: "unknown-character" };
  const columns = statsUpdate(stats);
  if (Object.keys(columns).length > 0) {
    await trx
      .updateTable("Characters")
      .set(columns)
      .where("CustomerGUID", "=", customerGuid)
      .where("CharacterID", "=", character.CharacterID)
      .execute();
  }
  return { kind: "saved" };
}

/** Only what is there: an absent member must not erase its column. */
function statsUpdate(stats: CharacterStatsUpdate): Updateable<OwsDatabase["Characters"]> {
  const columns = { ...statColumns(stats), ...transformColumns(stats) };
  return stats.description === undefined ? columns : { ...columns, Description: stats.description };
}
