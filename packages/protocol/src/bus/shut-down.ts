import { encodeDotnetJson } from "./dotnet-json.ts";
import { readBody } from "./read-members.ts";
import type { Topic } from "./topic.ts";

/** "Stop the zone server of this zone instance." OWS writes 0 as WorldServerID: only the routing key carries it. */
export interface ShutDownMessage {
  readonly customerGuid: string;
  readonly zoneInstanceId: number;
}

export const serverShutDown: Topic<ShutDownMessage> = {
  exchange: "ows.servershutdown",
  type: "direct",
  durable: false,
  autoDelete: false,
  routingKey: (worldServerId) => `ows.servershutdown.${worldServerId}`,
  encode: (message) =>
    encodeDotnetJson({
      CustomerGUID: message.customerGuid.toLowerCase(),
      WorldServerID: 0,
      ZoneInstanceID: message.zoneInstanceId,
    }),
  decode: (body) =>
    readBody(body, (members) => ({
      customerGuid: members.guid("CustomerGUID"),
      zoneInstanceId: members.int32("ZoneInstanceID"),
    })),
};
