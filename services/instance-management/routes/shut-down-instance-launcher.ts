import { instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** An orderly end: nobody is sent to this world server any more, and its rows go. */
export const shutDownInstanceLauncher = route(
  instanceManagement.shutDownInstanceLauncher,
  async ({ request, customerGuid, log }, { store, customers }: InstanceManagementContext) => {
    const { worldServerID: worldServerId } = request.request;
    const joins = await customers.of(customerGuid);
    joins.dispatch({ kind: "world-server-stopped", worldServerId, reason: "its launcher has stopped" });
    const result = await store.worldServers.shutDown(customerGuid, worldServerId);
    if (result === null) {
      return { success: false, errorMessage: `ShutDownInstanceLauncher: There is no world server ${worldServerId}.` };
    }
    log.info({ worldServerId, removedInstances: result.removedInstances }, "launcher shut down");
    return { success: true, errorMessage: "" };
  },
);
