import { serverSpinUp } from "@ows/protocol/bus";
import { instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import { findInstance } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";
import { recoveredFrom } from "../joins/load-customer.ts";

/**
 * Passes an order on to a launcher, and says so when no launcher took it. `zoneName` carries the map's name. OWS's own
 * PublicAPI writes the row first and then asks for this: its row is taken up like one of ours.
 */
export const spinUpServerInstance = route(
  instanceManagement.spinUpServerInstance,
  async ({ request, customerGuid }, { store, bus, clock, customers }: InstanceManagementContext) => {
    const { worldServerID: worldServerId, zoneInstanceID: zoneInstanceId, zoneName: mapName, port } = request;
    if ((await store.worldServers.get(customerGuid, worldServerId)) === null) {
      return { success: false, errorMessage: `SpinUpServerInstance: There is no world server ${worldServerId}.` };
    }
    const joins = await customers.of(customerGuid);
    const row = await store.zoneInstances.get(customerGuid, zoneInstanceId);
    if (row !== null && findInstance(joins.state, zoneInstanceId) === undefined) {
      joins.dispatch({ kind: "recovered", worldServers: [], instances: [recoveredFrom(row, clock)] });
    }
    const body = serverSpinUp.encode({ customerGuid, worldServerId, zoneInstanceId, mapName, port });
    const result = await bus.publish(serverSpinUp, serverSpinUp.routingKey(worldServerId), body);
    if (result === "routed") return { success: true, errorMessage: "" };
    return {
      success: false,
      errorMessage: `SpinUpServerInstance: The launcher of world server ${worldServerId} does not answer.`,
    };
  },
);
