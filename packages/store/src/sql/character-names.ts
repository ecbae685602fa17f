import { sql } from "kysely";
import type { CharacterId, CustomerGuid, UserGuid } from "../ports/ids.ts";
import type { Db } from "./context.ts";

const MAX_NAME_LENGTH = 50;

/** Trimmed, with each run of blanks as one. */
export function normaliseName(name: string): string {
  return name.trim().replace(/\s+/g, " ");
}

/** Whether a normalised name may be given to a new character. */
export function isAllowedName(name: string, supportUnicode: boolean): boolean {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) return false;
  return supportUnicode || /^[A-Za-z0-9 ]+$/.test(name);
}

/** Equal for names that differ in upper and lower case only. */
function fold(name: string): string {
  return normaliseName(name).normalize("NFC").toLowerCase();
}

function isAscii(name: string): boolean {
  return /^[ -~]*$/.test(name);
}

export interface FoundCharacter {
  readonly CharacterID: CharacterId;
  readonly CharName: string;
  readonly UserGUID: UserGuid | null;
}

/**
 * Finds a character by name. The index folds A to Z only on some databases, so a name with other letters is compared here
 * when the database finds nothing. That reads every name, so it is done only for customers who allow such letters:
 * anybody may ask for a name.
 */
export async function findCharacter(db: Db, customerGuid: CustomerGuid, name: string): Promise<FoundCharacter | null> {
  const normalised = normaliseName(name);
  const found = await db
    .selectFrom("Characters")
    .select(["CharacterID", "CharName", "UserGUID"])
    .where("CustomerGUID", "=", customerGuid)
    .where(nameIs(normalised))
    .executeTakeFirst();
  if (found !== undefined || isAscii(normalised)) return found ?? null;
  const customer = await db
    .selectFrom("Customers")
    .select("SupportUnicode")
    .where("CustomerGUID", "=", customerGuid)
    .executeTakeFirst();
  // A number or a boolean, by database.
  if (!customer?.SupportUnicode) return null;
  const folded = fold(normalised);
  const candidates = await db
    .selectFrom("Characters")
    .select(["CharacterID", "CharName", "UserGUID"])
    .where("CustomerGUID", "=", customerGuid)
    .execute();
  return candidates.find((candidate) => fold(candidate.CharName) === folded) ?? null;
}

/** The condition that the unique index on names serves. */
function nameIs(name: string) {
  return sql<boolean>`lower(${sql.ref("CharName")}) = lower(${name})`;
}

/** The names as they are stored, in the same order; one that nobody has stays as it is. */
export async function storedNames(
  db: Db,
  customerGuid: CustomerGuid,
  names: readonly string[],
): Promise<readonly string[]> {
  const stored: string[] = [];
  for (const name of names) {
    const normalised = normaliseName(name);
    // The database folds these by itself.
    if (isAscii(normalised)) stored.push(normalised);
    else stored.push((await findCharacter(db, customerGuid, normalised))?.CharName ?? normalised);
  }
  return stored;
}
