import {
  bool,
  each,
  guid,
  int,
  nullable,
  real,
  serial,
  smallint,
  text,
  timestampNow,
  varchar,
  withDefault,
} from "../column.ts";
import { table } from "../table.ts";
import { sharedStats } from "./stat-columns.ts";

const characterKey = {
  columns: ["CustomerGUID", "CharacterID"],
  table: "Characters",
  targetColumns: ["CustomerGUID", "CharacterID"],
} as const;

export const characterTables = {
  Characters: table(
    {
      CustomerGUID: guid,
      CharacterID: serial,
      UserGUID: nullable(guid),
      Email: varchar(256),
      CharName: varchar(50),
      MapName: nullable(varchar(50)),
      ...each(real, "X", "Y", "Z", "Perception", "Acrobatics", "Climb", "Stealth"),
      ServerIP: nullable(varchar(50)),
      LastActivity: timestampNow,
      ...sharedStats(withDefault(real, 0), withDefault(int, 0), withDefault(smallint, 0)),
      Description: nullable(text),
      DefaultPawnClassPath: withDefault(varchar(200), ""),
      IsInternalNetworkTestUser: withDefault(bool, false),
      ClassID: int,
      BaseMesh: nullable(varchar(100)),
      IsAdmin: withDefault(bool, false),
      IsModerator: withDefault(bool, false),
      CreateDate: timestampNow,
    },
    {
      primaryKey: ["CustomerGUID", "CharacterID"],
      foreignKeys: [{ columns: ["UserGUID"], table: "Users", targetColumns: ["UserGUID"] }],
    },
  ),
  Class: table(
    {
      CustomerGUID: guid,
      ClassID: serial,
      ClassName: withDefault(varchar(50), ""),
      StartingMapName: varchar(50),
      ...each(real, "X", "Y", "Z", "Perception", "Acrobatics", "Climb", "Stealth"),
      ...sharedStats(real, int, smallint),
      Description: nullable(text),
    },
    { primaryKey: ["CustomerGUID", "ClassID"] },
  ),
  ClassInventory: table(
    {
      ClassInventoryID: serial,
      CustomerGUID: guid,
      ClassID: int,
      InventoryName: varchar(50),
      InventorySize: int,
      InventoryWidth: int,
      InventoryHeight: int,
    },
    { primaryKey: ["ClassInventoryID"] },
  ),
  CustomCharacterData: table(
    {
      CustomerGUID: guid,
      CustomCharacterDataID: serial,
      CharacterID: int,
      CustomFieldName: varchar(50),
      FieldValue: text,
    },
    { primaryKey: ["CustomerGUID", "CustomCharacterDataID"], foreignKeys: [characterKey] },
  ),
  DefaultCharacterValues: table(
    {
      CustomerGUID: guid,
      DefaultCharacterValuesID: serial,
      DefaultSetName: varchar(50),
      StartingMapName: varchar(50),
      ...each(real, "X", "Y", "Z"),
      ...each(withDefault(real, 0), "RX", "RY", "RZ"),
    },
    { primaryKey: ["DefaultCharacterValuesID", "CustomerGUID"] },
  ),
  DefaultCustomCharacterData: table(
    {
      CustomerGUID: guid,
      DefaultCustomCharacterDataID: serial,
      DefaultCharacterValuesID: int,
      CustomFieldName: varchar(50),
      FieldValue: text,
    },
    {
      primaryKey: ["DefaultCustomCharacterDataID", "CustomerGUID"],
      foreignKeys: [
        {
          columns: ["DefaultCharacterValuesID", "CustomerGUID"],
          table: "DefaultCharacterValues",
          targetColumns: ["DefaultCharacterValuesID", "CustomerGUID"],
        },
      ],
    },
  ),
  Races: table(
    { CustomerGUID: guid, RaceID: serial, RaceName: varchar(50) },
    { primaryKey: ["CustomerGUID", "RaceID"] },
  ),
};
