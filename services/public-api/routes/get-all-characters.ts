import { dotnetDate, publicApi } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { PublicApiContext } from "../context.ts";

export const getAllCharacters = route(publicApi.getAllCharacters, async (call, { store }: PublicApiContext) => {
  const characters = await store.characters.listBySession(call.customerGuid, call.request.userSessionGUID);
  return characters.map((character) => ({
    ...character,
    characterName: character.charName,
    zoneName: character.mapName,
    level: character.characterLevel,
    lastActivity: dotnetDate(character.lastActivity),
    createDate: dotnetDate(character.createDate),
  }));
});
