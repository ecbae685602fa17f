import { membersOf } from "./mesh.ts";
import { occupancy, reserve, withoutReservation } from "./occupancy.ts";
import type { WaitingJoin, Zone, ZoneInstance } from "./records.ts";
import { characterKey } from "./records.ts";
import type { Draft } from "./state.ts";
import { effectiveGroup, findInstance, instancesOf, isMeshed } from "./state.ts";

/**
 * Sends a waiting character to an instance that is ready now, if the rules allow one: where it lives, where a place is
 * promised to it, where it was, else the fullest instance below the soft cap – and up to the hard cap when `beyondSoft`.
 * A character that lives elsewhere is let go there once a place is promised to it here, and sent when it has left.
 */
export function tryPlace(draft: Draft, zone: Zone, waiting: WaitingJoin, beyondSoft: boolean): boolean {
  if (waiting.leaving !== null && waiting.isLetGo) return false;
  const home = findInstance(draft, waiting.holder);
  // It lives there: a second login attaches to it, and it is counted already, so caps don't matter. As long as that
  // server may still have it, no other one could claim it.
  if (home !== undefined && home.zoneId === waiting.zoneId && home.phase.kind !== "starting") {
    return isOpen(home) && answerPlaced(draft, waiting, home);
  }
  if (isMeshed(zone)) return placeInMesh(draft, zone, waiting);
  const open = instancesOf(draft, zone.zoneId, effectiveGroup(zone, waiting.groupId)).filter(isOpen);
  const chosen =
    open.find((instance) => instance.reservations.has(characterKey(waiting.characterName))) ??
    open.find((i) => i.zoneInstanceId === waiting.previous && occupancy(i) < zone.hardPlayerCap) ??
    fullestBelow(open, zone.softPlayerCap) ??
    (beyondSoft ? emptiestBelow(open, zone.hardPlayerCap) : undefined);
  return chosen !== undefined && promise(draft, waiting, chosen);
}

/**
 * Sends a character to the member that owns the ground it will stand on, else to the emptiest one. The caps are those of
 * all members together, and as there is no second mesh instance to go to, only the hard one matters.
 */
function placeInMesh(draft: Draft, zone: Zone, waiting: WaitingJoin): boolean {
  const members = membersOf(draft, zone, effectiveGroup(zone, waiting.groupId));
  const promised = members.find((member) => member.reservations.has(characterKey(waiting.characterName)));
  const players = members.reduce((sum, member) => sum + occupancy(member), 0);
  if (promised === undefined && players >= zone.hardPlayerCap) return false;
  const open = members.filter(isOpen);
  const chosen =
    waiting.toward.map((id) => open.find((member) => member.zoneInstanceId === id)).find((member) => member) ??
    emptiestBelow(open, Number.POSITIVE_INFINITY);
  if (chosen === undefined) return false;
  if (promised !== undefined && promised !== chosen) {
    const reservations = withoutReservation(promised.reservations, waiting.characterName);
    draft.instances.set(promised.key, { ...promised, reservations });
  }
  return promise(draft, waiting, chosen);
}

/** Keeps a place; who lives elsewhere is let go there first, and everybody else is sent at once. */
function promise(draft: Draft, waiting: WaitingJoin, chosen: ZoneInstance): boolean {
  reserve(draft, chosen, waiting.characterName);
  if (waiting.leaving === null) return answerPlaced(draft, waiting, chosen);
  draft.waiting.set(waiting.joinId, { ...waiting, isLetGo: true });
  draft.effects.push({ kind: "evict", zoneInstanceId: waiting.leaving, characterName: waiting.characterName });
  return false;
}

/** Ready, and heard of: players may be sent here. */
export function isOpen(instance: ZoneInstance): boolean {
  return instance.phase.kind === "ready" && instance.phase.contactByMs === null && instance.zoneInstanceId !== null;
}

function fullestBelow(open: readonly ZoneInstance[], cap: number): ZoneInstance | undefined {
  return best(open, cap, (candidate, chosen) => occupancy(candidate) > occupancy(chosen));
}

function emptiestBelow(open: readonly ZoneInstance[], cap: number): ZoneInstance | undefined {
  return best(open, cap, (candidate, chosen) => occupancy(candidate) < occupancy(chosen));
}

function best(
  open: readonly ZoneInstance[],
  cap: number,
  isBetter: (candidate: ZoneInstance, chosen: ZoneInstance) => boolean,
): ZoneInstance | undefined {
  let chosen: ZoneInstance | undefined;
  for (const candidate of open) {
    if (occupancy(candidate) >= cap) continue;
    if (chosen === undefined || isBetter(candidate, chosen)) chosen = candidate;
  }
  return chosen;
}

function answerPlaced(draft: Draft, waiting: WaitingJoin, instance: ZoneInstance): boolean {
  if (instance.zoneInstanceId === null) return false;
  draft.waiting.delete(waiting.joinId);
  const outcome = { kind: "placed", zoneInstanceId: instance.zoneInstanceId } as const;
  draft.effects.push({ kind: "answer", joinId: waiting.joinId, outcome });
  return true;
}
