import type { CharacterOnInstance, CharacterRepository, LinkResult } from "../ports/characters.ts";
import type { CustomerGuid, ZoneInstanceId } from "../ports/ids.ts";
import type { ValueCodec } from "../schema/values.ts";
import { createCharacterCreation } from "./character-creation.ts";
import { findCharacter } from "./character-names.ts";
import { removeCharacter } from "./character-removal.ts";
import { characterWithClass, selectCharactersWithClass } from "./character-rows.ts";
import { createCharacterSaves } from "./character-saves.ts";
import type { Db, SqlContext } from "./context.ts";
import { createCustomDataMethods } from "./custom-data.ts";
import { findSessionUser } from "./user-sessions.ts";

export function createCharacterRepository(context: SqlContext): CharacterRepository {
  const { db, platform } = context;
  const { values } = platform;
  return {
    ...createCharacterCreation(context),
    ...createCharacterSaves(context),
    ...createCustomDataMethods(context),

    async listBySession(customerGuid, userSessionGuid) {
      const userGuid = await findSessionUser(db, customerGuid, userSessionGuid);
      if (userGuid === null) return [];
      const rows = await selectCharactersWithClass(db)
        .where("Characters.CustomerGUID", "=", customerGuid)
        .where("Characters.UserGUID", "=", userGuid)
        .orderBy("Characters.CharName")
        .execute();
      return rows.map((row) => characterWithClass(values, row));
    },

    remove: (customerGuid, userSessionGuid, characterName) =>
      db.transaction().execute((trx) => removeCharacter(trx, customerGuid, userSessionGuid, characterName)),

    getByName: (customerGuid, characterName) => getByName(db, values, customerGuid, characterName),

    async logout(customerGuid, characterName) {
      const character = await findCharacter(db, customerGuid, characterName);
      if (character === null) return { kind: "unknown-character" };
      await db
        .deleteFrom("CharOnMapInstance")
        .where("CustomerGUID", "=", customerGuid)
        .where("CharacterID", "=", character.CharacterID)
        .execute();
      return { kind: "logged-out" };
    },

    linkToInstance: (customerGuid, characterName, zoneInstanceId) =>
      db.transaction().execute((trx) => linkToInstance(trx, customerGuid, characterName, zoneInstanceId)),
  };
}

async function getByName(
  db: Db,
  values: ValueCodec,
  customerGuid: CustomerGuid,
  characterName: string,
): Promise<CharacterOnInstance | null> {
  const found = await findCharacter(db, customerGuid, characterName);
  if (found === null) return null;
  const row = await selectCharactersWithClass(db)
    .leftJoin("CharOnMapInstance", (join) =>
      join
        .onRef("CharOnMapInstance.CustomerGUID", "=", "Characters.CustomerGUID")
        .onRef("CharOnMapInstance.CharacterID", "=", "Characters.CharacterID"),
    )
    .leftJoin("MapInstances", "MapInstances.MapInstanceID", "CharOnMapInstance.MapInstanceID")
    .leftJoin("WorldServers", "WorldServers.WorldServerID", "MapInstances.WorldServerID")
    .select(["MapInstances.MapInstanceID", "MapInstances.Port", "WorldServers.ServerIP as WorldServerIP"])
    .where("Characters.CustomerGUID", "=", customerGuid)
    .where("Characters.CharacterID", "=", found.CharacterID)
    // A link whose instance is gone must not hide a living one.
    .orderBy("MapInstances.MapInstanceID", (order) => order.desc().nullsLast())
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    ...characterWithClass(values, row),
    mapInstanceId: row.MapInstanceID,
    port: row.Port,
    worldServerIp: row.WorldServerIP,
  };
}

async function linkToInstance(
  trx: Db,
  customerGuid: CustomerGuid,
  characterName: string,
  zoneInstanceId: ZoneInstanceId,
): Promise<LinkResult> {
  const character = await findCharacter(trx, customerGuid, characterName);
  if (character === null) return { kind: "unknown-character" };
  const instance = await trx
    .selectFrom("MapInstances")
    .innerJoin("Maps", "Maps.MapID", "MapInstances.MapID")
    .select("Maps.ZoneName")
    .where("MapInstances.CustomerGUID", "=", customerGuid)
    .where("MapInstances.MapInstanceID", "=", zoneInstanceId)
    .executeTakeFirst();
  if (instance === undefined) return { kind: "unknown-instance" };
  const CharacterID = character.CharacterID;
  await trx
    .deleteFrom("CharOnMapInstance")
    .where("CustomerGUID", "=", customerGuid)
    .where("CharacterID", "=", CharacterID)
    .execute();
  await trx
    .insertInto("CharOnMapInstance")
    .values({ CustomerGUID: customerGuid, CharacterID, MapInstanceID: zoneInstanceId })
    .execute();
  await trx
    .updateTable("Characters")
    .set({ MapName: instance.ZoneName })
    .where("CustomerGUID", "=", customerGuid)
    .where("CharacterID", "=", CharacterID)
    .execute();
  return { kind: "linked" };
}
