import { instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** The heartbeat of a zone server. The first one says that players can come, and answers those who wait. */
export const updateNumberOfPlayers = route(
  instanceManagement.updateNumberOfPlayers,
  async ({ request, customerGuid }, { store, customers }: InstanceManagementContext) => {
    const { zoneInstanceId, numberOfConnectedPlayers: players } = request;
    if (players < 0) return { success: false, errorMessage: "UpdateNumberOfPlayers: There can't be fewer than 0." };
    const joins = await customers.of(customerGuid);
    joins.dispatch({ kind: "players-reported", zoneInstanceId, players, ready: true });
    if (await store.zoneInstances.updateNumberOfPlayers(customerGuid, zoneInstanceId, players)) {
      return { success: true, errorMessage: "" };
    }
    // Its row is gone: whoever runs it should end it, nobody will be sent there.
    return { success: false, errorMessage: `UpdateNumberOfPlayers: There is no zone instance ${zoneInstanceId}.` };
  },
);
