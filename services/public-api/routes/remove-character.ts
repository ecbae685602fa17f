import { publicApi } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { PublicApiContext } from "../context.ts";

/** Deletes a character of the session's user. There being none is success, as OWS has it. */
export const removeCharacter = route(publicApi.removeCharacter, async (call, { store }: PublicApiContext) => {
  const { userSessionGUID, characterName } = call.request;
  await store.characters.remove(call.customerGuid, userSessionGUID, characterName ?? "");
  return { success: true, errorMessage: "" };
});
