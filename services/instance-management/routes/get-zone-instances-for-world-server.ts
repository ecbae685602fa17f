import { dotnetDate, instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

const MINUTE_MS = 60_000;

/** Every instance of a world server, as launchers ask for it. */
export const getZoneInstancesForWorldServer = route(
  instanceManagement.getZoneInstancesForWorldServer,
  async ({ request, customerGuid }, { store, clock }: InstanceManagementContext) => {
    const views = await store.zoneInstances.listForWorldServer(customerGuid, request.request.worldServerID);
    const minutesSince = (wallMs: number | null) =>
      wallMs === null ? 0 : Math.max(0, Math.floor((clock.wallMs() - wallMs) / MINUTE_MS));
    return views.map((view) => ({
      customerGUID: view.customerGuid,
      mapInstanceID: view.mapInstanceId,
      worldServerID: view.worldServerId,
      mapID: view.mapId,
      port: view.port,
      status: view.status,
      playerGoupID: view.playerGroupId ?? 0,
      numberOfReportedPlayers: view.numberOfReportedPlayers,
      lastUpdateFromServer: dateOrNull(view.lastUpdateFromServer),
      lastServerEmptyDate: dateOrNull(view.lastServerEmptyDate),
      createDate: dotnetDate(view.createDate),
      softPlayerCap: view.softPlayerCap,
      hardPlayerCap: view.hardPlayerCap,
      mapName: view.mapName,
      mapMode: view.mapMode,
      minutesToShutdownAfterEmpty: view.minutesToShutdownAfterEmpty,
      minutesServerHasBeenEmpty: minutesSince(view.lastServerEmptyDate),
      minutesSinceLastUpdate: minutesSince(view.lastUpdateFromServer),
    }));
  },
);

function dateOrNull(wallMs: number | null): string | null {
  return wallMs === null ? null : dotnetDate(wallMs);
}
