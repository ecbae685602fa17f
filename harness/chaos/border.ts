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

/** Where the ground of four servers meets, as soon as it is divided among so many. */
export function cornerOf(dev: DevStack, zoneName = "Meadow"): Promise<{ readonly x: number; readonly y: number }> {
  return waitUntil(`${zoneName} has a corner of four`, async () => {
    const areas = (await meshOf(dev, zoneName))?.areas ?? [];
    for (const { minX: x, minY: y } of areas) {
      const here = areas.filter((a) => a.minX <= x && x <= a.maxX && a.minY <= y && y <= a.maxY);
      if (new Set(here.map(({ zoneInstanceId }) => zoneInstanceId)).size === 4) return { x, y };
    }
    return undefined;
  });
}

/** Entities that the servers of a zone gave away so far. */
export async function handedOff(dev: DevStack, zoneName = "Meadow"): Promise<number> {
  return (await meshOf(dev, zoneName))?.servers.reduce((total, server) => total + server.handedOff, 0) ?? 0;
}
