import type { CharacterRepository } from "../ports/characters.ts";
import type { CharacterId, CustomerGuid } from "../ports/ids.ts";
import { slot } from "./batch-query.ts";
import { findCharacter } from "./character-names.ts";
import type { Db, SqlContext } from "./context.ts";
import { runMany } from "./statements.ts";

export function createCustomDataMethods({
  db,
}: SqlContext): Pick<CharacterRepository, "getCustomData" | "putCustomData" | "getDefaultCustomData"> {
  return {
    async getCustomData(customerGuid, characterName) {
      const character = await findCharacter(db, customerGuid, characterName);
      if (character === null) return [];
      return db
        .selectFrom("CustomCharacterData")
        .select(["CustomCharacterDataID as customCharacterDataId", "CharacterID as characterId"])
        .select(["CustomFieldName as customFieldName", "FieldValue as fieldValue"])
        .where("CustomerGUID", "=", customerGuid)
        .where("CharacterID", "=", character.CharacterID)
        .orderBy("CustomFieldName")
        .execute();
    },

    putCustomData: (customerGuid, characterName, row) =>
      db.transaction().execute(async (trx) => {
        const character = await findCharacter(trx, customerGuid, characterName);
        if (character === null) return { kind: "unknown-character" };
        await putCustomDataRows(trx, customerGuid, [{ characterId: character.CharacterID, ...row }]);
        return { kind: "saved" };
      }),

    getDefaultCustomData: (customerGuid, defaultSetName) =>
      db
        .selectFrom("DefaultCustomCharacterData as data")
        .innerJoin("DefaultCharacterValues as set", "set.DefaultCharacterValuesID", "data.DefaultCharacterValuesID")
        .select(["data.CustomFieldName as customFieldName", "data.FieldValue as fieldValue"])
        .where("data.CustomerGUID", "=", customerGuid)
        .where("set.DefaultSetName", "=", defaultSetName)
        .orderBy("data.CustomFieldName")
        .execute(),
  };
}

export interface CustomDataWrite {
  readonly characterId: CharacterId;
  readonly customFieldName: string;
  readonly fieldValue: string;
}

/** Inserts or replaces rows, in order. */
export async function putCustomDataRows(
  trx: Db,
  CustomerGUID: CustomerGuid,
  rows: readonly CustomDataWrite[],
): Promise<void> {
  const upsert = trx
    .insertInto("CustomCharacterData")
    .values({
      CustomerGUID,
      CharacterID: slot<number>("characterId"),
      CustomFieldName: slot<string>("customFieldName"),
      FieldValue: slot<string>("fieldValue"),
    })
    .onConflict((conflict) =>
      conflict
        .columns(["CustomerGUID", "CharacterID", "CustomFieldName"])
        .doUpdateSet((set) => ({ FieldValue: set.ref("excluded.FieldValue") })),
    );
  await runMany(
    trx,
    upsert,
    rows.map((row) => ({ ...row })),
  );
}
