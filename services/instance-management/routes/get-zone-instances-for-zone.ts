import { dotnetDate, instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** Every instance of a zone, whatever its status. `mapMode` is a text here, as in OWS. */
export const getZoneInstancesForZone = route(
  instanceManagement.getZoneInstancesForZone,
  async ({ request, customerGuid }, { store }: InstanceManagementContext) => {
    const views = await store.zoneInstances.listForZone(customerGuid, request.request.zoneName ?? "");
    return views.map((view) => ({
      mapID: view.mapId,
      mapName: view.mapName,
      zoneName: view.zoneName,
      worldCompContainsFilter: view.worldCompContainsFilter,
      worldCompListFilter: view.worldCompListFilter,
      mapMode: String(view.mapMode),
      softPlayerCap: view.softPlayerCap,
      hardPlayerCap: view.hardPlayerCap,
      minutesToShutdownAfterEmpty: view.minutesToShutdownAfterEmpty,
      mapInstanceID: view.mapInstanceId,
      worldServerID: view.worldServerId,
      port: view.port,
      status: view.status,
      playerGroupID: view.playerGroupId ?? 0,
      numberOfReportedPlayers: view.numberOfReportedPlayers,
      lastUpdateFromServer: view.lastUpdateFromServer === null ? null : dotnetDate(view.lastUpdateFromServer),
      lastServerEmptyDate: view.lastServerEmptyDate === null ? null : dotnetDate(view.lastServerEmptyDate),
      createDate: dotnetDate(view.createDate),
    }));
  },
);
