import type { IndexDescription } from "./table.ts";

/** Indexes that OWS lacks: what must not exist twice, and the look-ups that every join and save makes. */
export const indexes: readonly IndexDescription[] = [
  {
    name: "UX_Characters_Name",
    table: "Characters",
    unique: true,
    columns: ["CustomerGUID", { folded: "CharName" }],
  },
  { name: "UX_Maps_ZoneName", table: "Maps", unique: true, columns: ["CustomerGUID", "ZoneName"] },
  // Also serves look-ups by world server.
  { name: "UX_MapInstances_Port", table: "MapInstances", unique: true, columns: ["WorldServerID", "Port"] },
  {
    name: "UX_CustomCharacterData_Field",
    table: "CustomCharacterData",
    unique: true,
    columns: ["CustomerGUID", "CharacterID", "CustomFieldName"],
  },
  {
    name: "UX_DefaultCharacterValues_Set",
    table: "DefaultCharacterValues",
    unique: true,
    columns: ["CustomerGUID", "DefaultSetName"],
  },
  { name: "IX_UserSessions_User", table: "UserSessions", unique: false, columns: ["UserGUID"] },
  { name: "IX_Characters_User", table: "Characters", unique: false, columns: ["UserGUID"] },
  { name: "IX_MapInstances_Map", table: "MapInstances", unique: false, columns: ["MapID", "Status"] },
  { name: "IX_CharOnMapInstance_Instance", table: "CharOnMapInstance", unique: false, columns: ["MapInstanceID"] },
  {
    name: "IX_PlayerGroupCharacters_Character",
    table: "PlayerGroupCharacters",
    unique: false,
    columns: ["CharacterID"],
  },
  {
    name: "IX_CharHasAbilities_Character",
    table: "CharHasAbilities",
    unique: false,
    columns: ["CustomerGUID", "CharacterID"],
  },
  { name: "IX_CharacterClaims_Instance", table: "CharacterClaims", unique: false, columns: ["MapInstanceID"] },
];
