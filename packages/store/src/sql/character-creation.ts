import type { Insertable } from "kysely";
import { isUniqueViolation } from "../errors.ts";
import type {
  CharacterRepository,
  CharacterWithClass,
  CreateFromClassResult,
  CreateFromDefaultsResult,
} from "../ports/characters.ts";
import type { CharacterId, CustomerGuid } from "../ports/ids.ts";
import type { OwsDatabase } from "../schema/schema.ts";
import { findCharacter, isAllowedName, normaliseName } from "./character-names.ts";
import { characterWithClass, selectCharactersWithClass } from "./character-rows.ts";
import { valuesFromClass } from "./class-values.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";
import { findSessionUser } from "./user-sessions.ts";

type FromClass = Parameters<CharacterRepository["createFromClass"]>[0];
type FromDefaults = Parameters<CharacterRepository["createFromDefaults"]>[0];

export function createCharacterCreation(
  context: SqlContext,
): Pick<CharacterRepository, "createFromClass" | "createFromDefaults"> {
  const { db } = context;
  return {
    createFromClass: (request) =>
      orNameTaken(() => db.transaction().execute((trx) => createFromClass(context, trx, request))),
    createFromDefaults: (request) =>
      orNameTaken(() => db.transaction().execute((trx) => createFromDefaults(context, trx, request))),
  };
}

/** On databases with many writers another process may take the name between the look-up and the insert. */
async function orNameTaken<Result>(create: () => Promise<Result>): Promise<Result | { readonly kind: "name-taken" }> {
  try {
    return await create();
  } catch (error) {
    if (isUniqueViolation(error)) return { kind: "name-taken" };
    throw error;
  }
}

async function createFromClass(context: SqlContext, trx: Db, request: FromClass): Promise<CreateFromClassResult> {
  const { customerGuid } = request;
  const name = normaliseName(request.characterName);
  if (!(await isNameAllowed(context, trx, customerGuid, name))) return { kind: "invalid-characters" };
  const userGuid = await findSessionUser(trx, customerGuid, request.userSessionGuid);
  if (userGuid === null) return { kind: "invalid-session" };
  const characterClass = await trx
    .selectFrom("Class")
    .selectAll()
    .where("CustomerGUID", "=", customerGuid)
    .where("ClassName", "=", request.className)
    .orderBy("ClassID")
    .executeTakeFirst();
  if (characterClass === undefined) return { kind: "invalid-class" };
  if ((await findCharacter(trx, customerGuid, name)) !== null) return { kind: "name-taken" };
  const characterId = await insertCharacter(context, trx, {
    ...valuesFromClass(characterClass),
    CustomerGUID: customerGuid,
    UserGUID: userGuid,
    Email: "",
    CharName: name,
    ServerIP: "",
    ClassID: characterClass.ClassID,
  });
  await addInventories(trx, customerGuid, characterId, characterClass.ClassID);
  return { kind: "created", character: await readCharacter(context, trx, customerGuid, characterId) };
}

async function createFromDefaults(
  context: SqlContext,
  trx: Db,
  request: FromDefaults,
): Promise<CreateFromDefaultsResult> {
  const { customerGuid } = request;
  const name = normaliseName(request.characterName);
  if (!(await isNameAllowed(context, trx, customerGuid, name))) return { kind: "invalid-characters" };
  if ((await findCharacter(trx, customerGuid, name)) !== null) return { kind: "name-taken" };
  const userGuid = await findSessionUser(trx, customerGuid, request.userSessionGuid);
  if (userGuid === null) return { kind: "invalid-session" };
  const defaults = await trx
    .selectFrom("DefaultCharacterValues")
    .selectAll()
    .where("CustomerGUID", "=", customerGuid)
    .where("DefaultSetName", "=", request.defaultSetName)
    .executeTakeFirst();
  if (defaults === undefined) return { kind: "unknown-default-set" };
  const { X, Y, Z, RX, RY, RZ } = defaults;
  const characterId = await insertCharacter(context, trx, {
    CustomerGUID: customerGuid,
    UserGUID: userGuid,
    Email: "",
    CharName: name,
    MapName: defaults.StartingMapName,
    ...{ X, Y, Z, RX, RY, RZ },
    ...{ Perception: 0, Acrobatics: 0, Climb: 0, Stealth: 0 },
    ServerIP: "",
    ClassID: 0,
  });
  await copyDefaultCustomData(trx, customerGuid, characterId, defaults.DefaultCharacterValuesID);
  return { kind: "created", character: await readCharacter(context, trx, customerGuid, characterId) };
}

async function isNameAllowed(
  { platform }: SqlContext,
  trx: Db,
  customerGuid: CustomerGuid,
  name: string,
): Promise<boolean> {
  const customer = await trx
    .selectFrom("Customers")
    .select("SupportUnicode")
    .where("CustomerGUID", "=", customerGuid)
    .executeTakeFirst();
  const supportUnicode = customer !== undefined && platform.values.readBool(customer.SupportUnicode);
  return isAllowedName(name, supportUnicode);
}

async function insertCharacter(
  context: SqlContext,
  trx: Db,
  row: Insertable<OwsDatabase["Characters"]>,
): Promise<CharacterId> {
  const inserted = await trx
    .insertInto("Characters")
    .values({ ...row, LastActivity: dbNow(context), CreateDate: dbNow(context) })
    .returning("CharacterID")
    .executeTakeFirstOrThrow();
  return inserted.CharacterID;
}

/** A class without inventories gives a bag of 4 by 4. */
async function addInventories(
  trx: Db,
  CustomerGUID: CustomerGuid,
  CharacterID: CharacterId,
  classId: number,
): Promise<void> {
  const inventories = await trx
    .selectFrom("ClassInventory")
    .select(["InventoryName", "InventorySize", "InventoryWidth", "InventoryHeight"])
    .where("CustomerGUID", "=", CustomerGUID)
    .where("ClassID", "=", classId)
    .orderBy("ClassInventoryID")
    .execute();
  const bag = { InventoryName: "Bag", InventorySize: 16, InventoryWidth: 4, InventoryHeight: 4 };
  const rows = (inventories.length > 0 ? inventories : [bag]).map((row) => ({ ...row, CustomerGUID, CharacterID }));
  await trx.insertInto("CharInventory").values(rows).execute();
}

async function copyDefaultCustomData(
  trx: Db,
  CustomerGUID: CustomerGuid,
  CharacterID: CharacterId,
  defaultSetId: number,
): Promise<void> {
  const rows = await trx
    .selectFrom("DefaultCustomCharacterData")
    .select(["CustomFieldName", "FieldValue"])
    .where("CustomerGUID", "=", CustomerGUID)
    .where("DefaultCharacterValuesID", "=", defaultSetId)
    .execute();
  if (rows.length === 0) return;
  await trx
    .insertInto("CustomCharacterData")
    .values(rows.map((row) => ({ ...row, CustomerGUID, CharacterID })))
    // A set may name a field twice, a character cannot.
    .onConflict((conflict) => conflict.columns(["CustomerGUID", "CharacterID", "CustomFieldName"]).doNothing())
    .execute();
}

async function readCharacter(
  { platform }: SqlContext,
  trx: Db,
  customerGuid: CustomerGuid,
  characterId: CharacterId,
): Promise<CharacterWithClass> {
  const row = await selectCharactersWithClass(trx)
    .where("Characters.CustomerGUID", "=", customerGuid)
    .where("Characters.CharacterID", "=", characterId)
    .executeTakeFirstOrThrow();
  return characterWithClass(platform.values, row);
}
