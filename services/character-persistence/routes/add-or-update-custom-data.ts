import { characterPersistence } from "@ows/protocol/http";
import { route, ServiceError } from "@ows/service-kit";
import type { CharacterPersistenceContext } from "../context.ts";
import { findCharacter } from "../find-character.ts";

const FIELD_NAME_LIMIT = 50;

export const addOrUpdateCustomData = route(
  characterPersistence.addOrUpdateCustomData,
  async (call, { store }: CharacterPersistenceContext) => {
    const { characterName, customFieldName, fieldValue } = call.request.addOrUpdateCustomCharacterData;
    if (customFieldName === null || customFieldName === "" || customFieldName.length > FIELD_NAME_LIMIT) {
      throw new ServiceError("invalid-argument", `CustomFieldName should have 1 to ${FIELD_NAME_LIMIT} characters.`);
    }
    if (fieldValue === null) throw new ServiceError("invalid-argument", "FieldValue should be a text.");
    const character = await findCharacter(store.characters, call.customerGuid, characterName);
    if (character === null) throw new ServiceError("not-found", "Character not found!");
    await store.characters.putCustomData(call.customerGuid, character.charName, { customFieldName, fieldValue });
    return undefined;
  },
);
