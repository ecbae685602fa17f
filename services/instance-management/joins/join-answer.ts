import type { instanceManagement, ResponseOf } from "@ows/protocol/http";
import type { ZoneInstanceView } from "@ows/store";

export type JoinAnswer = ResponseOf<typeof instanceManagement.getServerToConnectTo>;

/** The answer that sends a player to a running instance. */
export function placedAnswer(
  view: ZoneInstanceView,
  player: { readonly isInternal: boolean; readonly url: string; readonly ticket: string | null },
): JoinAnswer {
  return {
    serverIP: player.isInternal ? view.internalServerIp : view.serverIp,
    worldServerIP: view.internalServerIp,
    worldServerPort: view.worldServerPort,
    port: view.port,
    mapInstanceID: view.mapInstanceId,
    mapNameToStart: view.mapName,
    worldServerID: view.worldServerId,
    mapInstanceStatus: view.status,
    needToStartupMap: false,
    enableAutoLoopback: false,
    noPortForwarding: false,
    success: true,
    errorMessage: "",
    url: player.url,
    ticket: player.ticket,
  };
}
