import type { LiveMaps } from "./live-map.ts";
import type { LiveOverview } from "./live-overview.ts";
import type { MeshViews } from "./mesh/meshes.ts";

/** What the routes of management work with. */
export type ManagementContext = {
  readonly overview: LiveOverview;
  readonly maps: LiveMaps;
  readonly meshes: MeshViews;
};
