import type { Endpoint, ServiceName } from "./endpoint.ts";
import { characterPersistence } from "./endpoints/character-persistence.ts";
import { globalData } from "./endpoints/global-data.ts";
import { instanceManagement } from "./endpoints/instance-management.ts";
import { management } from "./endpoints/management.ts";
import { mesh } from "./endpoints/mesh.ts";
import { publicApi } from "./endpoints/public-api.ts";

/** Every endpoint of every service. */
export const allEndpoints: readonly Endpoint[] = [
  ...Object.values(publicApi),
  ...Object.values(instanceManagement),
  ...Object.values(characterPersistence),
  ...Object.values(globalData),
  ...Object.values(management),
  ...Object.values(mesh),
];

export function endpointsOfService(service: ServiceName): readonly Endpoint[] {
  return allEndpoints.filter((endpoint) => endpoint.service === service);
}
