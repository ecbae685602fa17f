import { drain } from "./instances.ts";
import type { Zone, ZoneInstance } from "./records.ts";
import type { Draft, JoinState } from "./state.ts";
import { instancesOf, isMeshed } from "./state.ts";

type Instances = Pick<JoinState, "instances">;

/** The other members of an instance's mesh instance, whatever their phase. */
export function matesOf(state: Instances, { key, meshKey }: ZoneInstance): ZoneInstance[] {
  if (meshKey === null) return [];
  return [...state.instances.values()].filter((mate) => mate.meshKey === meshKey && mate.key !== key);
}

/** The members that run or will run. Of a meshed zone there is one mesh instance at a time that has any. */
export function membersOf(state: Instances, zone: Zone, groupId: number): ZoneInstance[] {
  return instancesOf(state, zone.zoneId, groupId).filter((i) => i.meshKey !== null && i.phase.kind !== "draining");
}

/**
 * Ends what can't become a whole mesh instance: instances that are no members (found in the store after a restart, or
 * from before the zone was meshed), and members of which one was lost before any was ready, when no ground was theirs
 * yet. Once one has been ready, the ground of the lost goes to the others instead.
 */
export function drainIncomplete(draft: Draft): void {
  for (const zone of draft.zones.values()) {
    if (!isMeshed(zone)) continue;
    const running = [...draft.instances.values()].filter(
      (i) => i.zoneId === zone.zoneId && i.phase.kind !== "draining",
    );
    for (const instance of running) {
      if (instance.meshKey === null)
        drain(draft, instance, `${zone.zoneName} is shared by ${zone.servers} servers now`);
      else if (isStillborn(running, instance, zone))
        drain(draft, instance, "a server of its mesh instance did not start");
    }
  }
}

function isStillborn(running: readonly ZoneInstance[], { meshKey }: ZoneInstance, zone: Zone): boolean {
  const members = running.filter((member) => member.meshKey === meshKey);
  return members.length < zone.servers && members.every((member) => member.phase.kind === "starting");
}
