import { instanceManagement, isDashedGuid } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** The stock plugin cuts a port to four digits. */
const LAST_STOCK_PORT = 9_999;

/** Adds the world server of a launcher, or updates all of it: its external address may have changed. */
export const registerLauncher = route(
  instanceManagement.registerLauncher,
  async ({ request: { request }, customerGuid, log }, { store }: InstanceManagementContext) => {
    const { launcherGUID, serverIP, internalServerIP, maxNumberOfInstances, startingInstancePort } = request;
    const launcherGuid = launcherGUID?.toLowerCase() ?? "";
    const mistake = mistakeIn({ launcherGuid, serverIP, maxNumberOfInstances, startingInstancePort });
    if (mistake !== undefined) return { success: false, errorMessage: mistake };
    const worldServer = await store.worldServers.register({
      customerGuid,
      launcherGuid,
      serverIp: serverIP ?? "",
      // An empty address would be handed to internal testers as a failed join.
      internalServerIp: internalServerIP || (serverIP ?? ""),
      maxNumberOfInstances,
      startingMapInstancePort: startingInstancePort,
    });
    log.info({ worldServerId: worldServer.worldServerId, launcherGuid, serverIP }, "launcher registered");
    if (startingInstancePort + maxNumberOfInstances - 1 > LAST_STOCK_PORT) {
      log.warn({ launcherGuid }, "this launcher has ports of five digits: stock Unreal clients keep four of them");
    }
    return { success: true, errorMessage: "" };
  },
);

function mistakeIn(launcher: {
  readonly launcherGuid: string;
  readonly serverIP: string | null;
  readonly maxNumberOfInstances: number;
  readonly startingInstancePort: number;
}): string | undefined {
  const { launcherGuid, serverIP, maxNumberOfInstances: instances, startingInstancePort: port } = launcher;
  if (!isDashedGuid(launcherGuid)) return "RegisterLauncher: launcherGUID should be a GUID of 36 characters.";
  if (serverIP === null || serverIP === "") return "RegisterLauncher: ServerIP is missing.";
  if (instances < 1) return `RegisterLauncher: MaxNumberOfInstances should be at least 1, got ${instances}.`;
  const lastPort = port + instances - 1;
  if (port < 1_024 || lastPort > 65_535) {
    return `RegisterLauncher: ports ${port} to ${lastPort} are not all between 1024 and 65535.`;
  }
  return undefined;
}
