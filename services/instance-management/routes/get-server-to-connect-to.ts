import { randomUUID } from "node:crypto";
import { endpointFrom } from "@ows/base";
import { EMPTY_GUID, failedJoin, instanceManagement, type RequestOf } from "@ows/protocol/http";
import { signTicket, TICKET_LIFETIME_MS } from "@ows/protocol/ticket";
import { type Call, route, ServiceError } from "@ows/service-kit";
import { type CharacterOnInstance, ZONE_INSTANCE_STATUS, type ZoneRecord } from "@ows/store";
import { DUNGEON_MAP_MODE, type Position } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";
import { type JoinAnswer, placedAnswer } from "../joins/join-answer.ts";

type Join = Call<RequestOf<typeof instanceManagement.getServerToConnectTo>>;

const LAST_ZONE = "GETLASTZONENAME";

/**
 * The join decision: which instance this character goes to, started if need be. Answers within the join time-out; a
 * failure says why and names no address.
 */
export const getServerToConnectTo = route(
  instanceManagement.getServerToConnectTo,
  async (call: Join, context: InstanceManagementContext): Promise<JoinAnswer> => {
    const { customerGuid, request } = call;
    const character = await context.store.characters.getByName(customerGuid, request.characterName ?? "");
    const wantsLastZone = request.zoneName === null || request.zoneName === "" || request.zoneName === LAST_ZONE;
    if (character === null && wantsLastZone) throw new ServiceError("invalid-argument", "Character not found!");
    if (character === null) return failedJoin("GetServerToConnectTo: Character not found!");
    const zoneName = (wantsLastZone ? character.mapName : request.zoneName) ?? "";
    const zone = zoneName === "" ? null : await context.store.zones.getByName(customerGuid, zoneName);
    if (zone === null) return failedJoin(`GetServerToConnectTo: There is no zone named ${zoneName.slice(0, 50)}.`);
    const askedAtMs = context.clock.nowMs();
    const outcome = await decide(call, character, zone, context);
    context.metrics.observe(outcome, (context.clock.nowMs() - askedAtMs) / 1_000);
    if (outcome.kind === "failed") return failedJoin(outcome.message);
    return send(call, character, outcome.zoneInstanceId, context);
  },
);

async function decide(
  call: Join,
  character: CharacterOnInstance,
  zone: ZoneRecord,
  context: InstanceManagementContext,
) {
  const { customerGuid, request, signal } = call;
  const { store, customers, meshes } = context;
  const joins = await customers.learnZone(customerGuid, zone);
  await meshes.settled(customerGuid, zone.mapId);
  const claim = await store.claims.holderOf(customerGuid, character.charName);
  const position = positionIn(zone, character);
  return joins.join(
    {
      characterName: character.charName,
      zoneId: zone.mapId,
      groupId: await groupOf(customerGuid, character.charName, zone, request.playerGroupType, context),
      holder: meshes.holderOf(customerGuid, character.charName, claim?.zoneInstanceId ?? null),
      previous: character.mapInstanceId,
      position,
      toward: meshes.toward(customerGuid, zone.mapId, position),
    },
    signal,
  );
}

const UNITS_PER_METER = 100;

/** Where it was saved in this zone, in metres; `null` when it never was there. */
function positionIn(zone: ZoneRecord, { mapName, x, y }: CharacterOnInstance): Position | null {
  return mapName === zone.zoneName ? { x: x / UNITS_PER_METER, y: y / UNITS_PER_METER } : null;
}

async function groupOf(
  customerGuid: string,
  characterName: string,
  zone: ZoneRecord,
  groupType: number,
  { store }: InstanceManagementContext,
): Promise<number> {
  if (zone.mapMode !== DUNGEON_MAP_MODE || groupType <= 0) return 0;
  const groups = await store.playerGroups.listOfCharacter(customerGuid, characterName, groupType);
  return groups[0]?.playerGroupId ?? 0;
}

/** Records where the character goes, and gives it what it needs to get in. */
async function send(
  call: Join,
  character: CharacterOnInstance,
  zoneInstanceId: number,
  context: InstanceManagementContext,
): Promise<JoinAnswer> {
  const { customerGuid } = call;
  const { store, settings, gameEndpoints } = context;
  const view = await store.zoneInstances.get(customerGuid, zoneInstanceId);
  const link = await store.characters.linkToInstance(customerGuid, character.charName, zoneInstanceId);
  if (view === null || view.status === ZONE_INSTANCE_STATUS.shutDown || link.kind !== "linked") {
    return failedJoin(`GetServerToConnectTo: Zone server ${zoneInstanceId} stopped just now. Please try again.`);
  }
  const ticket = await ticketFor(call, character, zoneInstanceId, context);
  if (ticket === "session-ended") return failedJoin("Invalid User Session");
  const isInternal = character.isInternalNetworkTestUser;
  const address = isInternal ? view.internalServerIp : view.serverIp;
  const own = gameEndpoints.urlOf(customerGuid, zoneInstanceId);
  const url = own ?? endpointFrom(settings.gameUrlTemplate, address, view.port).url;
  return placedAnswer(view, { isInternal, url, ticket: ticket?.signed ?? null });
}

/**
 * Only who has a session of the character's owner gets a ticket; a stock client, which names none here, shows its session
 * to the zone server. One that ended while its player waited opens nothing.
 */
async function ticketFor(
  call: Join,
  character: CharacterOnInstance,
  zoneInstanceId: number,
  { store, clock, ticketKeys }: InstanceManagementContext,
): Promise<{ readonly signed: string } | "session-ended" | undefined> {
  const { customerGuid } = call;
  const { userSessionGUID: userSessionGuid } = call.request;
  if (userSessionGuid === EMPTY_GUID) return undefined;
  const session = await store.users.getSession(customerGuid, userSessionGuid);
  if (session === null || session.userGuid !== character.userGuid) return "session-ended";
  const expiresAtMs = clock.wallMs() + TICKET_LIFETIME_MS;
  const { charName: characterName } = character;
  const nonce = randomUUID();
  const ticket = { customerGuid, characterName, userSessionGuid, zoneInstanceId, nonce, expiresAtMs };
  return { signed: signTicket(ticket, ticketKeys.privateKey) };
}
