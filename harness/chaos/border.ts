import { callEndpoint, management, type ResponseOf } from "@ows/protocol/http";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";

export type MeshView = ResponseOf<typeof management.meshes>["meshes"][number];

/** A border that runs from south to north, and who owns the ground on either side of it. */
export type Border = { readonly x: number; readonly west: number; readonly east: number };

export async function meshOf(dev: DevStack, zoneName = "Meadow"): Promise<MeshView | undefined> {
  const { management: baseUrl, customerGuid } = dev;
  const { meshes } = await callEndpoint(management.meshes, { baseUrl, customerGuid });
  return meshes.find((mesh) => mesh.zoneName === zoneName);
}

/** The border of a zone that two servers share in halves, as soon as both have their ground. */
export function borderOf(dev: DevStack, zoneName = "Meadow"): Promise<Border> {
  return waitUntil(`${zoneName} is divided`, async () => {
    const areas = (await meshOf(dev, zoneName))?.areas ?? [];
    for (const west of areas) {
      const east = areas.find((area) => area.zoneInstanceId !== west.zoneInstanceId && area.minX === west.maxX);
      if (east !== undefined) return { x: west.maxX, west: west.zoneInstanceId, east: east.zoneInstanceId };
    }
    return undefined;
  });
}
