import { Type } from "typebox";
import { endpointsOf } from "../endpoint.ts";
import { characterByName } from "../models/character.ts";
import { emptyBody, successAndErrorMessage } from "../models/common.ts";
import { guid, int32, nullable, text } from "../schema.ts";
import { statusOf } from "./status.ts";

const { post } = endpointsOf("character-persistence");
const lenient = { customer: "lenient" } as const;
const characterOnly = Type.Object({ characterName: text });

export const characterPersistence = {
  status: statusOf("character-persistence"),
  getByName: post("/api/Characters/GetByName", {
    ...lenient,
    request: characterOnly,
    response: nullable(characterByName),
    pluginRequest: { characterName: "Ada" },
    summary: "A character with its class and instance; 204 when unknown",
  }),
  getCustomData: post("/api/Characters/GetCustomData", {
    ...lenient,
    request: characterOnly,
    response: Type.Object({
      rows: Type.Array(
        Type.Object({
          customerGuid: guid,
          customCharacterDataId: int32,
          characterId: int32,
          customFieldName: text,
          fieldValue: text,
        }),
      ),
    }),
    pluginRequest: { characterName: "Ada" },
    summary: "All custom fields of a character",
  }),
  addOrUpdateCustomData: post("/api/Characters/AddOrUpdateCustomData", {
    ...lenient,
    request: Type.Object({
      addOrUpdateCustomCharacterData: Type.Object({ characterName: text, customFieldName: text, fieldValue: text }),
    }),
    response: emptyBody,
    pluginRequest: {
      addOrUpdateCustomCharacterData: { characterName: "Ada", customFieldName: "Hat", fieldValue: "red" },
    },
    summary: "Writes one custom field of a character; 200 with an empty body",
  }),
  updateAllPlayerPositions: post("/api/Characters/UpdateAllPlayerPositions", {
    ...lenient,
    request: Type.Object({ serializedPlayerLocationData: text, mapName: text }),
    response: successAndErrorMessage,
    pluginRequest: { serializedPlayerLocationData: "Ada:1.5:-2.0:96.15:0.0:0.0:90.0", mapName: "" },
    summary: "Saves the places of many players: Name:X:Y:Z:Roll:Pitch:Yaw joined by |, all of them or none",
  }),
  playerLogout: post("/api/Characters/PlayerLogout", {
    ...lenient,
    request: characterOnly,
    response: successAndErrorMessage,
    pluginRequest: { characterName: "Ada" },
    summary: "Takes a character off its zone instance",
  }),
} as const;
