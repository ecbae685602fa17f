import { CREDENTIAL_HEADER, instanceManagement, LAUNCHER_HEADER, parseGuidHeader } from "@ows/protocol/http";
import { verifyServiceCredential } from "@ows/protocol/ticket";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** Marks the launcher of the header as running. -1 is what OWS answers for a launcher that is not registered. */
export const startInstanceLauncher = route(
  instanceManagement.startInstanceLauncher,
  async ({ customerGuid, headers, log }, { store, customers, settings }: InstanceManagementContext) => {
    const launcherGuid = parseGuidHeader(textOf(headers[LAUNCHER_HEADER]));
    if (launcherGuid === undefined) return -1;
    // Loaded first, so that what the former launcher left is known when the new one is.
    const joins = await customers.of(customerGuid);
    const worldServerId = await store.worldServers.start(customerGuid, launcherGuid);
    const worldServer = worldServerId === null ? null : await store.worldServers.get(customerGuid, worldServerId);
    if (worldServerId === null || worldServer === null) return -1;
    joins.dispatch({
      kind: "world-server-started",
      worldServerId,
      maxInstances: worldServer.maxNumberOfInstances,
      // Only launchers of ours have a credential, and these send heartbeats.
      beats: verifyServiceCredential(settings.serviceSecret, textOf(headers[CREDENTIAL_HEADER])),
    });
    log.info({ worldServerId, launcherGuid }, "launcher started");
    return worldServerId;
  },
);

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
