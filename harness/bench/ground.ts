import { Prng } from "@ows/base";
import {
  cellOf,
  childrenOf,
  FINEST_CELL_METERS,
  FINEST_LEVEL,
  formatCell,
  GroundRaster,
  LARGEST_CELL_METERS,
  type Partition,
  type ServerId,
  splitCell,
  staticPartition,
  withoutServer,
} from "@ows/mesh";
import { distributionOf } from "./histogram.ts";
import type { Workload } from "./workload.ts";

const SIDE_METERS = 2_000;
const BOUNDS = { minX: 0, minY: 0, maxX: SIDE_METERS, maxY: SIDE_METERS };
const SERVERS = 16;
const SELF = 6;
const GHOST_RADIUS_METERS = 130;
/** Entities of a busy server; their look-ups are measured in sweeps over all of them. */
const POINTS = 4_096;
const SWEEPS = 200;
const REBUILDS = 100;

/** What the ground costs a zone server: a raster for each new version, and look-ups for each entity and tick. */
export const ground: Workload = {
  id: "ground",
  about: "Ground of a meshed zone, 2 × 2 km, 16 servers: raster rebuild in ms, look-ups in ns beside those in a Map",
  async run({ seed }) {
    const prng = Prng.fromSeed(seed);
    const plain = staticPartition(BOUNDS, idsFrom(1));
    const busy = manyCells(plain, prng);
    const x = Float64Array.from({ length: POINTS }, () => prng.float() * SIDE_METERS);
    const y = Float64Array.from({ length: POINTS }, () => prng.float() * SIDE_METERS);
    const velocity = Float64Array.from({ length: POINTS }, () => prng.float() * 60 - 30);
    const raster = rasterOf(busy);
    checkOwners(raster, busy, x, y);
    const naiveNs = sweepNs(x, y, (px, py) => naiveOwner(busy, px, py));
    const ownerNs = sweepNs(x, y, (px, py) => raster.ownerAt(px, py));
    return {
      cells: { plain: plain.cells.size, busy: busy.cells.size },
      staticPartitionMs: timesMs(REBUILDS, () => staticPartition(BOUNDS, idsFrom(1))),
      rebuildMs: timesMs(REBUILDS, () => rasterOf(plain)),
      rebuildBusyMs: timesMs(REBUILDS, () => rasterOf(busy)),
      withoutServerMs: timesMs(REBUILDS / 5, () => withoutServer(BOUNDS, busy, SELF)),
      lookUpNs: {
        loop: sweepNs(x, y, (px, py) => px + py),
        ownerAt: ownerNs,
        isInterior: sweepNs(x, y, (px, py) => Number(raster.isInterior(px, py))),
        neighboursNear: sweepNs(x, y, (px, py) => raster.neighboursNear(px, py).length),
        isBeyond5m: sweepNs(x, y, (px, py) => Number(raster.isBeyond(px, py, 5))),
        willLeaveIn1s: sweepNs(x, y, (px, py, i) => {
          return raster.willLeave(px, py, velocity[i] as number, velocity[POINTS - 1 - i] as number, 1) ?? 0;
        }),
        naiveMap: naiveNs,
      },
      naiveMapTimesOwnerAt: naiveNs / ownerNs,
    };
  },
};

function idsFrom(first: number): ServerId[] {
  return Array.from({ length: SERVERS }, (_, i) => first + i);
}

function rasterOf(partition: Partition): GroundRaster {
  return new GroundRaster({ bounds: BOUNDS, partition, self: SELF, ghostRadiusMeters: GHOST_RADIUS_METERS });
}

/** Splits cells at random, as hot ground does, to some thousand cells. */
function manyCells(partition: Partition, prng: Prng): Partition {
  let split = partition;
  for (let i = 0; i < 600; i++) {
    const large = [...split.cells.keys()].filter((id) => childrenOf(BOUNDS, cellOf(id)).length > 0);
    split = splitCell(BOUNDS, split, prng.pick(large));
  }
  return split;
}

/** What one would write without a raster: the names of all cells that could hold the position, largest first. */
function naiveOwner(partition: Partition, x: number, y: number): ServerId {
  for (let level = 0; level <= FINEST_LEVEL; level++) {
    const meters = LARGEST_CELL_METERS / 2 ** level;
    const owner = partition.cells.get(formatCell({ level, x: Math.floor(x / meters), y: Math.floor(y / meters) }));
    if (owner !== undefined) return owner;
  }
  throw new Error(`nobody owns ${x}, ${y}, to the nearest ${FINEST_CELL_METERS} m`);
}

function checkOwners(raster: GroundRaster, partition: Partition, x: Float64Array, y: Float64Array): void {
  for (const [i, px] of x.entries()) {
    const py = y[i] as number;
    const [fast, slow] = [raster.ownerAt(px, py), naiveOwner(partition, px, py)];
    if (fast !== slow) throw new Error(`${px}, ${py} is ${slow}'s ground, the raster says ${fast}'s`);
  }
}

/** Nanoseconds of one call, loop included: the median sweep over all points. */
function sweepNs(x: Float64Array, y: Float64Array, ask: (x: number, y: number, index: number) => number): number {
  let sum = 0;
  const sweep = () => {
    for (let i = 0; i < POINTS; i++) sum += ask(x[i] as number, y[i] as number, i);
  };
  const { p50 } = timesMs(SWEEPS, sweep);
  // Used, so that no call can be optimised away.
  if (Number.isNaN(sum)) throw new Error("an answer was not a number");
  return (p50 * 1e6) / POINTS;
}

function timesMs(runs: number, work: () => unknown) {
  return distributionOf(
    Array.from({ length: runs }, () => {
      const startedMs = performance.now();
      work();
      return performance.now() - startedMs;
    }),
  );
}
