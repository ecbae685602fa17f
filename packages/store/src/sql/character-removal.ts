import type { RemoveCharacterResult } from "../ports/characters.ts";
import type { CustomerGuid, UserSessionGuid } from "../ports/ids.ts";
import { findCharacter } from "./character-names.ts";
import type { Db } from "./context.ts";
import { findSessionUser } from "./user-sessions.ts";

/** Tables with a row per character, in an order in which the foreign keys let them go. */
const DEPENDENT_TABLES = [
  "CharAbilityBars",
  "CharHasAbilities",
  "CharHasItems",
  "CharInventory",
  "CharOnMapInstance",
  "ChatGroupUsers",
  "CustomCharacterData",
  "PlayerGroupCharacters",
  "CharacterClaims",
] as const;

export async function removeCharacter(
  trx: Db,
  customerGuid: CustomerGuid,
  userSessionGuid: UserSessionGuid,
  characterName: string,
): Promise<RemoveCharacterResult> {
  const userGuid = await findSessionUser(trx, customerGuid, userSessionGuid);
  if (userGuid === null) return { kind: "invalid-session" };
  const character = await findCharacter(trx, customerGuid, characterName);
  if (character === null || character.UserGUID !== userGuid) return { kind: "unknown-character" };
  const characterId = character.CharacterID;

  await trx
    .deleteFrom("CharAbilityBarAbilities")
    .where("CustomerGUID", "=", customerGuid)
    .where("CharAbilityBarID", "in", (query) =>
      query.selectFrom("CharAbilityBars").select("CharAbilityBarID").where("CharacterID", "=", characterId),
    )
    .execute();
  await trx
    .deleteFrom("CharInventoryItems")
    .where("CustomerGUID", "=", customerGuid)
    .where("CharInventoryID", "in", (query) =>
      query.selectFrom("CharInventory").select("CharInventoryID").where("CharacterID", "=", characterId),
    )
    .execute();
  for (const table of DEPENDENT_TABLES) {
    await trx
      .deleteFrom(table)
      .where("CustomerGUID", "=", customerGuid)
      .where("CharacterID", "=", characterId)
      .execute();
  }
  await trx
    .deleteFrom("Characters")
    .where("CustomerGUID", "=", customerGuid)
    .where("CharacterID", "=", characterId)
    .execute();
  await trx
    .updateTable("UserSessions")
    .set({ SelectedCharacterName: null })
    .where("CustomerGUID", "=", customerGuid)
    .where("UserGUID", "=", userGuid)
    .where("SelectedCharacterName", "=", character.CharName)
    .execute();
  return { kind: "removed" };
}
