import type { Partition, ServerId } from "../ground/partition.ts";
import { GroundRaster } from "../ground/raster.ts";
import type { GridBounds } from "../interest/interest-grid.ts";

/** A ghost that exists is kept until its owner's entity is this much further away than where ghosts are made. */
export const GHOST_KEEP_METERS = 10;
/** A ghost lives at least this long: an entity that circles at the radius makes no chain of ghosts. */
export const GHOST_MIN_MS = 1_000;
/** How far an entity stands beyond the border before it changes hands. */
const HYSTERESIS_METERS = 10;
/** Seconds of movement that a ghost is ahead of being seen. */
const AHEAD_SECONDS = 0.75;
/** Assumed of classes that declare no top speed, in metres per second. */
const FASTEST_ASSUMED = 30;

/** Which neighbours must know of something that stands at a position. */
export type NearServers = { neighboursNear(x: number, y: number): readonly ServerId[] };

/** Where ghosts are made and up to where they are kept. */
export type GhostGround = { readonly made: NearServers; readonly kept: NearServers };

/** How far from a neighbour's ground an entity gets a ghost there: nobody there may see it appear out of nothing. */
export function ghostRadiusMeters(viewRadius: number, maxSpeeds: readonly number[]): number {
  const fastest = Math.max(0, ...maxSpeeds.map((speed) => (Number.isFinite(speed) ? speed : FASTEST_ASSUMED)));
  return viewRadius + HYSTERESIS_METERS + fastest * AHEAD_SECONDS;
}

/** The ground of one version of a partition, as the ghosts of one server need it. */
export function ghostGround(
  bounds: GridBounds,
  partition: Partition,
  self: ServerId,
  ghostRadius: number,
): GhostGround {
  const raster = (ghostRadiusMeters: number) => new GroundRaster({ bounds, partition, self, ghostRadiusMeters });
  return { made: raster(ghostRadius), kept: raster(ghostRadius + GHOST_KEEP_METERS) };
}
