import { isAlive, isUsable, loadOf } from "./demand.ts";
import { membersOf } from "./mesh.ts";
import type { JoinFailure } from "./messages.ts";
import { occupancy } from "./occupancy.ts";
import type { WaitingJoin, WorldServer, Zone } from "./records.ts";
import type { Draft } from "./state.ts";
import { effectiveGroup, instancesOf } from "./state.ts";

interface Refusal {
  readonly code: JoinFailure;
  readonly message: string;
}

/** OWS's own words for it, which admins search for. */
const NO_WORLD_SERVER =
  "GetServerToConnectTo: WorldServerID is less than 1.  Make sure you setup at least one valid World Server and that it is currently running!";

/** Why nothing can be started for this join, so that waiting on would be for nothing; `undefined` while it may help. */
export function hopelessBecause(draft: Draft, zone: Zone, waiting: WaitingJoin): Refusal | undefined {
  if (waiting.failedStarts > draft.rules.startRetries) {
    return { code: "start-failed", message: `${zone.zoneName} could not be started: ${waiting.lastFailure}` };
  }
  const known = [...draft.worldServers.values()].filter((worldServer) => worldServer.active);
  const mayHelp = (worldServer: WorldServer) =>
    worldServer.isListening ? isUsable(worldServer, draft) : isAlive(worldServer, draft);
  if (known.some(mayHelp)) return undefined;
  if (waiting.lastFailure !== null) {
    return { code: "start-failed", message: `${zone.zoneName} could not be started: ${waiting.lastFailure}` };
  }
  if (known.length === 0) return { code: "no-world-server", message: NO_WORLD_SERVER };
  const ids = known.map((worldServer) => worldServer.worldServerId).join(", ");
  return {
    code: "no-world-server",
    message: `${zone.zoneName} could not be started: the launcher of world server ${ids} does not answer`,
  };
}

/** What a join is told whose time is up. */
export function overdueBecause(draft: Draft, zone: Zone, waiting: WaitingJoin): Refusal {
  const seconds = Math.round(draft.rules.answerWithinMs / 1_000);
  if (waiting.leaving !== null && waiting.isLetGo) {
    const message = `${waiting.characterName} could not leave zone server ${waiting.leaving} within ${seconds} s`;
    return { code: "timed-out", message };
  }
  const instances = instancesOf(draft, zone.zoneId, effectiveGroup(zone, waiting.groupId));
  const members = membersOf(draft, zone, effectiveGroup(zone, waiting.groupId));
  if (instances.some((instance) => instance.phase.kind === "starting")) {
    const message = `${zone.zoneName} is starting but did not become ready in ${seconds} s`;
    return { code: "timed-out", message };
  }
  if (members.length > 0) {
    const players = members.reduce((sum, member) => sum + occupancy(member), 0);
    const message = `${zone.zoneName} is full: its ${members.length} servers have ${players} of ${zone.hardPlayerCap} players`;
    return { code: "full", message };
  }
  const loads = [...draft.worldServers.values()]
    .filter((worldServer) => worldServer.active)
    .map((worldServer) => {
      const load = `${loadOf(draft, worldServer)} of ${worldServer.maxInstances}`;
      return `world server ${worldServer.worldServerId} runs ${load} instances`;
    });
  return {
    code: "full",
    message: `${zone.zoneName} is full and no further instance could be started: ${loads.join(", ")}`,
  };
}
