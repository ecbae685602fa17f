import type { Bounds } from "@ows/game";

/*
 * What a gas must do: walkers with uniform positions and headings, on straight paths, in a zone of area A.
 *
 * Crossings. The flux through a line is density × mean speed across it in one direction, (1/A) · v · (1/2π)∫cos⁺ =
 * v/(πA) per walker, metre of border and direction. So each walker crosses 2·v·(length of all borders)/(π·A) times a
 * second; for n × n squares of side L that is 4v/(πL) · (1 − 1/n). Hysteresis moves where a crossing counts and not how
 * often it happens, since nobody turns between the two lines.
 *
 * Ghosts. A walker has a ghost at every other region that is near: per walker the area of each region that is near each
 * other one, divided by A. "Near" is decided per cell of the ground, by the cell's nearest point; with cells of nothing
 * this is (4LR + πR²)/L² for an interior square. A ghost is made at R and kept to a wider radius: in the band between,
 * those who came from inside have one and those who came from outside have none, by symmetry one half each.
 */

/** Handoffs per entity and second, both directions of all borders together. */
export function crossingsPerSecond(regions: readonly Bounds[], speed: number): number {
  return (2 * speed * borderMeters(regions)) / (Math.PI * areaOf(regions));
}

export type GhostReach = { readonly madeMeters: number; readonly keptMeters: number; readonly cellMeters: number };

/** Ghosts per owned entity, all servers together. */
export function ghostsPerEntity(regions: readonly Bounds[], reach: GhostReach): number {
  const { madeMeters, keptMeters, cellMeters } = reach;
  let ghosts = 0;
  for (const region of regions) {
    for (const cell of cellsOf(region, cellMeters)) {
      for (const other of regions) {
        if (other === region) continue;
        const away = metersBetween(cell, other);
        const share = away <= madeMeters ? 1 : away <= keptMeters ? 0.5 : 0;
        ghosts += share * areaOf([cell]);
      }
    }
  }
  return ghosts / areaOf(regions);
}

/** Length of all lines that two regions share. */
export function borderMeters(regions: readonly Bounds[]): number {
  let meters = 0;
  for (const [i, a] of regions.entries()) {
    for (const b of regions.slice(i + 1)) {
      const inX = Math.min(a.maxX, b.maxX) - Math.max(a.minX, b.minX);
      const inY = Math.min(a.maxY, b.maxY) - Math.max(a.minY, b.minY);
      if (inX === 0 && inY > 0) meters += inY;
      if (inY === 0 && inX > 0) meters += inX;
    }
  }
  return meters;
}

export type Verdict = {
  readonly expected: number;
  readonly measured: number;
  readonly ratio: number;
  /** How many standard deviations apart. */
  readonly sigmas: number;
  readonly holds: boolean;
};

/** Off by more than 5 %, and by more than chance explains (three standard deviations), is wrong. */
export function judge(expected: number, measured: number, deviation: number): Verdict {
  const ratio = measured / expected;
  const sigmas = Math.abs(measured - expected) / deviation;
  return { expected, measured, ratio, sigmas, holds: Math.abs(ratio - 1) <= 0.05 || sigmas <= 3 };
}

function areaOf(regions: readonly Bounds[]): number {
  return regions.reduce((sum, { minX, minY, maxX, maxY }) => sum + (maxX - minX) * (maxY - minY), 0);
}

function* cellsOf({ minX, minY, maxX, maxY }: Bounds, meters: number): Generator<Bounds> {
  for (let x = minX; x < maxX; x += meters) {
    for (let y = minY; y < maxY; y += meters) {
      yield { minX: x, minY: y, maxX: Math.min(maxX, x + meters), maxY: Math.min(maxY, y + meters) };
    }
  }
}

function metersBetween(a: Bounds, b: Bounds): number {
  const dx = Math.max(a.minX - b.maxX, b.minX - a.maxX, 0);
  const dy = Math.max(a.minY - b.maxY, b.minY - a.maxY, 0);
  return Math.hypot(dx, dy);
}
