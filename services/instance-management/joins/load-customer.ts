import type { Clock } from "@ows/base";
import type { Store, ZoneInstanceView, ZoneRecord } from "@ows/store";
import { ZONE_INSTANCE_STATUS } from "@ows/store";
import type { JoinEvent, RecoveredInstance, Zone } from "@ows/world";
import type { MeshedZone } from "../mesh/meshed-zones.ts";

type Loaded = { readonly events: readonly JoinEvent[]; readonly removed: readonly number[] };

/**
 * What the store remembers of a customer, as events. Rows whose world server is not active are removed on the way:
 * no launcher will ever tell what became of them.
 */
export async function loadCustomer(
  customerGuid: string,
  parts: {
    readonly store: Pick<Store, "zones" | "worldServers" | "zoneInstances">;
    readonly clock: Clock;
    readonly rules: ZoneRules;
  },
): Promise<Loaded> {
  const { store, clock, rules } = parts;
  const zones = await store.zones.list(customerGuid);
  const active = await store.worldServers.listActive(customerGuid);
  const activeIds = new Set(active.map((worldServer) => worldServer.worldServerId));
  const instances: RecoveredInstance[] = [];
  const removed: number[] = [];
  for (const row of await store.zoneInstances.listAll(customerGuid)) {
    if (activeIds.has(row.worldServerId)) {
      instances.push(recoveredFrom(row, clock));
    } else {
      await store.zoneInstances.remove(customerGuid, row.mapInstanceId);
      removed.push(row.mapInstanceId);
    }
  }
  const worldServers = active.map((worldServer) => ({
    worldServerId: worldServer.worldServerId,
    maxInstances: worldServer.maxNumberOfInstances,
    beats: worldServer.lastHeartbeat !== null,
  }));
  return {
    // Instances first: a zone that is kept running must not be started beside the one that may run still.
    events: [
      { kind: "recovered", worldServers, instances },
      ...zones.map((zone) => ({ kind: "zone-known" as const, zone: zoneFrom(zone, rules) })),
    ],
    removed,
  };
}

/** What settings say about zones, by name. */
export interface ZoneRules {
  readonly keepRunning: readonly string[];
  readonly meshedZones: readonly MeshedZone[];
}

export function zoneFrom(record: ZoneRecord, { keepRunning, meshedZones }: ZoneRules): Zone {
  const { mapId: zoneId, zoneName, mapName, mapMode } = record;
  const { softPlayerCap, hardPlayerCap, minutesToShutdownAfterEmpty } = record;
  return {
    zoneId,
    zoneName,
    mapName,
    mapMode,
    softPlayerCap,
    hardPlayerCap,
    minutesToShutdownAfterEmpty,
    keepRunning: keepRunning.includes(zoneName),
    servers: meshedZones.find((zone) => zone.zoneName === zoneName)?.servers ?? 1,
  };
}

/** A row as the join rules take it up. */
export function recoveredFrom(row: ZoneInstanceView, clock: Clock): RecoveredInstance {
  const sinceStart = (wallMs: number) => clock.nowMs() - (clock.wallMs() - wallMs);
  return {
    zoneInstanceId: row.mapInstanceId,
    zoneId: row.mapId,
    groupId: row.playerGroupId ?? 0,
    worldServerId: row.worldServerId,
    status: statusOf(row.status),
    reportedPlayers: row.numberOfReportedPlayers,
    createdAtMs: sinceStart(row.createDate),
    lastUpdateAtMs: row.lastUpdateFromServer === null ? null : sinceStart(row.lastUpdateFromServer),
    lastEmptyAtMs: row.lastServerEmptyDate === null ? null : sinceStart(row.lastServerEmptyDate),
  };
}

function statusOf(status: number): RecoveredInstance["status"] {
  if (status === ZONE_INSTANCE_STATUS.ready) return "ready";
  return status === ZONE_INSTANCE_STATUS.starting ? "starting" : "stopping";
}
