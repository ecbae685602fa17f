import type { KeyObject } from "node:crypto";
import type { Clock, Endpoint } from "@ows/base";
import type { Bus } from "@ows/bus";
import type { Store } from "@ows/store";
import type { ControlLinks } from "./control/control-links.ts";
import type { Customers } from "./joins/customers.ts";
import type { GameEndpoints } from "./joins/game-endpoints.ts";
import type { MeshInstances } from "./mesh/mesh-instances.ts";
import type { JoinMetrics } from "./metrics.ts";
import type { InstanceManagementSettings } from "./settings.ts";

/** What the routes of instance-management work with. */
export interface InstanceManagementContext {
  readonly settings: InstanceManagementSettings;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly customers: Customers;
  readonly controlLinks: ControlLinks;
  readonly controlEndpoint: Endpoint;
  readonly gameEndpoints: GameEndpoints;
  readonly meshes: MeshInstances;
  readonly metrics: JoinMetrics;
  readonly ticketKeys: { readonly privateKey: KeyObject; readonly publicKey: string };
}
