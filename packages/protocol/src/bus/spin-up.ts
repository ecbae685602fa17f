import { encodeDotnetJson } from "./dotnet-json.ts";
import { readBody } from "./read-members.ts";
import type { Topic } from "./topic.ts";

/** "Start a zone server for this zone instance." */
export interface SpinUpMessage {
  readonly customerGuid: string;
  readonly worldServerId: number;
  readonly zoneInstanceId: number;
  readonly mapName: string | null;
  readonly port: number;
}

export const serverSpinUp: Topic<SpinUpMessage> = {
  exchange: "ows.serverspinup",
  type: "direct",
  durable: false,
  autoDelete: false,
  routingKey: (worldServerId) => `ows.serverspinup.${worldServerId}`,
  encode: (message) =>
    encodeDotnetJson({
      CustomerGUID: message.customerGuid.toLowerCase(),
      WorldServerID: message.worldServerId,
      ZoneInstanceID: message.zoneInstanceId,
      MapName: message.mapName,
      Port: message.port,
    }),
  decode: (body) =>
    readBody(body, (members) => ({
      customerGuid: members.guid("CustomerGUID"),
      worldServerId: members.int32("WorldServerID"),
      zoneInstanceId: members.int32("ZoneInstanceID"),
      mapName: members.text("MapName"),
      port: members.int32("Port"),
    })),
};
