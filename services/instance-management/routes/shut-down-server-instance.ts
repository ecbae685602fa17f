import { serverShutDown } from "@ows/protocol/bus";
import { instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import { findInstance } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";

/** Stops a zone server: first nobody is sent there any more, then its launcher and the server itself are told. */
export const shutDownServerInstance = route(
  instanceManagement.shutDownServerInstance,
  async ({ request, customerGuid }, { store, bus, customers }: InstanceManagementContext) => {
    const { worldServerID: worldServerId, zoneInstanceID: zoneInstanceId } = request;
    const joins = await customers.of(customerGuid);
    if (findInstance(joins.state, zoneInstanceId) !== undefined) {
      joins.dispatch({ kind: "stop-requested", zoneInstanceId, reason: "an administrator asked for it" });
      return { success: true, errorMessage: "" };
    }
    if ((await store.worldServers.get(customerGuid, worldServerId)) === null) {
      return { success: false, errorMessage: `ShutDownServerInstance: There is no world server ${worldServerId}.` };
    }
    // Not one of ours (any more), but a launcher may run it still.
    const body = serverShutDown.encode({ customerGuid, zoneInstanceId });
    const result = await bus.publish(serverShutDown, serverShutDown.routingKey(worldServerId), body);
    if (result === "routed") return { success: true, errorMessage: "" };
    return {
      success: false,
      errorMessage: `ShutDownServerInstance: There is no zone instance ${zoneInstanceId}, and the launcher of world server ${worldServerId} does not answer.`,
    };
  },
);
