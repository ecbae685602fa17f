import { mesh } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** A launcher lives, and says which processes it keeps. `success: false` tells it to register again. */
export const launcherHeartbeat = route(
  mesh.launcherHeartbeat,
  async ({ request, customerGuid }, { store, customers }: InstanceManagementContext) => {
    const { worldServerId, instances } = request;
    const joins = await customers.of(customerGuid);
    const isActive = joins.state.worldServers.get(worldServerId)?.active === true;
    if (!isActive || !(await store.worldServers.heartbeat(customerGuid, worldServerId))) {
      return { success: false, errorMessage: `LauncherHeartbeat: World server ${worldServerId} is not started.` };
    }
    const running = instances.filter(({ state }) => state !== "exited").map(({ zoneInstanceId }) => zoneInstanceId);
    joins.dispatch({ kind: "launcher-heartbeat", worldServerId, running });
    return { success: true, errorMessage: "" };
  },
);
