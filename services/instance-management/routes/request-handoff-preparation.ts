import { cellBounds, parseCell, type ServerId } from "@ows/mesh";
import { type InitialCharacterData, prepareToReceive } from "@ows/protocol/bus";
import { CREDENTIAL_HEADER, EMPTY_GUID, mesh, type RequestOf, type ResponseOf } from "@ows/protocol/http";
import { verifyZoneCredential } from "@ows/protocol/ticket";
import { route } from "@ows/service-kit";
import type { CharacterOnInstance } from "@ows/store";
import { findInstance } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";
import { ownerAt } from "../mesh/ground.ts";
import { addressOf, type MeshInstance, type MeshMember } from "../mesh/mesh-instance.ts";

type Request = RequestOf<typeof mesh.requestHandoffPreparation>;
type Answer = ResponseOf<typeof mesh.requestHandoffPreparation>;
type Asked = { readonly request: Request; readonly customerGuid: string; readonly context: InstanceManagementContext };

type Subject = { readonly character: CharacterOnInstance | null; readonly isProved: boolean };
type Source = { readonly instance: MeshInstance; readonly source: MeshMember };

/** Why it can't be, in the words of the answer. */
class Refusal extends Error {}

/** The two servers of a handoff are to have a link: the target is told through its launcher, the source by the answer. */
export const requestHandoffPreparation = route(
  mesh.requestHandoffPreparation,
  async ({ request, customerGuid, headers, log }, context: InstanceManagementContext): Promise<Answer> => {
    const asked = { request, customerGuid, context };
    try {
      const credential = headers[CREDENTIAL_HEADER];
      const subject = await subjectOf(asked, typeof credential === "string" ? credential : undefined);
      const { instance, source } = await sourceOf(asked, subject);
      const target = targetOf(instance, request.targetGridCell ?? "");
      if (target === source) throw new Refusal(`${request.targetGridCell} is the source's own ground`);
      await tell(asked, { source, target, character: subject.character });
      log.info({ from: source.zoneInstanceId, to: target.zoneInstanceId }, "a handoff is prepared by request");
      const answer = await answerFor(asked, target);
      // A path on our machine is for our servers.
      return subject.isProved ? answer : { ...answer, s2sSocket: "" };
    } catch (error) {
      if (error instanceof Refusal) return { ...NOBODY, errorMessage: `RequestHandoffPreparation: ${error.message}.` };
      throw error;
    }
  },
);

/** Whom it is about, when whoever asks may ask that. Only zone servers hand over what is no character. */
async function subjectOf({ request, customerGuid, context }: Asked, credential: string | undefined): Promise<Subject> {
  const { store, settings } = context;
  const { playerUserSessionGUID: session, sourceZoneInstanceID } = request;
  const { serviceSecret } = settings;
  const isProved =
    session === EMPTY_GUID && verifyZoneCredential(serviceSecret, customerGuid, sourceZoneInstanceID, credential);
  const name = request.characterName ?? "";
  const character = name === "" ? null : await store.characters.getByName(customerGuid, name);
  if (isProved) return { character, isProved };
  const user = await store.users.getSession(customerGuid, session);
  if (user === null) throw new Refusal("The session is not known");
  // One text for both: a stranger does not learn which names there are.
  if (character?.userGuid !== user.userGuid) throw new Refusal("The character is not one of this session's user");
  return { character, isProved };
}

/** Who has the character; failing that, whom the request names. A zone server knows better than a claim what it has. */
async function sourceOf({ request, customerGuid, context }: Asked, { character, isProved }: Subject): Promise<Source> {
  const { store, meshes } = context;
  const named = request.sourceZoneInstanceID;
  const claim = character && (await store.claims.holderOf(customerGuid, character.charName));
  const holder = character && meshes.holderOf(customerGuid, character.charName, claim?.zoneInstanceId ?? null);
  const all = meshes.of(customerGuid);
  const id = named === 0 ? (holder ?? ownerOf(all, request.currentGridCell ?? "")) : named;
  const instance = id === undefined ? undefined : all.find((each) => each.has(id));
  const source = instance?.members.find(({ zoneInstanceId }) => zoneInstanceId === id);
  if (instance === undefined || source === undefined) {
    throw new Refusal("The source is not a server that shares its zone with others");
  }
  if (!isProved && holder !== id) {
    throw new Refusal(`The character is on zone instance ${holder ?? "none"}, not on ${id}`);
  }
  return { instance, source };
}

/** Of a cell that is named without a server; only where it can't be another zone's. */
function ownerOf(all: readonly MeshInstance[], cell: string): ServerId | undefined {
  const [only, ...others] = all;
  return only === undefined || others.length > 0 ? undefined : ownerOfCell(only, cell);
}

function targetOf(instance: MeshInstance, cell: string): MeshMember {
  const owner = ownerOfCell(instance, cell);
  const target = instance.members.find(({ zoneInstanceId }) => zoneInstanceId === owner);
  if (target === undefined) throw new Refusal("Target cell not available: nobody owns it now");
  return target;
}

/** Of a cell that the partition divides further, the owner of its middle. */
function ownerOfCell({ ground, parts }: MeshInstance, name: string): ServerId | undefined {
  if (ground === undefined) throw new Refusal(`${parts.zoneName} is not divided yet`);
  const cell = parseCell(name);
  if (!cell.ok) throw new Refusal(`Target cell not available: ${cell.reason}`);
  const { minX, minY, maxX, maxY } = cellBounds(ground.bounds, cell.value);
  if (minX >= maxX || minY >= maxY) throw new Refusal(`Target cell not available: ${name} lies outside the zone`);
  return ownerAt(ground, { x: (minX + maxX) / 2, y: (minY + maxY) / 2 });
}

async function tell(
  asked: Asked,
  {
    source,
    target,
    character,
  }: { readonly source: MeshMember; readonly target: MeshMember; readonly character: CharacterOnInstance | null },
): Promise<void> {
  const { request, customerGuid, context } = asked;
  const worldServerId = await worldServerOf(asked, target.zoneInstanceId);
  const body = prepareToReceive.encode({
    customerGuid,
    userSessionGuid: request.playerUserSessionGUID,
    characterName: character?.charName ?? null,
    sourceWorldServerId: await worldServerOf(asked, source.zoneInstanceId),
    sourceZoneInstanceId: source.zoneInstanceId,
    sourceS2sEndpoint: addressOf(source.s2sEndpoint),
    sourceS2sSocket: source.s2sSocket === "" ? null : source.s2sSocket,
    targetCellId: request.targetGridCell,
    zoneInstanceId: target.zoneInstanceId,
    initialCharacterData: character && dataOf(character),
  });
  const result = await context.bus.publish(prepareToReceive, prepareToReceive.routingKey(worldServerId), body);
  if (result !== "routed") throw new Refusal(`The launcher of world server ${worldServerId} does not answer`);
}

async function worldServerOf({ customerGuid, context }: Asked, zoneInstanceId: number): Promise<number> {
  const { state } = await context.customers.of(customerGuid);
  return findInstance(state, zoneInstanceId)?.worldServerId ?? 0;
}

async function answerFor(asked: Asked, target: MeshMember): Promise<Answer> {
  const { zoneInstanceId: zoneInstanceID, s2sEndpoint, s2sSocket, gameEndpoint } = target;
  const worldServerID = await worldServerOf(asked, zoneInstanceID);
  return {
    ...{ success: true, errorMessage: "", targetServerDirectS2SEndpoint: addressOf(s2sEndpoint) },
    ...{ worldServerID, zoneInstanceID, s2sEndpoint, s2sSocket, gameEndpoint },
  };
}

const NOBODY = {
  ...{ success: false, targetServerDirectS2SEndpoint: "", worldServerID: 0, zoneInstanceID: 0 },
  ...{ s2sEndpoint: null, s2sSocket: "", gameEndpoint: null },
};

function dataOf(character: CharacterOnInstance): InitialCharacterData {
  const { charName: characterName, className, characterLevel, mapName, x, y, z, rx, ry, rz } = character;
  const { maxHealth, maxMana, maxEnergy, maxStamina, gold, silver, copper, score } = character;
  return {
    ...{ characterName, className, characterLevel, mapName, place: { x, y, z, rx, ry, rz } },
    stats: { maxHealth, maxMana, maxEnergy, maxStamina, gold, silver, copper, score },
  };
}
