import { serverSpinUp } from "@ows/protocol/bus";
import { instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** Passes an order on to a launcher, and says so when no launcher took it. `zoneName` carries the map's name. */
export const spinUpServerInstance = route(
  instanceManagement.spinUpServerInstance,
  async ({ request, customerGuid }, { bus }: InstanceManagementContext) => {
    const { worldServerID: worldServerId, zoneInstanceID: zoneInstanceId, zoneName: mapName, port } = request;
    const body = serverSpinUp.encode({ customerGuid, worldServerId, zoneInstanceId, mapName, port });
    const result = await bus.publish(serverSpinUp, serverSpinUp.routingKey(worldServerId), body);
    if (result === "routed") return { success: true, errorMessage: "" };
    return {
      success: false,
      errorMessage: `SpinUpServerInstance: The launcher of world server ${worldServerId} does not answer.`,
    };
  },
);
