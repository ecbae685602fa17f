import type { CharacterOnInstance, CharacterRepository } from "@ows/store";

/**
 * Finds a character by name. One of the stock Unreal classes sends `%20` for blanks, so a name that nobody has is
 * tried once more decoded.
 */
export async function findCharacter(
  characters: CharacterRepository,
  customerGuid: string,
  name: string | null,
): Promise<CharacterOnInstance | null> {
  if (name === null || name === "") return null;
  const found = await characters.getByName(customerGuid, name);
  if (found !== null || !name.includes("%20")) return found;
  return characters.getByName(customerGuid, name.replaceAll("%20", " "));
}
