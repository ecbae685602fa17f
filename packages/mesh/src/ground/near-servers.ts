import { FINEST_CELL_METERS } from "./lattice.ts";
import type { OwnerGrid } from "./owner-grid.ts";
import type { ServerId } from "./partition.ts";

export type NearServers = {
  /** 1 where no foreign ground is near. */
  readonly interior: Uint8Array;
  /** Index into `sets` for each finest cell. */
  readonly setOf: Uint32Array;
  /** Foreign servers, lowest id first; the first set is empty. */
  readonly sets: readonly (readonly ServerId[])[];
};

/** Servers that one pass finds: one bit each. */
const SERVERS_PER_PASS = 31;
/** Rounding may make a distance a hair too long; a neighbour too many costs nothing. */
const ROUNDING_METERS = 1e-6;

/** Finds the foreign servers with ground within `radius` metres of any point of each finest cell. */
export function findNear(grid: OwnerGrid, self: ServerId, radius: number): NearServers {
  const { lattice, servers } = grid;
  const setOf = new Uint32Array(lattice.size);
  const interior = new Uint8Array(lattice.size);
  const sets: ServerId[][] = [[]];
  const foreign = servers.filter((server, index) => index > 0 && server !== self);
  for (let first = 0; first < foreign.length; first += SERVERS_PER_PASS) {
    const group = foreign.slice(first, first + SERVERS_PER_PASS);
    addSets(nearMasks(grid, group, radius + ROUNDING_METERS), group, setOf, sets);
  }
  for (let at = 0; at < setOf.length; at++) if (setOf[at] === 0) interior[at] = 1;
  return { interior, setOf, sets };
}

/** Joins the servers of a pass to the sets that former passes found. */
function addSets(masks: Uint32Array, group: readonly ServerId[], setOf: Uint32Array, sets: ServerId[][]): void {
  const joined = new Map<number, Map<number, number>>();
  // Most cells have the set of the cell before them.
  let [lastMask, lastBefore, lastSet] = [0, 0, 0];
  for (let at = 0; at < masks.length; at++) {
    const mask = masks[at] as number;
    if (mask === 0) continue;
    const before = setOf[at] as number;
    if (mask !== lastMask || before !== lastBefore) {
      [lastMask, lastBefore, lastSet] = [mask, before, setFor(before, mask)];
    }
    setOf[at] = lastSet;
  }

  function setFor(before: number, mask: number): number {
    const byMask = joined.get(before) ?? new Map<number, number>();
    joined.set(before, byMask);
    const known = byMask.get(mask);
    if (known !== undefined) return known;
    const added = group.filter((_, bit) => (mask >>> bit) & 1);
    byMask.set(mask, sets.length);
    return sets.push([...(sets[before] as ServerId[]), ...added]) - 1;
  }
}

/**
 * A bit per server of the group, set where its ground is near. Near is a disc of cells: for each distance in rows a
 * window of columns. The windows widen as the rows come closer, so each builds on the one before.
 */
function nearMasks({ lattice, servers, owner }: OwnerGrid, group: readonly ServerId[], radius: number): Uint32Array {
  const { columns, rows } = lattice;
  const bitOf = Uint32Array.from(servers, (server) => bitFor(group.indexOf(server)));
  const bits = Uint32Array.from(owner, (index) => bitOf[index] as number);
  const window = bits.slice();
  const near = new Uint32Array(bits.length);
  let reach = 0;
  for (let dy = Math.min(rows - 1, cellsWithin(radius)); dy >= 0; dy--) {
    const gap = Math.max(0, dy - 1) * FINEST_CELL_METERS;
    const wanted = Math.min(columns - 1, cellsWithin(Math.sqrt(radius * radius - gap * gap)));
    while (reach < wanted) widen(window, bits, columns, ++reach);
    const shift = dy * columns;
    for (let at = shift; at < near.length; at++) {
      near[at] = (near[at] as number) | (window[at - shift] as number);
      near[at - shift] = (near[at - shift] as number) | (window[at] as number);
    }
  }
  return near;
}

/** Adds to each window of a row the two cells that are `reach` columns away. */
function widen(window: Uint32Array, bits: Uint32Array, columns: number, reach: number): void {
  for (let start = 0; start < window.length; start += columns) {
    const end = start + columns;
    for (let at = start + reach; at < end; at++) {
      window[at] = (window[at] as number) | (bits[at - reach] as number);
      window[at - reach] = (window[at - reach] as number) | (bits[at] as number);
    }
  }
}

/** How many cells away a cell may be whose nearest side is within `meters`. */
function cellsWithin(meters: number): number {
  return Math.floor(meters / FINEST_CELL_METERS) + 1;
}

function bitFor(index: number): number {
  return index < 0 ? 0 : 2 ** index;
}
