import { publicApi, type ResponseOf } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { CharacterWithClass, CreateFromClassResult } from "@ows/store";
import { mistakeInCharacterName } from "../character-name.ts";
import type { PublicApiContext } from "../context.ts";

type Answer = ResponseOf<typeof publicApi.createCharacter>;

/** Creates a character that starts with the values of its class. */
export const createCharacter = route(
  publicApi.createCharacter,
  async (call, { store }: PublicApiContext): Promise<Answer> => {
    const { customerGuid, request } = call;
    const mistake = mistakeInCharacterName(request.characterName);
    if (mistake !== undefined) return refusal(mistake);
    const result = await store.characters.createFromClass({
      customerGuid,
      userSessionGuid: request.userSessionGUID,
      characterName: request.characterName ?? "",
      className: request.className ?? "",
    });
    return result.kind === "created" ? created(result.character) : refusal(refusals[result.kind]);
  },
);

/** OWS's texts. */
const refusals: Readonly<Record<Exclude<CreateFromClassResult["kind"], "created">, string>> = {
  "invalid-characters": "Character Name can only contain letters, numbers, and spaces",
  "invalid-session": "Invalid User Session",
  "invalid-class": "Invalid Class Name",
  "name-taken": "Invalid Character Name",
};

function created(character: CharacterWithClass): Answer {
  return {
    ...character,
    success: true,
    errorMessage: null,
    characterName: character.charName,
    startingMapName: character.mapName,
    // Whole numbers in this answer, though not in the database.
    fame: Math.trunc(character.fame),
    alignment: Math.trunc(character.alignment),
  };
}

function refusal(errorMessage: string): Answer {
  return {
    success: false,
    errorMessage,
    characterName: null,
    className: null,
    characterLevel: 0,
    startingMapName: null,
    x: 0,
    y: 0,
    z: 0,
    rx: 0,
    ry: 0,
    rz: 0,
    teamNumber: 0,
    gold: 0,
    silver: 0,
    copper: 0,
    freeCurrency: 0,
    premiumCurrency: 0,
    fame: 0,
    alignment: 0,
    score: 0,
    gender: 0,
    xp: 0,
    size: 0,
    weight: 0,
  };
}
