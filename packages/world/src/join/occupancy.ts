import type { ZoneInstance } from "./records.ts";
import { characterKey } from "./records.ts";
import type { Draft } from "./state.ts";

/** Players that are there plus places promised. */
export function occupancy(instance: ZoneInstance): number {
  return (instance.phase.kind === "ready" ? instance.phase.reportedPlayers : 0) + instance.reservations.size;
}

/** Promises a place, or prolongs the promise. */
export function reserve(draft: Draft, instance: ZoneInstance, characterName: string): void {
  const reservations = new Map(instance.reservations);
  reservations.set(characterKey(characterName), draft.nowMs + draft.rules.reservationMs);
  draft.instances.set(instance.key, { ...instance, reservations });
}

export function expireReservations(draft: Draft): void {
  for (const instance of draft.instances.values()) {
    const alive = [...instance.reservations].filter(([, untilMs]) => untilMs > draft.nowMs);
    if (alive.length === instance.reservations.size) continue;
    draft.instances.set(instance.key, { ...instance, reservations: new Map(alive) });
  }
}

/** Drops the oldest promises: so many unnamed players have come. */
export function withoutOldest(reservations: ReadonlyMap<string, number>, count: number): ReadonlyMap<string, number> {
  if (count <= 0) return reservations;
  return new Map([...reservations].sort(([, a], [, b]) => a - b).slice(count));
}

export function withoutReservation(
  reservations: ReadonlyMap<string, number>,
  characterName: string,
): ReadonlyMap<string, number> {
  const rest = new Map(reservations);
  rest.delete(characterKey(characterName));
  return rest;
}
