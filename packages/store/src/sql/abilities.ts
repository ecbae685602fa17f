import type { AbilityRepository, AbilityResult, CharacterAbilityChange } from "../ports/abilities.ts";
import type { CharacterId, CustomerGuid } from "../ports/ids.ts";
import { createAbilityQueries } from "./ability-queries.ts";
import { findCharacter } from "./character-names.ts";
import type { Db, SqlContext } from "./context.ts";

export function createAbilityRepository({ db }: SqlContext): AbilityRepository {
  return {
    ...createAbilityQueries(db),
    add: (customerGuid, change) => db.transaction().execute((trx) => add(trx, customerGuid, change)),
    update: (customerGuid, change) => db.transaction().execute((trx) => update(trx, customerGuid, change)),
    remove: (customerGuid, characterName, abilityName) =>
      db.transaction().execute((trx) => remove(trx, customerGuid, { characterName, abilityName })),
  };
}

interface Subject {
  readonly characterId: CharacterId;
  readonly abilityId: number;
  /** Null when the character does not have the ability. */
  readonly charHasAbilitiesId: number | null;
}

async function findSubject(
  trx: Db,
  customerGuid: CustomerGuid,
  { characterName, abilityName }: { readonly characterName: string; readonly abilityName: string },
): Promise<Subject | "unknown-character" | "unknown-ability"> {
  const character = await findCharacter(trx, customerGuid, characterName);
  if (character === null) return "unknown-character";
  const characterId = character.CharacterID;
  const ability = await trx
    .selectFrom("Abilities")
    .leftJoin("CharHasAbilities", (join) =>
      join
        .onRef("CharHasAbilities.CustomerGUID", "=", "Abilities.CustomerGUID")
        .onRef("CharHasAbilities.AbilityID", "=", "Abilities.AbilityID")
        .on("CharHasAbilities.CharacterID", "=", characterId),
    )
    .select(["Abilities.AbilityID", "CharHasAbilities.CharHasAbilitiesID"])
    .where("Abilities.CustomerGUID", "=", customerGuid)
    .where("Abilities.AbilityName", "=", abilityName)
    .orderBy("Abilities.AbilityID")
    .executeTakeFirst();
  if (ability === undefined) return "unknown-ability";
  return { characterId, abilityId: ability.AbilityID, charHasAbilitiesId: ability.CharHasAbilitiesID };
}

async function add(trx: Db, customerGuid: CustomerGuid, change: CharacterAbilityChange): Promise<AbilityResult> {
  const subject = await findSubject(trx, customerGuid, change);
  if (typeof subject === "string") return { kind: subject };
  if (subject.charHasAbilitiesId !== null) return { kind: "done" };
  await trx
    .insertInto("CharHasAbilities")
    .values({
      CustomerGUID: customerGuid,
      CharacterID: subject.characterId,
      AbilityID: subject.abilityId,
      AbilityLevel: change.abilityLevel,
      CharHasAbilitiesCustomJSON: change.charHasAbilitiesCustomJson,
    })
    .execute();
  return { kind: "done" };
}

async function update(trx: Db, customerGuid: CustomerGuid, change: CharacterAbilityChange): Promise<AbilityResult> {
  const subject = await findSubject(trx, customerGuid, change);
  if (typeof subject === "string") return { kind: subject };
  if (subject.charHasAbilitiesId === null) return { kind: "not-owned" };
  await trx
    .updateTable("CharHasAbilities")
    .set({ AbilityLevel: change.abilityLevel, CharHasAbilitiesCustomJSON: change.charHasAbilitiesCustomJson })
    .where("CustomerGUID", "=", customerGuid)
    .where("CharHasAbilitiesID", "=", subject.charHasAbilitiesId)
    .execute();
  return { kind: "done" };
}

async function remove(
  trx: Db,
  customerGuid: CustomerGuid,
  names: { readonly characterName: string; readonly abilityName: string },
): Promise<AbilityResult> {
  const subject = await findSubject(trx, customerGuid, names);
  if (typeof subject === "string") return { kind: subject };
  if (subject.charHasAbilitiesId === null) return { kind: "not-owned" };
  for (const table of ["CharAbilityBarAbilities", "CharHasAbilities"] as const) {
    await trx
      .deleteFrom(table)
      .where("CustomerGUID", "=", customerGuid)
      .where("CharHasAbilitiesID", "=", subject.charHasAbilitiesId)
      .execute();
  }
  return { kind: "done" };
}
