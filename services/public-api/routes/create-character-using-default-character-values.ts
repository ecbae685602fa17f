import { publicApi } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { CreateFromDefaultsResult } from "@ows/store";
import { mistakeInCharacterName } from "../character-name.ts";
import type { PublicApiContext } from "../context.ts";

/** Creates a character that starts with a named set of values. */
export const createCharacterUsingDefaultCharacterValues = route(
  publicApi.createCharacterUsingDefaultCharacterValues,
  async (call, { store }: PublicApiContext) => {
    const { customerGuid, request } = call;
    const mistake = mistakeInCharacterName(request.characterName);
    if (mistake !== undefined) return { success: false, errorMessage: mistake };
    const result = await store.characters.createFromDefaults({
      customerGuid,
      userSessionGuid: request.userSessionGUID,
      characterName: request.characterName ?? "",
      defaultSetName: request.defaultSetName ?? "",
    });
    if (result.kind === "created") return { success: true, errorMessage: "" };
    return { success: false, errorMessage: refusals[result.kind] };
  },
);

const refusals: Readonly<Record<Exclude<CreateFromDefaultsResult["kind"], "created">, string>> = {
  "invalid-characters": "Character Name can only contain letters, numbers, and spaces",
  "name-taken": "Character name already exists!",
  "invalid-session": "Invalid User Session",
  "unknown-default-set": "Invalid Default Set Name",
};
