import { guid, int, nullable, serial, text, varchar, withDefault } from "../column.ts";
import { table } from "../table.ts";

export const abilityTables = {
  AbilityTypes: table(
    { AbilityTypeID: serial, AbilityTypeName: varchar(50), CustomerGUID: guid },
    { primaryKey: ["AbilityTypeID", "CustomerGUID"] },
  ),
  Abilities: table(
    {
      CustomerGUID: guid,
      AbilityID: serial,
      AbilityName: varchar(50),
      AbilityTypeID: int,
      TextureToUseForIcon: withDefault(varchar(200), ""),
      Class: nullable(int),
      Race: nullable(int),
      AbilityCustomJSON: nullable(text),
      GameplayAbilityClassName: withDefault(varchar(200), ""),
    },
    {
      primaryKey: ["CustomerGUID", "AbilityID"],
      foreignKeys: [
        {
          columns: ["CustomerGUID", "AbilityTypeID"],
          table: "AbilityTypes",
          targetColumns: ["CustomerGUID", "AbilityTypeID"],
        },
      ],
    },
  ),
  CharHasAbilities: table(
    {
      CustomerGUID: guid,
      CharHasAbilitiesID: serial,
      CharacterID: int,
      AbilityID: int,
      AbilityLevel: withDefault(int, 1),
      CharHasAbilitiesCustomJSON: nullable(text),
    },
    {
      primaryKey: ["CustomerGUID", "CharHasAbilitiesID"],
      foreignKeys: [
        {
          columns: ["CustomerGUID", "CharacterID"],
          table: "Characters",
          targetColumns: ["CustomerGUID", "CharacterID"],
        },
      ],
    },
  ),
  CharAbilityBars: table(
    {
      CustomerGUID: guid,
      CharAbilityBarID: serial,
      CharacterID: int,
      AbilityBarName: withDefault(varchar(50), ""),
      CharAbilityBarsCustomJSON: nullable(text),
      MaxNumberOfSlots: withDefault(int, 1),
      NumberOfUnlockedSlots: withDefault(int, 1),
    },
    { primaryKey: ["CustomerGUID", "CharAbilityBarID"] },
  ),
  CharAbilityBarAbilities: table(
    {
      CustomerGUID: guid,
      CharAbilityBarAbilityID: serial,
      CharAbilityBarID: int,
      CharHasAbilitiesID: int,
      CharAbilityBarAbilitiesCustomJSON: nullable(text),
      InSlotNumber: withDefault(int, 1),
    },
    {
      primaryKey: ["CustomerGUID", "CharAbilityBarAbilityID"],
      foreignKeys: [
        {
          columns: ["CustomerGUID", "CharAbilityBarID"],
          table: "CharAbilityBars",
          targetColumns: ["CustomerGUID", "CharAbilityBarID"],
        },
        {
          columns: ["CustomerGUID", "CharHasAbilitiesID"],
          table: "CharHasAbilities",
          targetColumns: ["CustomerGUID", "CharHasAbilitiesID"],
        },
      ],
    },
  ),
};
