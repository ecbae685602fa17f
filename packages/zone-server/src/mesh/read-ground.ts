import type { Parsed } from "@ows/base";
import {
  checkPartition,
  GroundRaster,
  ghostRadiusMeters,
  type Partition,
  partitionFromWire,
  type ServerId,
} from "@ows/mesh";
import type { PartitionUpdate } from "@ows/protocol/mesh";
import type { World } from "../world/world.ts";

/** A partition as the coordinator announced it, and how `self` sees it; or what is not sound about it. */
export function readGround(
  update: PartitionUpdate,
  world: World,
  self: ServerId,
): Parsed<{ readonly partition: Partition; readonly raster: GroundRaster }> {
  const { bounds } = world.zone;
  const parsed = partitionFromWire(update);
  if (!parsed.ok) return parsed;
  const partition = parsed.value;
  const mistake = checkPartition(bounds, partition);
  if (mistake !== undefined) return { ok: false, reason: mistake.message };
  const { viewRadius, classes } = world.game.definition;
  const maxSpeeds = classes.map(({ maxSpeed }) => maxSpeed);
  const radius = ghostRadiusMeters(viewRadius, maxSpeeds);
  return {
    ok: true,
    value: { partition, raster: new GroundRaster({ bounds, partition, self, ghostRadiusMeters: radius }) },
  };
}
