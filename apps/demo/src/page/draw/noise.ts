/** 0 <= value < 1 for whole coordinates; the same everywhere. */
export function hash2(x: number, y: number): number {
  let h = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** Smooth value noise, 0 to 1, that changes over about one unit. */
export function noise2(x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const u = smooth(x - x0);
  const v = smooth(y - y0);
  const top = hash2(x0, y0) * (1 - u) + hash2(x0 + 1, y0) * u;
  const bottom = hash2(x0, y0 + 1) * (1 - u) + hash2(x0 + 1, y0 + 1) * u;
  return top * (1 - v) + bottom * v;
}

/** 0 below `low`, 1 above `high`, smooth in between. */
export function ramp(value: number, low: number, high: number): number {
  return smooth(Math.min(1, Math.max(0, (value - low) / (high - low))));
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
