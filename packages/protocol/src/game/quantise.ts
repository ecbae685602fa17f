/**
 * Positions on the wire are whole steps of 1/256 m (3.9 mm): the upper part of the integer is the anchor on a 256 m
 * lattice, the lower 16 bits the offset in it. The same integer is passed on from server to server and to clients.
 */
export const STEPS_PER_METRE = 256;
/** The lattice reaches this far from the origin, in metres. */
export const MAX_COORDINATE_METRES = 32_768;
const YAW_STEPS = 256;

export function quantise(metres: number): number {
  const limited = Math.min(MAX_COORDINATE_METRES, Math.max(-MAX_COORDINATE_METRES, metres));
  return Math.round(limited * STEPS_PER_METRE);
}

export function dequantise(steps: number): number {
  return steps / STEPS_PER_METRE;
}

/** Radians to 1/256 of a turn. */
export function quantiseYaw(radians: number): number {
  const steps = Math.round((radians / (2 * Math.PI)) * YAW_STEPS) % YAW_STEPS;
  return steps < 0 ? steps + YAW_STEPS : steps;
}

export function dequantiseYaw(steps: number): number {
  return (steps / YAW_STEPS) * 2 * Math.PI;
}
