import { mesh } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { CharacterPersistenceContext } from "../context.ts";

/** Saves the characters a zone server holds. A refused one does not disturb the others. */
export const saveCharacters = route(mesh.saveCharacters, async (call, { store }: CharacterPersistenceContext) => {
  const { zoneInstanceId, characters } = call.request;
  const { refused } = await store.claims.saveClaimed(call.customerGuid, zoneInstanceId, characters);
  const errorMessage = refused.length === 0 ? "" : `${refused.length} of ${characters.length} characters were refused.`;
  return { success: refused.length === 0, errorMessage, refused: [...refused] };
});
