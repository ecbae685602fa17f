import { FINEST_CELL_METERS, FINEST_LEVEL, type Lattice, MIN_REGION_METERS } from "./lattice.ts";

/** A block of finest cells; the ends are exclusive. */
export type Rect = {
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly endColumn: number;
  readonly endRow: number;
};

/** A way to divide a rectangle: the parts, their largest area in square metres, and what its borders cost. */
type Plan = { readonly parts: readonly Rect[]; readonly largest: number; readonly cost: number };

/** Divisions whose largest part is within this share of the mean count as equally fair. */
const FAIR = 1.099;
/** What a border adds per metre for each further halving of the cells beside it: it makes many small ones. */
const SMALL_CELL_COST = 0.05;
/** Up to this ratio of the sides it is worth trying both directions of a cut. */
const NEARLY_SQUARE = 1.5;
const COLUMNS_PER_REGION = MIN_REGION_METERS / FINEST_CELL_METERS;

/** How many regions of the least width a rectangle has room for; 1 for one that is itself narrower. */
export function roomIn(lattice: Lattice, rect: Rect): number {
  return regionsAlong(axisOf(lattice, "x", rect)) * regionsAlong(axisOf(lattice, "y", rect));
}

/**
 * Divides a rectangle by straight cuts into `count` parts, none narrower than a region may be. Fair first, then short
 * borders on the lines of coarse cells. `count` is at most `roomIn`.
 */
export function bisect(lattice: Lattice, whole: Rect, count: number): readonly Rect[] {
  const fairArea = (FAIR * areaOf(lattice, whole)) / count;
  const known = new Map<string, Plan>();
  return plan(whole, count).parts;

  function plan(rect: Rect, parts: number): Plan {
    if (parts === 1) return { parts: [rect], largest: areaOf(lattice, rect), cost: 0 };
    const key = `${rect.firstColumn},${rect.firstRow},${rect.endColumn},${rect.endRow},${parts}`;
    const found = known.get(key) ?? bestCut(rect, parts);
    known.set(key, found);
    return found;
  }

  function bestCut(rect: Rect, parts: number): Plan {
    let best: Plan | undefined;
    const [long, short] = axesOf(lattice, rect);
    for (const axis of [long, short]) {
      if (axis === short && best !== undefined && long.meters > NEARLY_SQUARE * short.meters) break;
      const across = axis === long ? short : long;
      for (const cut of cutsOf(axis, across, parts)) {
        const low = plan(cutRect(rect, axis.name, axis.first, cut.at), cut.partsBelow);
        const high = plan(cutRect(rect, axis.name, cut.at, axis.end), parts - cut.partsBelow);
        const cost = low.cost + high.cost + across.meters * (1 + SMALL_CELL_COST * (smallness(cut.at) - 1));
        const largest = Math.max(low.largest, high.largest);
        if (best === undefined || isBetter({ largest, cost }, best)) {
          best = { parts: [...low.parts, ...high.parts], largest, cost };
        }
      }
    }
    return best as Plan;
  }

  function isBetter(a: Pick<Plan, "largest" | "cost">, b: Plan): boolean {
    const [fairA, fairB] = [Math.max(a.largest, fairArea), Math.max(b.largest, fairArea)];
    return fairA < fairB || (fairA === fairB && a.cost < b.cost);
  }
}

/** One side of a rectangle, in finest cells and metres. `isCut`: its last cell is cut off by the zone's end. */
type Axis = {
  readonly name: "x" | "y";
  readonly first: number;
  readonly end: number;
  readonly meters: number;
  readonly isCut: boolean;
};

type Cut = { readonly at: number; readonly partsBelow: number };

/** The cuts worth trying: about half of the parts on each side, near the place that is fair, on lines of each level. */
function cutsOf(axis: Axis, across: Axis, parts: number): readonly Cut[] {
  const cuts: Cut[] = [];
  for (let half = Math.floor(parts / 2); half >= 1 && cuts.length === 0; half--) {
    for (const partsBelow of new Set([half, parts - half])) {
      const low = axis.first + COLUMNS_PER_REGION * Math.ceil(partsBelow / regionsAlong(across));
      const above = COLUMNS_PER_REGION * Math.ceil((parts - partsBelow) / regionsAlong(across));
      const high = axis.end - (axis.isCut ? 1 : 0) - above;
      if (low > high) continue;
      const fair = axis.first + (axis.meters / FINEST_CELL_METERS) * (partsBelow / parts);
      for (const at of linesNear(fair, low, high)) cuts.push({ at, partsBelow });
    }
  }
  return cuts;
}

/** The lines of each level before and after a place, moved into `low … high`. */
function linesNear(place: number, low: number, high: number): ReadonlySet<number> {
  const lines = new Set<number>();
  for (let step = 2 ** FINEST_LEVEL; step >= 1; step /= 2) {
    for (const line of [Math.floor(place / step) * step, Math.ceil(place / step) * step]) {
      lines.add(Math.min(high, Math.max(low, line)));
    }
  }
  return lines;
}

/** How many of the smallest cells that a border at this line needs lie along the side of a largest cell. */
function smallness(line: number): number {
  for (let step = 2 ** FINEST_LEVEL; step > 1; step /= 2) if (line % step === 0) return 2 ** FINEST_LEVEL / step;
  return 2 ** FINEST_LEVEL;
}

function regionsAlong({ first, end, isCut }: Axis): number {
  return Math.max(1, Math.floor((end - first - (isCut ? 1 : 0)) / COLUMNS_PER_REGION));
}

function axesOf(lattice: Lattice, rect: Rect): readonly [long: Axis, short: Axis] {
  const x = axisOf(lattice, "x", rect);
  const y = axisOf(lattice, "y", rect);
  return x.meters >= y.meters ? [x, y] : [y, x];
}

function axisOf(lattice: Lattice, name: "x" | "y", rect: Rect): Axis {
  const isX = name === "x";
  const [first, end] = isX ? [rect.firstColumn, rect.endColumn] : [rect.firstRow, rect.endRow];
  const meters = isX ? lattice.left(end) - lattice.left(first) : lattice.bottom(end) - lattice.bottom(first);
  return { name, first, end, meters, isCut: meters < (end - first) * FINEST_CELL_METERS };
}

function cutRect(rect: Rect, axis: "x" | "y", first: number, end: number): Rect {
  return axis === "x" ? { ...rect, firstColumn: first, endColumn: end } : { ...rect, firstRow: first, endRow: end };
}

function areaOf(lattice: Lattice, rect: Rect): number {
  return axisOf(lattice, "x", rect).meters * axisOf(lattice, "y", rect).meters;
}
