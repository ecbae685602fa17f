import { dotnetDate, instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** What a zone server learns about itself. An unknown instance is OWS's object of nulls and zeros. */
export const getZoneInstance = route(
  instanceManagement.getZoneInstance,
  async ({ request, customerGuid }, { store }: InstanceManagementContext) => {
    const view = await store.zoneInstances.get(customerGuid, request.zoneInstanceId);
    if (view === null) return unknownInstance;
    return {
      mapName: view.mapName,
      zoneName: view.zoneName,
      worldCompContainsFilter: view.worldCompContainsFilter,
      worldCompListFilter: view.worldCompListFilter,
      mapInstanceID: view.mapInstanceId,
      status: view.status,
      maxNumberOfInstances: view.maxNumberOfInstances,
      activeStartTime: view.activeStartTime === null ? null : dotnetDate(view.activeStartTime),
      serverStatus: view.serverStatus,
      internalServerIP: view.internalServerIp,
    };
  },
);

const unknownInstance = {
  mapName: null,
  zoneName: null,
  worldCompContainsFilter: null,
  worldCompListFilter: null,
  mapInstanceID: 0,
  status: 0,
  maxNumberOfInstances: 0,
  activeStartTime: null,
  serverStatus: 0,
  internalServerIP: null,
};
