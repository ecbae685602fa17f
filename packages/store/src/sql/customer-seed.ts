import type { CustomerGuid, UserGuid } from "../ports/ids.ts";
import { valuesFromClass, zeroClassValues } from "./class-values.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";

/** Zone name and map name of the zones that OWS gives every tenant. */
const STOCK_ZONES = [
  ["ThirdPersonExampleMap", "ThirdPersonExampleMap"],
  ["Map2", "Map2"],
  ["DungeonMap", "DungeonMap"],
  ["Zone1", "FourZoneMap"],
  ["Zone2", "FourZoneMap"],
] as const;

const MALE_WARRIOR = {
  Z: 250,
  TeamNumber: 1,
  CharacterLevel: 1,
  Gender: 1,
  HitDie: 10,
  Size: 1,
  MaxHealth: 100,
  Health: 50,
  HealthRegenRate: 1,
  MaxMana: 100,
  ManaRegenRate: 1,
  MaxEnergy: 100,
  EnergyRegenRate: 5,
  MaxFatigue: 100,
  FatigueRegenRate: 1,
  Strength: 10,
  Dexterity: 10,
  Constitution: 10,
  Intellect: 10,
  Wisdom: 10,
  Charisma: 10,
  Fortitude: 1,
  Reflex: 1,
  Willpower: 1,
  BaseAttack: 5,
};

/** The zones, the class and the character that OWS's AddNewCustomer gives a tenant. */
export async function seedCustomer(
  context: SqlContext,
  trx: Db,
  { customerGuid, userGuid }: { readonly customerGuid: CustomerGuid; readonly userGuid: UserGuid },
): Promise<void> {
  await trx
    .insertInto("Maps")
    .values(
      STOCK_ZONES.map(([ZoneName, MapName]) => ({
        CustomerGUID: customerGuid,
        ZoneName,
        MapName,
        Width: 1,
        Height: 1,
      })),
    )
    .execute();
  const warrior = await trx
    .insertInto("Class")
    .values({
      ...zeroClassValues(),
      ...MALE_WARRIOR,
      CustomerGUID: customerGuid,
      ClassName: "MaleWarrior",
      StartingMapName: "ThirdPersonExampleMap",
      Description: "",
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const { CharacterID } = await trx
    .insertInto("Characters")
    .values({
      ...valuesFromClass(warrior),
      CustomerGUID: customerGuid,
      UserGUID: userGuid,
      Email: "",
      CharName: "Test",
      ServerIP: "",
      ClassID: warrior.ClassID,
      LastActivity: dbNow(context),
      CreateDate: dbNow(context),
    })
    .returning("CharacterID")
    .executeTakeFirstOrThrow();
  await trx
    .insertInto("CharInventory")
    .values({ CustomerGUID: customerGuid, CharacterID, InventoryName: "Bag", InventorySize: 16 })
    .execute();
}
