import { characterPersistence } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { CharacterPersistenceContext } from "../context.ts";
import { findCharacter } from "../find-character.ts";

export const getCustomData = route(
  characterPersistence.getCustomData,
  async (call, { store }: CharacterPersistenceContext) => {
    const { customerGuid, request } = call;
    const character = await findCharacter(store.characters, customerGuid, request.characterName);
    if (character === null) return { rows: [] };
    const rows = await store.characters.getCustomData(customerGuid, character.charName);
    return { rows: rows.map((row) => ({ ...row, customerGuid })) };
  },
);
