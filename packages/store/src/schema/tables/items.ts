import {
  bool,
  decimal,
  each,
  guid,
  guidGenerated,
  int,
  nullable,
  serial,
  smallint,
  text,
  varchar,
  withDefault,
} from "../column.ts";
import { table } from "../table.ts";

export const itemTables = {
  CharHasItems: table(
    {
      CustomerGUID: guid,
      CharacterID: int,
      CharHasItemID: serial,
      ItemID: int,
      Quantity: withDefault(int, 1),
      Equipped: withDefault(bool, false),
    },
    {
      primaryKey: ["CustomerGUID", "CharacterID", "CharHasItemID"],
      foreignKeys: [
        {
          columns: ["CustomerGUID", "CharacterID"],
          table: "Characters",
          targetColumns: ["CustomerGUID", "CharacterID"],
        },
      ],
    },
  ),
  CharInventory: table(
    {
      CustomerGUID: guid,
      CharacterID: int,
      CharInventoryID: serial,
      InventoryName: varchar(50),
      InventorySize: int,
      InventoryWidth: withDefault(int, 1),
      InventoryHeight: withDefault(int, 1),
    },
    { primaryKey: ["CustomerGUID", "CharacterID", "CharInventoryID"] },
  ),
  CharInventoryItems: table(
    {
      CustomerGUID: guid,
      CharInventoryID: int,
      CharInventoryItemID: serial,
      ...each(int, "ItemID", "InSlotNumber", "Quantity"),
      NumberOfUsesLeft: withDefault(int, 0),
      Condition: withDefault(int, 100),
      CharInventoryItemGUID: guidGenerated,
      CustomData: nullable(text),
    },
    { primaryKey: ["CustomerGUID", "CharInventoryID", "CharInventoryItemID"] },
  ),
  Items: table(
    {
      CustomerGUID: guid,
      ItemID: serial,
      ItemTypeID: int,
      ItemName: varchar(50),
      ItemWeight: withDefault(decimal(18, 2), 0),
      ItemCanStack: withDefault(bool, false),
      ItemStackSize: withDefault(smallint, 0),
      ItemIsUsable: withDefault(bool, false),
      ItemIsConsumedOnUse: withDefault(bool, true),
      CustomData: withDefault(varchar(2000), ""),
      ...each(withDefault(int, 0), "DefaultNumberOfUses", "ItemValue"),
      ...each(withDefault(varchar(200), ""), "ItemMesh", "MeshToUseForPickup", "TextureToUseForIcon"),
      ...each(withDefault(int, 0), "PremiumCurrencyPrice", "FreeCurrencyPrice", "ItemTier"),
      ItemDescription: withDefault(text, ""),
      ItemCode: withDefault(varchar(50), ""),
      ItemDuration: withDefault(int, 0),
      CanBeDropped: withDefault(bool, true),
      CanBeDestroyed: withDefault(bool, false),
      ...each(withDefault(varchar(200), ""), "WeaponActorClass", "StaticMesh", "SkeletalMesh"),
      ItemQuality: withDefault(smallint, 0),
      ...each(withDefault(int, 1), "IconSlotWidth", "IconSlotHeight"),
      ItemMeshID: withDefault(int, 0),
    },
    { primaryKey: ["CustomerGUID", "ItemID"] },
  ),
  ItemTypes: table(
    {
      CustomerGUID: guid,
      ItemTypeID: serial,
      ItemTypeDesc: varchar(50),
      ...each(withDefault(smallint, 0), "UserItemType", "EquipmentType", "ItemQuality", "EquipmentSlotType"),
    },
    { primaryKey: ["CustomerGUID", "ItemTypeID"] },
  ),
};
