import { management } from "@ows/protocol/http";
import { createService, type HttpService, type Logger, route } from "@ows/service-kit";
import type { ManagementContext } from "./context.ts";
import { LiveMaps } from "./live-map.ts";
import { LiveOverview } from "./live-overview.ts";
import { MeshViews } from "./mesh/meshes.ts";
import { servePages } from "./pages/serve-pages.ts";
import { getLiveMap } from "./routes/get-live-map.ts";
import { getMeshes } from "./routes/get-meshes.ts";
import { getOverview } from "./routes/get-overview.ts";
import type { ManagementSettings } from "./settings.ts";
import { ZoneServers } from "./zone-server/zone-servers.ts";

export type ManagementParts = { readonly settings: ManagementSettings; readonly logger: Logger };

/** Starts management: the dashboard, the demo, and the read-only API behind the dashboard. */
export function startManagement({ settings, logger }: ManagementParts): Promise<HttpService> {
  const clock = { nowMs: () => performance.now(), wallMs: () => Date.now() };
  const zoneServers = new ZoneServers(settings, clock);
  const overview = new LiveOverview(settings, zoneServers, clock);
  const meshes = new MeshViews(overview, zoneServers, clock);
  const context: ManagementContext = { overview, maps: new LiveMaps(overview, zoneServers), meshes };
  return createService({
    ...settings,
    name: "management",
    routes: [route(management.status, () => true), getOverview, getLiveMap, getMeshes],
    context,
    // None of its endpoints acts for a customer that a request names.
    customers: { isKnown: async () => false },
    logger,
    extend: (app) => servePages(app, settings, (zoneName) => meshes.partition(zoneName)),
  });
}
