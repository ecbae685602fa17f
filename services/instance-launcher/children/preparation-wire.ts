import type { PrepareToReceiveMessage } from "@ows/protocol/bus";
import type { LinkBody } from "@ows/protocol/mesh";

/** What came on the bus, as a zone server is told it; `undefined` when it does not say where the source is reached. */
export function preparationToWire(message: PrepareToReceiveMessage): LinkBody | undefined {
  const { sourceS2sEndpoint, sourceS2sSocket, sourceZoneInstanceId: zoneInstanceId } = message;
  const [, ip, digits] = /^(.{1,255}):(\d{1,5})$/.exec(sourceS2sEndpoint ?? "") ?? [];
  const port = Number(digits);
  if (ip === undefined || !(port > 0 && port <= 65_535) || zoneInstanceId <= 0) return undefined;
  const s2sEndpoint = { ip, port, url: `tcp://${ip}:${port}` };
  const source = { zoneInstanceId, s2sEndpoint, gameEndpoint: undefined, s2sSocket: sourceS2sSocket ?? "" };
  return {
    $case: "prepareToReceivePlayer",
    value: { source, characterName: message.characterName ?? "", targetCell: message.targetCellId ?? "" },
  };
}
