import { partitionToWire } from "@ows/mesh";
import { mesh, type RequestOf } from "@ows/protocol/http";
import { LINK_PROTOCOL_VERSION } from "@ows/protocol/mesh";
import { zoneCredential } from "@ows/protocol/ticket";
import { route, ServiceError } from "@ows/service-kit";
import { findInstance, isMeshed, type JoinState } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";
import type { MeshInstance } from "../mesh/mesh-instance.ts";

/** No system has longer ones. */
const MAX_SOCKET_PATH = 200;

/** A zone server enters: it learns its zone and gets entity ids, the control link and the key that signs tickets. */
export const meshJoin = route(mesh.join, async ({ request, customerGuid, log }, context: InstanceManagementContext) => {
  const { zoneInstanceId, gameEndpoint, protocolVersion } = request;
  const { store, settings, customers, gameEndpoints } = context;
  if (protocolVersion !== LINK_PROTOCOL_VERSION) {
    const expected = `protocolVersion ${LINK_PROTOCOL_VERSION}`;
    throw new ServiceError("invalid-argument", `Expected ${expected}, got ${protocolVersion}.`);
  }
  // Loaded now, so that the control link that follows finds its customer.
  const joins = await customers.of(customerGuid);
  const view = await store.zoneInstances.get(customerGuid, zoneInstanceId);
  if (view === null) throw new ServiceError("not-found", `There is no zone instance ${zoneInstanceId}.`);
  const mesh = enterMesh(request, customerGuid, joins.state, context);
  gameEndpoints.set(customerGuid, zoneInstanceId, gameEndpoint.url);
  const { zoneName, mapName, softPlayerCap, hardPlayerCap } = view;
  log.info({ zoneInstanceId, zoneName, gameEndpoint }, "zone server joins");
  return {
    lease: { ttlMs: settings.leaseMs },
    idBlock: await store.mesh.grantIdBlock(customerGuid),
    controlEndpoint: context.controlEndpoint,
    ticketPublicKey: context.ticketKeys.publicKey,
    credential: zoneCredential(settings.serviceSecret, customerGuid, zoneInstanceId),
    // No cells: the zone is not divided (yet).
    partition: partitionOf(mesh),
    peers: mesh?.ground === undefined ? [] : mesh.peersOf(zoneInstanceId),
    settings: settingsOf(mesh, settings.storm),
    settingsVersion: 0,
    zone: { zoneName, mapName, softPlayerCap, hardPlayerCap },
  };
});

/** `undefined` where a server has its zone to itself. */
function enterMesh(
  request: RequestOf<typeof mesh.join>,
  customerGuid: string,
  state: JoinState,
  { meshes }: InstanceManagementContext,
): MeshInstance | undefined {
  const { zoneInstanceId, gameEndpoint, s2sEndpoint, bounds, schemaHash } = request;
  const s2sSocket = request.s2sSocket ?? "";
  const instance = findInstance(state, zoneInstanceId);
  const zone = instance === undefined ? undefined : state.zones.get(instance.zoneId);
  if (instance === undefined || zone === undefined || !isMeshed(zone)) return undefined;
  const { meshKey } = instance;
  if (meshKey === null || instance.phase.kind === "draining") {
    throw new ServiceError("conflict", `Zone instance ${zoneInstanceId} is being stopped: ${instance.reason}.`);
  }
  const shared = `${zone.zoneName} is shared by ${zone.servers} servers`;
  if (bounds === undefined) throw new ServiceError("invalid-argument", `${shared}: bounds expected.`);
  if (s2sEndpoint === null) throw new ServiceError("invalid-argument", `${shared}: s2sEndpoint expected.`);
  if (s2sSocket.length > MAX_SOCKET_PATH) {
    throw new ServiceError("invalid-argument", `s2sSocket: expected at most ${MAX_SOCKET_PATH} characters.`);
  }
  const member = { zoneInstanceId, s2sEndpoint, s2sSocket, gameEndpoint };
  return meshes.join({ customerGuid, meshKey, zone, member, bounds, schemaHash });
}

function partitionOf(mesh: MeshInstance | undefined) {
  if (mesh?.ground === undefined) return { version: 0, cells: [] };
  const { version, cells } = partitionToWire(mesh.ground.partition);
  return { version, cells: [...cells] };
}

/** What servers that share a zone go by. */
function settingsOf(mesh: MeshInstance | undefined, storm: boolean): Record<string, unknown> {
  if (mesh === undefined) return { meshed: false };
  const { id: meshInstanceId, servers } = mesh.parts;
  return { meshed: true, meshInstanceId, servers, linkSecret: mesh.linkSecret, term: mesh.term, storm };
}
