import { publicApi } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { PublicApiContext } from "../context.ts";
import { sessionModel } from "../session-model.ts";

/**
 * Selects a character of the session's user. A character of somebody else is answered without the character's part,
 * not with the one selected before: the plugin would travel with that.
 */
export const setSelectedCharacterAndGetUserSession = route(
  publicApi.setSelectedCharacterAndGetUserSession,
  async (call, { store }: PublicApiContext) => {
    const { userSessionGUID, selectedCharacterName } = call.request;
    const { customerGuid } = call;
    const selected = await store.users.setSelectedCharacter(customerGuid, userSessionGUID, selectedCharacterName ?? "");
    const session = await store.users.getSession(customerGuid, userSessionGUID);
    if (session === null) return null;
    return sessionModel(
      selected.kind === "selected" ? session : { ...session, selectedCharacterName, character: null },
    );
  },
);
