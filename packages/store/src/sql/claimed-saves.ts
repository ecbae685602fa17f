import { compareEpochs, type Epoch } from "@ows/base";
import { sql } from "kysely";
import type { ClaimedSave, RefusedSave, SaveRefusal } from "../ports/claims.ts";
import type { CharacterId, CustomerGuid, EntityId, UserGuid, ZoneInstanceId } from "../ports/ids.ts";
import { slot } from "./batch-query.ts";
import { storedNames } from "./character-names.ts";
import { isFiniteTransform } from "./character-saves.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";
import { putCustomDataRows } from "./custom-data.ts";
import { runMany } from "./statements.ts";

interface SaveRequest {
  readonly customerGuid: CustomerGuid;
  readonly zoneInstanceId: ZoneInstanceId;
  readonly saves: readonly ClaimedSave[];
}

/** A character of the batch as far as its saves have come. */
interface Subject {
  readonly characterId: CharacterId;
  readonly userGuid: UserGuid | null;
  held: { readonly zoneInstanceId: ZoneInstanceId; readonly entityId: EntityId; readonly epoch: Epoch } | null;
}

interface AcceptedSave extends ClaimedSave {
  readonly characterId: CharacterId;
  readonly userGuid: UserGuid | null;
}

/** Writes in a handful of exchanges, however many characters there are. */
export async function saveClaimed(
  context: SqlContext,
  trx: Db,
  request: SaveRequest,
): Promise<{ readonly saved: number; readonly refused: readonly RefusedSave[] }> {
  const { customerGuid, zoneInstanceId } = request;
  const subjects = await loadSubjects(trx, request);
  const accepted: AcceptedSave[] = [];
  const refused: RefusedSave[] = [];
  for (const [index, save] of request.saves.entries()) {
    const subject = subjects[index];
    const reason = subject === undefined ? "unknown-character" : refusal(subject, zoneInstanceId, save);
    if (subject === undefined || reason !== null) {
      refused.push({ characterName: save.characterName, reason: reason ?? "unknown-character" });
      continue;
    }
    subject.held = save.release ? null : { zoneInstanceId, entityId: save.entityId, epoch: save.epoch };
    accepted.push({ ...save, characterId: subject.characterId, userGuid: subject.userGuid });
  }
  await write(context, trx, customerGuid, zoneInstanceId, accepted);
  return { saved: accepted.length, refused };
}

/** Why this save is not taken, or null. */
function refusal({ held }: Subject, zoneInstanceId: ZoneInstanceId, save: ClaimedSave): SaveRefusal | null {
  if (!isFiniteTransform(save)) return "invalid-transform";
  if (held === null) return "not-claimed";
  if (held.zoneInstanceId !== zoneInstanceId) return "held-by-other-instance";
  if (held.entityId !== save.entityId) return "other-entity";
  return compareEpochs(save.epoch, held.epoch) < 0 ? "stale-epoch" : null;
}

/** One per save, in order; saves of one character share theirs. */
async function loadSubjects(trx: Db, { customerGuid, saves }: SaveRequest): Promise<readonly (Subject | undefined)[]> {
  const names = await storedNames(
    trx,
    customerGuid,
    saves.map((save) => save.characterName),
  );
  const keys = [...new Set(names.map(foldAscii))];
  const rows = await trx
    .selectFrom("Characters as c")
    .leftJoin("CharacterClaims as claim", (join) =>
      join.onRef("claim.CustomerGUID", "=", "c.CustomerGUID").onRef("claim.CharacterID", "=", "c.CharacterID"),
    )
    // Whatever removed the row of an instance, its claims are void with it.
    .leftJoin("MapInstances as holder", (join) =>
      join
        .onRef("holder.CustomerGUID", "=", "claim.CustomerGUID")
        .onRef("holder.MapInstanceID", "=", "claim.MapInstanceID"),
    )
    .select(["c.CharacterID", "c.CharName", "c.UserGUID"])
    .select(["holder.MapInstanceID", "claim.EntityID", "claim.EpochTerm", "claim.EpochCount"])
    .where("c.CustomerGUID", "=", customerGuid)
    .where(sql<string>`lower(${sql.ref("c.CharName")})`, "in", keys)
    .execute();
  const byName = new Map(
    rows.map((row): [string, Subject] => [
      foldAscii(row.CharName),
      { characterId: row.CharacterID, userGuid: row.UserGUID, held: heldBy(row) },
    ]),
  );
  return names.map((name) => byName.get(foldAscii(name)));
}

function heldBy(row: {
  readonly MapInstanceID: number | null;
  readonly EntityID: number | null;
  readonly EpochTerm: number | null;
  readonly EpochCount: number | null;
}): Subject["held"] {
  if (row.MapInstanceID === null) return null;
  return {
    zoneInstanceId: row.MapInstanceID,
    entityId: row.EntityID ?? 0,
    epoch: { term: row.EpochTerm ?? 0, count: row.EpochCount ?? 0 },
  };
}

/** As the index folds on every database; stored names need no more. */
function foldAscii(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

async function write(
  context: SqlContext,
  trx: Db,
  CustomerGUID: CustomerGuid,
  zoneInstanceId: ZoneInstanceId,
  accepted: readonly AcceptedSave[],
): Promise<void> {
  const rows = accepted.map((save) => ({ ...save, ...save.epoch, zoneName: save.zoneName || null }));
  await runMany(trx, characterUpdate(trx, CustomerGUID), rows);
  await runMany(trx, claimUpdate(trx, CustomerGUID), rows);
  await putCustomDataRows(
    trx,
    CustomerGUID,
    accepted.flatMap(({ characterId, customData }) => customData.map((row) => ({ characterId, ...row }))),
  );
  const owners = accepted.flatMap(({ userGuid }) => (userGuid === null ? [] : [{ userGuid }]));
  const touch = trx.updateTable("Users").set({ LastAccess: dbNow(context) });
  await runMany(trx, touch.where("UserGUID", "=", slot<string>("userGuid")), owners);
  await release(
    trx,
    CustomerGUID,
    zoneInstanceId,
    accepted.filter((save) => save.release),
  );
}

function characterUpdate(trx: Db, CustomerGUID: CustomerGuid) {
  return trx
    .updateTable("Characters")
    .set({
      ...{ X: slot<number>("x"), Y: slot<number>("y"), Z: slot<number>("z") },
      ...{ RX: slot<number>("rx"), RY: slot<number>("ry"), RZ: slot<number>("rz") },
      MapName: sql<string>`coalesce(${slot<string | null>("zoneName")}, ${sql.ref("MapName")})`,
    })
    .where("CustomerGUID", "=", CustomerGUID)
    .where("CharacterID", "=", slot<number>("characterId"));
}

function claimUpdate(trx: Db, CustomerGUID: CustomerGuid) {
  return trx
    .updateTable("CharacterClaims")
    .set({ EpochTerm: slot<number>("term"), EpochCount: slot<number>("count") })
    .where("CustomerGUID", "=", CustomerGUID)
    .where("CharacterID", "=", slot<number>("characterId"));
}

async function release(
  trx: Db,
  CustomerGUID: CustomerGuid,
  zoneInstanceId: ZoneInstanceId,
  released: readonly AcceptedSave[],
): Promise<void> {
  const rows = released.map(({ characterId }) => ({ characterId }));
  for (const table of ["CharacterClaims", "CharOnMapInstance"] as const) {
    const remove = trx
      .deleteFrom(table)
      .where("CustomerGUID", "=", CustomerGUID)
      .where("CharacterID", "=", slot<number>("characterId"))
      .where("MapInstanceID", "=", zoneInstanceId);
    await runMany(trx, remove, rows);
  }
}
