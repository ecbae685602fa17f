import { characterPersistence } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import { characterModel } from "../character-model.ts";
import type { CharacterPersistenceContext } from "../context.ts";
import { findCharacter } from "../find-character.ts";

export const getByName = route(characterPersistence.getByName, async (call, { store }: CharacterPersistenceContext) => {
  const character = await findCharacter(store.characters, call.customerGuid, call.request.characterName);
  return character === null ? null : characterModel(character);
});
