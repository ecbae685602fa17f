import { partitionToWire } from "@ows/mesh";
import { dotnetDate, type mesh, type ResponseOf } from "@ows/protocol/http";
import type { InstanceManagementContext } from "../context.ts";
import type { PastHandoff } from "./handoff-history.ts";
import type { Loss } from "./losses.ts";
import type { MeshInstance, MeshMember } from "./mesh-instance.ts";

type MeshRow = ResponseOf<typeof mesh.overview>["mesh"][number];

/** A mesh instance as operators see it. */
export function meshRow(
  customerGuid: string,
  instance: MeshInstance,
  { controlLinks }: Pick<InstanceManagementContext, "controlLinks">,
): MeshRow {
  const { id: meshInstanceId, zoneName, bounds } = instance.parts;
  const { ground, term, isSettling } = instance;
  const wire = ground === undefined ? { version: 0, cells: [] } : partitionToWire(ground.partition);
  const serverRow = ({ zoneInstanceId, gameEndpoint, s2sEndpoint }: MeshMember): MeshRow["servers"][number] => {
    const load = controlLinks.loadOf(customerGuid, zoneInstanceId);
    return {
      zoneInstanceId,
      isLinked: controlLinks.isLinked(customerGuid, zoneInstanceId),
      gameUrl: gameEndpoint.url,
      s2sUrl: s2sEndpoint.url,
      players: load?.players ?? 0,
      entities: load?.entities ?? 0,
      cpu: load?.cpu ?? 0,
      tickP99Ms: load?.tickP99Ms ?? 0,
    };
  };
  return {
    ...{ zoneName, meshInstanceId, term, isSettling, bounds },
    version: wire.version,
    cells: [...wire.cells],
    servers: instance.members.map(serverRow),
    handoffs: instance.history.handoffs.map(handoffRow),
    flows: [...instance.history.flows],
    losses: instance.losses.all.map(lossRow),
  };
}

function lossRow({ zoneInstanceId, players, atMs, ground, entities }: Loss): MeshRow["losses"][number] {
  return {
    ...{ zoneInstanceId, players, at: dotnetDate(atMs) },
    ground: Array.from(ground, ([to, squareMeters]) => ({ to, squareMeters })),
    entities: Array.from(entities, ([to, count]) => ({ to, count })),
  };
}

function handoffRow({ entity: entityId, epoch, atMs, ...report }: PastHandoff): MeshRow["handoffs"][number] {
  return { ...report, entityId, epoch: epoch ?? { term: 0, count: 0 }, at: dotnetDate(atMs) };
}
