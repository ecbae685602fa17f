/** Unreal units of one metre. */
const UNITS_PER_METRE = 100;
const DEGREES_PER_RADIAN = 180 / Math.PI;

export function toMetres(units: number): number {
  return units / UNITS_PER_METRE;
}

export function toUnits(metres: number): number {
  return metres * UNITS_PER_METRE;
}

export function toRadians(degrees: number): number {
  return degrees / DEGREES_PER_RADIAN;
}

/** Unreal's range: above -180 up to 180. */
export function toDegrees(radians: number): number {
  const degrees = (radians * DEGREES_PER_RADIAN) % 360;
  if (degrees > 180) return degrees - 360;
  return degrees <= -180 ? degrees + 360 : degrees;
}
