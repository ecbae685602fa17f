import { cellBounds, neighboursInDirection, parseCell, parseDirection } from "@ows/mesh";
import { mesh, type RequestOf, type ResponseOf } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import { findInstance, type JoinState } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";
import { addressOf, type MeshInstance } from "../mesh/mesh-instance.ts";

type Request = RequestOf<typeof mesh.neighboringServerForCell>;
type Answer = ResponseOf<typeof mesh.neighboringServerForCell>;

/** Which servers are met first when leaving a cell in a direction, nearest first. */
export const neighboringServerForCell = route(
  mesh.neighboringServerForCell,
  async ({ request, customerGuid }, { customers, meshes }: InstanceManagementContext): Promise<Answer> => {
    const { state } = await customers.of(customerGuid);
    const chosen = chooseMesh(meshes.of(customerGuid), request.zoneInstanceID);
    return typeof chosen === "string" ? refusal(chosen) : look(chosen, request, state);
  },
);

function chooseMesh(all: readonly MeshInstance[], zoneInstanceId: number): MeshInstance | string {
  if (zoneInstanceId !== 0) {
    return (
      all.find((each) => each.has(zoneInstanceId)) ?? `Zone instance ${zoneInstanceId} shares its zone with nobody.`
    );
  }
  const [only, ...others] = all;
  if (only === undefined) return "No zone is shared by several servers.";
  return others.length === 0 ? only : "Several zones are shared by servers, zoneInstanceID should name one of them.";
}

function look(chosen: MeshInstance, request: Request, state: JoinState): Answer {
  const { ground, members } = chosen;
  if (ground === undefined) return refusal(`${chosen.parts.zoneName} is not divided yet.`);
  const { bounds, partition } = ground;
  const cell = parseCell(request.worldGridCellID ?? "");
  if (!cell.ok) return refusal(`${cell.reason}.`);
  const { minX, minY, maxX, maxY } = cellBounds(bounds, cell.value);
  if (minX >= maxX || minY >= maxY) return refusal(`Cell ${request.worldGridCellID} lies outside the zone.`);
  const direction = parseDirection(request.direction ?? "");
  if (direction === undefined) return refusal("direction should be N, NE, E, SE, S, SW, W or NW.");
  const neighbours = neighboursInDirection(bounds, partition, cell.value, direction).flatMap((found) => {
    const member = members.find(({ zoneInstanceId }) => zoneInstanceId === found.server);
    if (member === undefined) return [];
    const { s2sEndpoint, gameEndpoint } = member;
    const { distanceMeters, facingMeters, server: zoneInstanceID } = found;
    const worldServerID = findInstance(state, zoneInstanceID)?.worldServerId ?? 0;
    return [{ zoneInstanceID, worldServerID, distanceMeters, facingMeters, s2sEndpoint, gameEndpoint }];
  });
  const [nearest] = neighbours;
  if (nearest === undefined) return { ...nobody, success: true, neighbours };
  return {
    ...{ success: true, errorMessage: "" },
    worldServerID: nearest.worldServerID,
    zoneInstanceID: nearest.zoneInstanceID,
    serverIP: nearest.gameEndpoint.ip,
    port: nearest.gameEndpoint.port,
    directS2SEndpoint: addressOf(nearest.s2sEndpoint),
    neighbours,
  };
}

const nobody = {
  ...{ errorMessage: "", worldServerID: 0, zoneInstanceID: 0, serverIP: "", port: 0, directS2SEndpoint: "" },
};

function refusal(reason: string): Answer {
  return { ...nobody, success: false, errorMessage: `GetNeighboringServerForCell: ${reason}`, neighbours: [] };
}
