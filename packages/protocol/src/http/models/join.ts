import { Type } from "typebox";
import { flag, int32, text } from "../schema.ts";

/** Where a character goes. A failed join has `success: false`, an empty `serverIP` and port 0. */
const joinMapByCharName = Type.Object({
  serverIP: text,
  worldServerIP: text,
  worldServerPort: int32,
  port: int32,
  mapInstanceID: int32,
  mapNameToStart: text,
  worldServerID: int32,
  mapInstanceStatus: int32,
  needToStartupMap: flag,
  enableAutoLoopback: flag,
  noPortForwarding: flag,
  success: flag,
  errorMessage: text,
});

/** The same with what our own clients need: the game link's URL, and a ticket when the session was valid. */
export const joinWithTicket = Type.Object({ ...joinMapByCharName.properties, url: text, ticket: text });
