import { compareEpochs } from "@ows/base";
import type { CharacterClaim, ClaimRepository, ClaimRequest, ClaimResult, TransferResult } from "../ports/claims.ts";
import type { CharacterId, CustomerGuid } from "../ports/ids.ts";
import type { Row } from "../schema/schema.ts";
import type { ValueCodec } from "../schema/values.ts";
import { type FoundCharacter, findCharacter } from "./character-names.ts";
import { saveClaimed } from "./claimed-saves.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";

export function createClaimRepository(context: SqlContext): ClaimRepository {
  const { db, platform } = context;
  return {
    claim: (request) => db.transaction().execute((trx) => claim(context, trx, request)),

    async transfer(requests) {
      if (requests.length === 0) return [];
      return db.transaction().execute(async (trx) => {
        const results: TransferResult[] = [];
        for (const request of requests) results.push(await transfer(context, trx, request));
        return results;
      });
    },

    async saveClaimed(customerGuid, zoneInstanceId, saves) {
      if (saves.length === 0) return { saved: 0, refused: [] };
      return db.transaction().execute((trx) => saveClaimed(context, trx, { customerGuid, zoneInstanceId, saves }));
    },

    async releaseAllOf(customerGuid, zoneInstanceId) {
      const result = await db
        .deleteFrom("CharacterClaims")
        .where("CustomerGUID", "=", customerGuid)
        .where("MapInstanceID", "=", zoneInstanceId)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },

    async holderOf(customerGuid, characterName) {
      const character = await findCharacter(db, customerGuid, characterName);
      if (character === null) return null;
      const held = await findClaim(db, customerGuid, character.CharacterID);
      return held === null || !held.isLive ? null : claimRecord(platform.values, character.CharName, held);
    },
  };
}

interface HeldClaim extends Row<"CharacterClaims"> {
  /** Whether the instance that holds it still has its row. */
  readonly isLive: boolean;
}

async function claim(context: SqlContext, trx: Db, request: ClaimRequest): Promise<ClaimResult> {
  const subject = await findSubject(trx, request);
  if (typeof subject === "string") return { kind: subject };
  const { character, held } = subject;
  if (held?.isLive && held.MapInstanceID !== request.zoneInstanceId) {
    return { kind: "held", holder: claimRecord(context.platform.values, character.CharName, held) };
  }
  return { kind: "claimed", claim: await putClaim(context, trx, character, request) };
}

async function transfer(context: SqlContext, trx: Db, request: ClaimRequest): Promise<TransferResult> {
  const subject = await findSubject(trx, request);
  if (typeof subject === "string") return { kind: subject };
  const { character, held } = subject;
  if (held === null) return { kind: "free" };
  const age = compareEpochs(request.epoch, { term: held.EpochTerm, count: held.EpochCount });
  const isNext = age > 0 || (age === 0 && held.MapInstanceID === request.zoneInstanceId);
  if (held.EntityID !== request.entityId || !isNext) {
    return { kind: "refused", holder: claimRecord(context.platform.values, character.CharName, held) };
  }
  return { kind: "transferred", claim: await putClaim(context, trx, character, request) };
}

/** The character and who holds it, or why there is nothing to claim. */
async function findSubject(
  trx: Db,
  { customerGuid, characterName, zoneInstanceId }: ClaimRequest,
): Promise<
  { readonly character: FoundCharacter; readonly held: HeldClaim | null } | "unknown-character" | "unknown-instance"
> {
  const character = await findCharacter(trx, customerGuid, characterName);
  if (character === null) return "unknown-character";
  const claimant = await trx
    .selectFrom("MapInstances")
    .select("MapInstanceID")
    .where("CustomerGUID", "=", customerGuid)
    .where("MapInstanceID", "=", zoneInstanceId)
    .executeTakeFirst();
  if (claimant === undefined) return "unknown-instance";
  return { character, held: await findClaim(trx, customerGuid, character.CharacterID) };
}

async function findClaim(db: Db, customerGuid: CustomerGuid, characterId: CharacterId): Promise<HeldClaim | null> {
  const row = await db
    .selectFrom("CharacterClaims")
    .leftJoin("MapInstances", (join) =>
      join
        .onRef("MapInstances.CustomerGUID", "=", "CharacterClaims.CustomerGUID")
        .onRef("MapInstances.MapInstanceID", "=", "CharacterClaims.MapInstanceID"),
    )
    .selectAll("CharacterClaims")
    .select("MapInstances.MapInstanceID as liveInstanceId")
    .where("CharacterClaims.CustomerGUID", "=", customerGuid)
    .where("CharacterClaims.CharacterID", "=", characterId)
    .executeTakeFirst();
  return row === undefined ? null : { ...row, isLive: row.liveInstanceId !== null };
}

async function putClaim(
  context: SqlContext,
  trx: Db,
  character: FoundCharacter,
  request: ClaimRequest,
): Promise<CharacterClaim> {
  const held = {
    MapInstanceID: request.zoneInstanceId,
    EntityID: request.entityId,
    EpochTerm: request.epoch.term,
    EpochCount: request.epoch.count,
    ClaimedAt: dbNow(context),
  };
  const row = { CustomerGUID: request.customerGuid, CharacterID: character.CharacterID, ...held };
  await trx
    .insertInto("CharacterClaims")
    .values(row)
    .onConflict((conflict) => conflict.columns(["CustomerGUID", "CharacterID"]).doUpdateSet(held))
    .execute();
  return claimRecord(context.platform.values, character.CharName, row);
}

function claimRecord(values: ValueCodec, characterName: string, row: Row<"CharacterClaims">): CharacterClaim {
  return {
    characterName,
    zoneInstanceId: row.MapInstanceID,
    entityId: row.EntityID,
    epoch: { term: row.EpochTerm, count: row.EpochCount },
    claimedAt: values.readTime(row.ClaimedAt),
  };
}
