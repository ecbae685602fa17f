/**
 * How often an entity is sent to a client, by distance: every snapshot, every second, every fourth. Each tier divides
 * the next one, so every slot of a slower tier is also a slot of the faster ones.
 */
export const TIERS = [1, 2, 4] as const;
export type Tier = (typeof TIERS)[number];
export const SLOWEST_TIER = 4;

/** Where the second and the third tier begin, as a share of the view radius. */
const SECOND_FROM = 0.4;
const THIRD_FROM = 0.7;

export function tierAt(distanceSquared: number, viewRadius: number): Tier {
  const shareSquared = distanceSquared / (viewRadius * viewRadius);
  if (shareSquared < SECOND_FROM * SECOND_FROM) return 1;
  return shareSquared < THIRD_FROM * THIRD_FROM ? 2 : 4;
}

/**
 * Whether the tier sends this slot in this snapshot. All clients of a tier agree, so one encoding serves them all;
 * the slot number spreads the entities over the snapshots.
 */
export function isTurn(sequence: number, slot: number, tier: number): boolean {
  return ((sequence + slot) & (tier - 1)) === 0;
}
