import { Type } from "typebox";
import { endpointsOf } from "../endpoint.ts";
import { characterOfUser } from "../models/character.ts";
import { successAndErrorMessage } from "../models/common.ts";
import { createdCharacter } from "../models/created-character.ts";
import { joinWithTicket } from "../models/join.ts";
import { userSession } from "../models/user-session.ts";
import { flag, guid, nullable, nullableGuid, text } from "../schema.ts";
import { statusOf } from "./status.ts";

const { get, post } = endpointsOf("public-api");
const lenient = { customer: "lenient" } as const;
const exampleSession = "7106af98-6395-4392-8cfd-35664e03935f";

const loginAnswer = Type.Object({ authenticated: flag, userSessionGuid: nullableGuid, errorMessage: text });
const sessionOnly = Type.Object({ userSessionGUID: guid });
const sessionAndCharacter = Type.Object({ userSessionGUID: guid, characterName: text });

export const publicApi = {
  status: statusOf("public-api"),
  registerUser: post("/api/Users/RegisterUser", {
    ...lenient,
    request: Type.Object({ email: text, password: text, firstName: text, lastName: text }),
    response: loginAnswer,
    pluginRequest: { email: "ada@example.com", password: "secret", firstName: "Ada", lastName: "Lovelace" },
    summary: "Creates a player account and logs it in",
  }),
  loginAndCreateSession: post("/api/Users/LoginAndCreateSession", {
    ...lenient,
    request: Type.Object({ email: text, password: text }),
    response: loginAnswer,
    pluginRequest: { email: "ada@example.com", password: "secret" },
    summary: "Logs a player in; the player's earlier sessions end",
  }),
  logout: post("/api/Users/Logout", {
    ...lenient,
    request: sessionOnly,
    response: successAndErrorMessage,
    pluginRequest: { userSessionGUId: exampleSession },
    summary: "Ends a session; success also when there was none",
  }),
  getUserSession: get("/api/Users/GetUserSession", {
    ...lenient,
    request: sessionOnly,
    response: nullable(userSession),
    summary: "A session with its user and selected character; 204 when unknown",
  }),
  setSelectedCharacterAndGetUserSession: post("/api/Users/SetSelectedCharacterAndGetUserSession", {
    ...lenient,
    request: Type.Object({ userSessionGUID: guid, selectedCharacterName: text }),
    response: nullable(userSession),
    pluginRequest: { userSessionGUId: exampleSession, selectedCharacterName: "Ada" },
    summary: "Selects a character of the session's user, then answers the session",
  }),
  getServerToConnectTo: post("/api/Users/GetServerToConnectTo", {
    ...lenient,
    request: Type.Object({
      userSessionGUID: guid,
      characterName: text,
      zoneName: text,
      playerGroupType: Type.Integer({ format: "int32", aliases: ["playerGroupTypeId"] }),
    }),
    response: joinWithTicket,
    pluginRequest: { characterName: "Ada", zoneName: "GETLASTZONENAME", playerGroupType: 0 },
    summary: "Finds or starts the zone instance a character goes to; answers within 25 seconds",
  }),
  getAllCharacters: post("/api/Users/GetAllCharacters", {
    ...lenient,
    request: sessionOnly,
    response: Type.Array(characterOfUser),
    pluginRequest: { userSessionGUId: exampleSession },
    summary: "The characters of the session's user; none for an unknown session",
  }),
  createCharacter: post("/api/Users/CreateCharacter", {
    ...lenient,
    request: Type.Object({ userSessionGUID: guid, characterName: text, className: text }),
    response: createdCharacter,
    pluginRequest: { userSessionGUId: exampleSession, characterName: "Ada", className: "Wanderer" },
    summary: "Creates a character from its class",
  }),
  createCharacterUsingDefaultCharacterValues: post("/api/Users/CreateCharacterUsingDefaultCharacterValues", {
    ...lenient,
    request: Type.Object({ userSessionGUID: guid, characterName: text, defaultSetName: text }),
    response: successAndErrorMessage,
    pluginRequest: { userSessionGUId: exampleSession, characterName: "Ada", defaultSetName: "Default" },
    summary: "Creates a character from a set of default values",
  }),
  removeCharacter: post("/api/Users/RemoveCharacter", {
    ...lenient,
    request: sessionAndCharacter,
    response: successAndErrorMessage,
    pluginRequest: { userSessionGUId: exampleSession, characterName: "Ada" },
    summary: "Deletes a character and everything it has; success also when there was none",
  }),
} as const;
