import type { Static } from "typebox";
import type { joinWithTicket } from "./models/join.ts";

/**
 * The answer to a join that leads nowhere. The empty `serverIP` makes the Unreal plugin say "Cannot connect to
 * server!" instead of travelling.
 */
export function failedJoin(errorMessage: string): Static<typeof joinWithTicket> {
  return {
    serverIP: "",
    worldServerIP: "",
    worldServerPort: 0,
    port: 0,
    mapInstanceID: 0,
    mapNameToStart: null,
    worldServerID: 0,
    mapInstanceStatus: 0,
    needToStartupMap: false,
    enableAutoLoopback: false,
    noPortForwarding: false,
    success: false,
    errorMessage,
    url: null,
    ticket: null,
  };
}
