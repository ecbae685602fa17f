import { characterPersistence } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { CharacterPersistenceContext } from "../context.ts";
import { findCharacter } from "../find-character.ts";

export const playerLogout = route(
  characterPersistence.playerLogout,
  async (call, { store }: CharacterPersistenceContext) => {
    const character = await findCharacter(store.characters, call.customerGuid, call.request.characterName);
    if (character === null) return { success: false, errorMessage: "Character not found!" };
    await store.characters.logout(call.customerGuid, character.charName);
    return { success: true, errorMessage: "" };
  },
);
