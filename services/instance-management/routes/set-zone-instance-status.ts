import { instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import { ZONE_INSTANCE_STATUS } from "@ows/store";
import { findInstance } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";

/** Ready lets players in, down stops the server; both also change the row. */
export const setZoneInstanceStatus = route(
  instanceManagement.setZoneInstanceStatus,
  async ({ request, customerGuid }, { store, customers }: InstanceManagementContext) => {
    const { zoneInstanceID: zoneInstanceId, instanceStatus } = request.request;
    const joins = await customers.of(customerGuid);
    const row = await store.zoneInstances.get(customerGuid, zoneInstanceId);
    if (row === null) {
      return { success: false, errorMessage: `SetZoneInstanceStatus: There is no zone instance ${zoneInstanceId}.` };
    }
    if (!Object.values<number>(ZONE_INSTANCE_STATUS).includes(instanceStatus)) {
      return { success: false, errorMessage: `SetZoneInstanceStatus: InstanceStatus should be 0, 1 or 2.` };
    }
    const isStopping = findInstance(joins.state, zoneInstanceId)?.phase.kind === "draining";
    if (isStopping && instanceStatus !== ZONE_INSTANCE_STATUS.shutDown) {
      return {
        success: false,
        errorMessage: `SetZoneInstanceStatus: Zone instance ${zoneInstanceId} is being stopped.`,
      };
    }
    await store.zoneInstances.setStatus(customerGuid, zoneInstanceId, instanceStatus);
    if (instanceStatus === ZONE_INSTANCE_STATUS.ready) {
      const players = row.numberOfReportedPlayers;
      joins.dispatch({ kind: "players-reported", zoneInstanceId, players, ready: true });
    } else if (instanceStatus === ZONE_INSTANCE_STATUS.shutDown) {
      joins.dispatch({ kind: "stop-requested", zoneInstanceId, reason: "its status was set to 0" });
    }
    return { success: true, errorMessage: "" };
  },
);
