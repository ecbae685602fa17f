import type { AbilityBarRecord, AbilityRepository, CharacterAbilityRecord } from "../ports/abilities.ts";
import type { CustomerGuid } from "../ports/ids.ts";
import type { Row } from "../schema/schema.ts";
import { findCharacter } from "./character-names.ts";
import type { Db } from "./context.ts";

type AbilityQueries = Pick<AbilityRepository, "list" | "listOfCharacter" | "listBars" | "listBarSlots">;

export function createAbilityQueries(db: Db): AbilityQueries {
  return {
    async list(customerGuid) {
      const rows = await db
        .selectFrom("Abilities")
        .innerJoin("AbilityTypes", "AbilityTypes.AbilityTypeID", "Abilities.AbilityTypeID")
        .selectAll("Abilities")
        .select("AbilityTypes.AbilityTypeName")
        .where("Abilities.CustomerGUID", "=", customerGuid)
        .orderBy("Abilities.AbilityName")
        .execute();
      return rows.map((row) => ({ ...abilityFields(row), abilityTypeName: row.AbilityTypeName }));
    },

    async listOfCharacter(customerGuid, characterName) {
      const character = await findCharacter(db, customerGuid, characterName);
      if (character === null) return [];
      const rows = await selectOwnedAbilities(db, customerGuid)
        .where("Characters.CharacterID", "=", character.CharacterID)
        .orderBy("Abilities.AbilityName")
        .execute();
      return rows.map(ownedAbility);
    },

    async listBars(customerGuid, characterName) {
      const character = await findCharacter(db, customerGuid, characterName);
      if (character === null) return [];
      const rows = await db
        .selectFrom("CharAbilityBars")
        .selectAll()
        .where("CustomerGUID", "=", customerGuid)
        .where("CharacterID", "=", character.CharacterID)
        .orderBy("CharAbilityBarID")
        .execute();
      return rows.map(abilityBar);
    },

    async listBarSlots(customerGuid, characterName) {
      const bars = new Map(
        (await this.listBars(customerGuid, characterName)).map((bar) => [bar.charAbilityBarId, bar]),
      );
      if (bars.size === 0) return [];
      const rows = await selectOwnedAbilities(db, customerGuid)
        .innerJoin("CharAbilityBarAbilities as slot", "slot.CharHasAbilitiesID", "CharHasAbilities.CharHasAbilitiesID")
        .select(["slot.CharAbilityBarID", "slot.InSlotNumber"])
        .where("slot.CharAbilityBarID", "in", [...bars.keys()])
        .orderBy("slot.CharAbilityBarID")
        .orderBy("slot.InSlotNumber")
        .execute();
      return rows.flatMap((row) => {
        const bar = bars.get(row.CharAbilityBarID);
        return bar === undefined ? [] : [{ ...bar, inSlotNumber: row.InSlotNumber, ability: ownedAbility(row) }];
      });
    },
  };
}

function selectOwnedAbilities(db: Db, customerGuid: CustomerGuid) {
  return db
    .selectFrom("CharHasAbilities")
    .innerJoin("Abilities", (join) =>
      join
        .onRef("Abilities.CustomerGUID", "=", "CharHasAbilities.CustomerGUID")
        .onRef("Abilities.AbilityID", "=", "CharHasAbilities.AbilityID"),
    )
    .innerJoin("Characters", "Characters.CharacterID", "CharHasAbilities.CharacterID")
    .selectAll("Abilities")
    .select(["CharHasAbilities.CharHasAbilitiesID", "CharHasAbilities.AbilityLevel"])
    .select(["CharHasAbilities.CharHasAbilitiesCustomJSON", "Characters.CharacterID", "Characters.CharName"])
    .where("CharHasAbilities.CustomerGUID", "=", customerGuid);
}

function abilityFields(row: Row<"Abilities">) {
  return {
    customerGuid: row.CustomerGUID,
    abilityId: row.AbilityID,
    abilityName: row.AbilityName,
    abilityTypeId: row.AbilityTypeID,
    textureToUseForIcon: row.TextureToUseForIcon,
    class: row.Class,
    race: row.Race,
    abilityCustomJson: row.AbilityCustomJSON,
    gameplayAbilityClassName: row.GameplayAbilityClassName,
  };
}

function ownedAbility(
  row: Row<"Abilities"> & Omit<Row<"CharHasAbilities">, "AbilityID"> & { readonly CharName: string },
): CharacterAbilityRecord {
  return {
    ...abilityFields(row),
    charHasAbilitiesId: row.CharHasAbilitiesID,
    abilityLevel: row.AbilityLevel,
    charHasAbilitiesCustomJson: row.CharHasAbilitiesCustomJSON,
    characterId: row.CharacterID,
    charName: row.CharName,
  };
}

function abilityBar(row: Row<"CharAbilityBars">): AbilityBarRecord {
  return {
    customerGuid: row.CustomerGUID,
    charAbilityBarId: row.CharAbilityBarID,
    characterId: row.CharacterID,
    abilityBarName: row.AbilityBarName,
    charAbilityBarsCustomJson: row.CharAbilityBarsCustomJSON,
    maxNumberOfSlots: row.MaxNumberOfSlots,
    numberOfUnlockedSlots: row.NumberOfUnlockedSlots,
  };
}
