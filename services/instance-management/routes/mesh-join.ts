import { mesh } from "@ows/protocol/http";
import { LINK_PROTOCOL_VERSION } from "@ows/protocol/mesh";
import { zoneCredential } from "@ows/protocol/ticket";
import { route, ServiceError } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

/** A zone server enters: it learns its zone and gets entity ids, the control link and the key that signs tickets. */
export const meshJoin = route(mesh.join, async ({ request, customerGuid, log }, context: InstanceManagementContext) => {
  const { zoneInstanceId, gameEndpoint, protocolVersion } = request;
  const { store, settings, customers, gameEndpoints } = context;
  if (protocolVersion !== LINK_PROTOCOL_VERSION) {
    const expected = `protocolVersion ${LINK_PROTOCOL_VERSION}`;
    throw new ServiceError("invalid-argument", `Expected ${expected}, got ${protocolVersion}.`);
  }
  // Loaded now, so that the control link that follows finds its customer.
  await customers.of(customerGuid);
  const view = await store.zoneInstances.get(customerGuid, zoneInstanceId);
  if (view === null) throw new ServiceError("not-found", `There is no zone instance ${zoneInstanceId}.`);
  gameEndpoints.set(customerGuid, zoneInstanceId, gameEndpoint.url);
  const { zoneName, mapName, softPlayerCap, hardPlayerCap } = view;
  log.info({ zoneInstanceId, zoneName, gameEndpoint }, "zone server joins");
  return {
    lease: { ttlMs: settings.leaseMs },
    idBlock: await store.mesh.grantIdBlock(customerGuid),
    controlEndpoint: context.controlEndpoint,
    ticketPublicKey: context.ticketKeys.publicKey,
    credential: zoneCredential(settings.serviceSecret, customerGuid, zoneInstanceId),
    // No cells: the zone is not divided, all of its ground belongs to the server that asks.
    partition: { version: 0, cells: [] },
    peers: [],
    settings: {},
    settingsVersion: 0,
    zone: { zoneName, mapName, softPlayerCap, hardPlayerCap },
  };
});
