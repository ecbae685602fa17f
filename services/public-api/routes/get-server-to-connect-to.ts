import type { RequestOf } from "@ows/protocol/http";
import {
  CallError,
  callEndpoint,
  EMPTY_GUID,
  failedJoin,
  instanceManagement,
  publicApi,
  type ResponseOf,
} from "@ows/protocol/http";
import { type Call, route, ServiceError } from "@ows/service-kit";
import type { CharacterOnInstance } from "@ows/store";
import type { PublicApiContext } from "../context.ts";

type Join = Call<RequestOf<typeof publicApi.getServerToConnectTo>>;
type Answer = ResponseOf<typeof publicApi.getServerToConnectTo>;

/** What a client says when it wants the zone its character was in last. */
const LAST_ZONE = "GETLASTZONENAME";

/**
 * Checks who asks for whom and where to, then lets instance-management decide. The stock plugin sends no session with
 * this call, so the owner is checked only when there is one.
 */
export const getServerToConnectTo = route(
  publicApi.getServerToConnectTo,
  async (call: Join, context: PublicApiContext): Promise<Answer> => {
    const { characterName, zoneName } = call.request;
    const wantsLastZone = zoneName === null || zoneName === "" || zoneName === LAST_ZONE;
    const character = await context.store.characters.getByName(call.customerGuid, characterName ?? "");
    if (character === null && wantsLastZone) throw new ServiceError("invalid-argument", "Character not found!");
    if (character === null) return failedJoin("GetServerToConnectTo: Character not found!");
    if (!(await mayMove(call, character, context))) return failedJoin("Invalid User Session");
    const zone = wantsLastZone ? (character.mapName ?? "") : zoneName;
    if (zone === "") return failedJoin(NO_ZONE);
    if ((await context.store.zones.getByName(call.customerGuid, zone)) === null) {
      return failedJoin(`GetServerToConnectTo: There is no zone named ${zone.slice(0, 50)}.`);
    }
    return forward(call, { characterName: character.charName, zoneName: zone }, context);
  },
);

const NO_ZONE = "GetServerToConnectTo: ZoneName is NULL or Empty.  Make sure the character is assigned to a Zone!";

async function mayMove(call: Join, character: CharacterOnInstance, { store }: PublicApiContext): Promise<boolean> {
  const { userSessionGUID } = call.request;
  if (userSessionGUID === EMPTY_GUID) return true;
  const session = await store.users.getSession(call.customerGuid, userSessionGUID);
  return session !== null && session.userGuid === character.userGuid;
}

type Destination = { readonly characterName: string; readonly zoneName: string };

async function forward(call: Join, to: Destination, { joins }: PublicApiContext): Promise<Answer> {
  try {
    return await callEndpoint(instanceManagement.getServerToConnectTo, {
      baseUrl: joins.instanceManagementUrl,
      customerGuid: call.customerGuid,
      body: { ...call.request, ...to },
      timeoutMs: joins.timeoutMs,
      signal: call.signal,
    });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    call.log.error({ err: error }, "no join decision");
    return failedJoin("GetServerToConnectTo: No zone server could be found. Please try again.");
  }
}
