import { type characterPersistence, dotnetDate, type ResponseOf } from "@ows/protocol/http";
import type { CharacterOnInstance } from "@ows/store";

export type CharacterModel = NonNullable<ResponseOf<typeof characterPersistence.getByName>>;

/** A character as GetByName answers it. The address is the world server's while the character is on an instance. */
export function characterModel(character: CharacterOnInstance): CharacterModel {
  return {
    ...character,
    CharacterName: character.charName,
    serverIp: character.worldServerIp ?? character.serverIp,
    port: character.port ?? 0,
    mapInstanceID: character.mapInstanceId ?? 0,
    lastActivity: dotnetDate(character.lastActivity),
  };
}
