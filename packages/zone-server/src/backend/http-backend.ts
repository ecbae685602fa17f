import type { Endpoint } from "@ows/base";
import type { Bounds, EntityClass, Player } from "@ows/game";
import {
  CallError,
  callEndpoint,
  type characterPersistence,
  instanceManagement,
  isDashedGuid,
  mesh,
  publicApi,
  type ResponseOf,
} from "@ows/protocol/http";
import { LINK_PROTOCOL_VERSION, type Peer } from "@ows/protocol/mesh";
import type { LinkWish } from "../mesh/peer-book.ts";
import { readSavedComponents } from "../players/saved-components.ts";
import { Batches } from "./batches.ts";
import type {
  CharacterSave,
  Characters,
  ClaimAnswer,
  ClaimRequest,
  ClaimTransfer,
  RefusedSave,
  TransferAnswer,
} from "./characters.ts";
import { toDegrees, toMetres, toRadians, toUnits } from "./units.ts";

/** Custom data that says in which zone the stored position was taken. */
export const SAVED_ZONE_FIELD = "OwsSavedZone";
const CALL_TIMEOUT_MS = 10_000;
/** In one request. */
const MOST_TRANSFERS = 128;

export type HttpBackendOptions = {
  readonly customerGuid: string;
  readonly credential: string;
  readonly zoneInstanceId: number;
  readonly instanceManagementUrl: string;
  readonly characterPersistenceUrl: string;
  readonly publicApiUrl: string;
  /** What the saved components of players belong to. */
  readonly playerClass: EntityClass;
};

/** What a zone server says about itself when it enters the mesh. */
export type MeshEntry = {
  readonly gameEndpoint: Endpoint;
  /** Where other servers of its mesh instance reach it. */
  readonly s2sEndpoint: Endpoint;
  /** Null when there is none. */
  readonly s2sSocket: string | null;
  readonly schemaHash: number;
  readonly capacity: number;
  /** The zone's ground, in metres. */
  readonly bounds: Bounds;
};

export type JoinAnswer = ResponseOf<typeof mesh.join>;

/** The services, as a zone server sees them. Every call rejects with `CallError` when there is no answer. */
export class HttpBackend implements Characters {
  readonly #options: HttpBackendOptions;
  readonly #transfers = new Batches<ClaimTransfer, TransferAnswer>(MOST_TRANSFERS, (all) => this.#transfer(all));
  /** Set by `join`: what is saved names its zone. */
  #zoneName = "";

  constructor(options: HttpBackendOptions) {
    this.#options = options;
  }

  zoneInstance(): Promise<ResponseOf<typeof instanceManagement.getZoneInstance>> {
    const { zoneInstanceId, instanceManagementUrl } = this.#options;
    return callEndpoint(instanceManagement.getZoneInstance, {
      ...this.#call(instanceManagementUrl),
      body: { zoneInstanceId },
    });
  }

  /** Enters the mesh; may be repeated, to learn where the coordinator is now. */
  async join(entry: MeshEntry): Promise<JoinAnswer> {
    const { schemaHash, ...rest } = entry;
    const { zoneInstanceId, instanceManagementUrl } = this.#options;
    const answer = await callEndpoint(mesh.join, {
      ...this.#call(instanceManagementUrl),
      body: {
        ...rest,
        zoneInstanceId,
        protocolVersion: LINK_PROTOCOL_VERSION,
        schemaHash: schemaHash.toString(16).padStart(8, "0"),
      },
    });
    this.#zoneName = answer.zone.zoneName;
    return answer;
  }

  /** Lets the owner of a cell know that this server needs a link to it. Rejects with the reason when that can't be. */
  async requestHandoffPreparation({ characterName, currentCell, targetCell }: LinkWish): Promise<Peer> {
    const { zoneInstanceId: sourceZoneInstanceID, instanceManagementUrl } = this.#options;
    const answer = await callEndpoint(mesh.requestHandoffPreparation, {
      ...this.#call(instanceManagementUrl),
      body: { sourceZoneInstanceID, characterName, currentGridCell: currentCell, targetGridCell: targetCell },
    });
    const { success, errorMessage, zoneInstanceID: zoneInstanceId, s2sEndpoint, s2sSocket, gameEndpoint } = answer;
    if (!success || s2sEndpoint === null) throw new Error(errorMessage ?? "refused without a reason");
    return { zoneInstanceId, s2sEndpoint, s2sSocket: s2sSocket ?? "", gameEndpoint: gameEndpoint ?? undefined };
  }

  async reportPlayers(numberOfConnectedPlayers: number): Promise<void> {
    const { zoneInstanceId, instanceManagementUrl } = this.#options;
    await callEndpoint(instanceManagement.updateNumberOfPlayers, {
      ...this.#call(instanceManagementUrl),
      body: { zoneInstanceId, numberOfConnectedPlayers },
    });
  }

  /** Name of the session's selected character, when the session is known and the character is its user's. */
  async ownCharacterOf(userSessionGuid: string): Promise<string | undefined> {
    if (!isDashedGuid(userSessionGuid)) return undefined;
    const session = await callEndpoint(publicApi.getUserSession, {
      ...this.#call(this.#options.publicApiUrl),
      body: { userSessionGUID: userSessionGuid },
    });
    return session?.charName ?? undefined;
  }

  async claim({ characterName, userSessionGuid, entityId, epoch }: ClaimRequest): Promise<ClaimAnswer> {
    const { zoneInstanceId, characterPersistenceUrl } = this.#options;
    const answer = await callEndpoint(mesh.claimCharacter, {
      ...this.#call(characterPersistenceUrl),
      body: { zoneInstanceId, characterName, userSessionGUID: userSessionGuid ?? null, entityId, epoch },
    });
    if (!answer.success || answer.character === null) {
      return { ok: false, reason: answer.errorMessage ?? "the character can't be claimed" };
    }
    return { ok: true, character: this.#arriving(answer.character, answer.customData) };
  }

  transferClaim(transfer: ClaimTransfer): Promise<TransferAnswer> {
    return this.#transfers.add(transfer);
  }

  async #transfer(transfers: readonly ClaimTransfer[]): Promise<readonly TransferAnswer[]> {
    const { zoneInstanceId, characterPersistenceUrl } = this.#options;
    const { answers } = await callEndpoint(mesh.transferClaims, {
      ...this.#call(characterPersistenceUrl),
      body: { zoneInstanceId, transfers: [...transfers] },
    });
    return answers.map(({ success, errorMessage, character, customData }) => {
      if (!success) return { ok: false, reason: errorMessage ?? "the claim can't be moved" };
      return { ok: true, character: character ? this.#arriving(character, customData ?? []) : undefined };
    });
  }

  async save(saves: readonly CharacterSave[]): Promise<readonly RefusedSave[]> {
    const { zoneInstanceId, characterPersistenceUrl } = this.#options;
    const characters = saves.map((save) => ({
      characterName: save.characterName,
      entityId: save.entityId,
      epoch: save.epoch,
      zoneName: this.#zoneName,
      x: toUnits(save.position.x),
      y: toUnits(save.position.y),
      z: toUnits(save.position.z),
      rx: 0,
      ry: 0,
      rz: toDegrees(save.yaw),
      customData: [
        { customFieldName: SAVED_ZONE_FIELD, fieldValue: this.#zoneName },
        ...Object.entries(save.saved).map(([customFieldName, values]) => ({
          customFieldName,
          fieldValue: JSON.stringify(values),
        })),
      ],
      release: save.release,
    }));
    const body = { zoneInstanceId, characters };
    return (await callEndpoint(mesh.saveCharacters, { ...this.#call(characterPersistenceUrl), body })).refused;
  }

  #arriving(
    character: NonNullable<ResponseOf<typeof characterPersistence.getByName>>,
    customData: readonly { readonly customFieldName: string; readonly fieldValue: string }[],
  ): Player {
    const savedZone = customData.find(({ customFieldName }) => customFieldName === SAVED_ZONE_FIELD)?.fieldValue;
    // A join moves the character's zone before its position: coordinates of another zone mean nothing here.
    const isFromHere = (savedZone ?? character.mapName) === this.#zoneName;
    const { x, y, z, rz } = character;
    return {
      characterName: character.CharacterName ?? "",
      className: character.className ?? "",
      savedPosition: isFromHere ? { x: toMetres(x), y: toMetres(y), z: toMetres(z) } : undefined,
      savedYaw: isFromHere ? toRadians(rz) : 0,
      saved: readSavedComponents(this.#options.playerClass, customData),
    };
  }

  #call(baseUrl: string) {
    const { customerGuid, credential } = this.#options;
    return { baseUrl, customerGuid, credential, timeoutMs: CALL_TIMEOUT_MS };
  }
}

/** Whether the service answered that the caller itself is wrong, or speaks another language: asking again is no use. */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof CallError)) return false;
  return error.failure === "malformed" || (error.failure === "refused" && error.status >= 400 && error.status < 500);
}
