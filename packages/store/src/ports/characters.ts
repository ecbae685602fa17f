import type { CharacterStats } from "./character-stats.ts";
import type {
  CharacterId,
  CustomerGuid,
  EpochMs,
  Transform,
  UserGuid,
  UserSessionGuid,
  ZoneInstanceId,
} from "./ids.ts";

/** A row of Characters. */
export interface CharacterRecord extends CharacterStats, Transform {
  readonly customerGuid: CustomerGuid;
  readonly characterId: CharacterId;
  readonly userGuid: UserGuid | null;
  readonly email: string;
  readonly charName: string;
  /** The name of the ZONE the character is in, whatever the column is called. */
  readonly mapName: string | null;
  readonly serverIp: string | null;
  readonly lastActivity: EpochMs;
  readonly description: string | null;
  readonly defaultPawnClassPath: string;
  readonly isInternalNetworkTestUser: boolean;
  readonly classId: number;
  readonly baseMesh: string | null;
  readonly isAdmin: boolean;
  readonly isModerator: boolean;
  readonly createDate: EpochMs;
}

export interface CharacterWithClass extends CharacterRecord {
  /** Empty when the class is gone, and for characters made from default values. */
  readonly className: string;
}

/** A character with the instance it is linked to. Without a live instance the three fields are null. */
export interface CharacterOnInstance extends CharacterWithClass {
  readonly mapInstanceId: ZoneInstanceId | null;
  readonly port: number | null;
  /** Address of the world server; Characters.ServerIP is never kept current. */
  readonly worldServerIp: string | null;
}

export interface CustomDataRow {
  readonly customFieldName: string;
  readonly fieldValue: string;
}

/** A row of CustomCharacterData as it is stored. */
export interface CustomDataRecord extends CustomDataRow {
  readonly customCharacterDataId: number;
  readonly characterId: CharacterId;
}

/** Each refusal in the order of precedence; services turn them into the texts of the HTTP contract. */
export type CreateFromClassResult =
  | { readonly kind: "created"; readonly character: CharacterWithClass }
  | { readonly kind: "invalid-characters" }
  | { readonly kind: "invalid-session" }
  | { readonly kind: "invalid-class" }
  | { readonly kind: "name-taken" };

export type CreateFromDefaultsResult =
  | { readonly kind: "created"; readonly character: CharacterWithClass }
  | { readonly kind: "invalid-characters" }
  | { readonly kind: "name-taken" }
  | { readonly kind: "invalid-session" }
  | { readonly kind: "unknown-default-set" };

export type RemoveCharacterResult = { readonly kind: "removed" | "invalid-session" | "unknown-character" };

export type CharacterWriteResult = { readonly kind: "saved" | "unknown-character" };

export interface PositionSave extends Transform {
  readonly name: string;
}

export type SavePositionsResult = {
  readonly saved: number;
  /** Names that no character of the customer has. The others are saved all the same. */
  readonly unknown: readonly string[];
};

/** The columns UpdateCharacterStats may write. What is left out keeps its value. */
export type CharacterStatsUpdate = Partial<CharacterStats & Transform & { readonly description: string | null }>;

export type LinkResult = { readonly kind: "linked" | "unknown-character" | "unknown-instance" };

/**
 * Names are looked up as players type them: trimmed, runs of blanks collapsed, upper and lower case alike.
 * A customer has at most one character of a name.
 */
export interface CharacterRepository {
  /** The characters of the session's user by name; empty for an unknown session. */
  listBySession(customerGuid: CustomerGuid, userSessionGuid: UserSessionGuid): Promise<readonly CharacterWithClass[]>;
  /** Copies the class with its inventories into a new character of the session's user. */
  createFromClass(request: {
    readonly customerGuid: CustomerGuid;
    readonly userSessionGuid: UserSessionGuid;
    readonly characterName: string;
    readonly className: string;
  }): Promise<CreateFromClassResult>;
  /** Copies a named start set with its custom data into a new character (class id 0) of the session's user. */
  createFromDefaults(request: {
    readonly customerGuid: CustomerGuid;
    readonly userSessionGuid: UserSessionGuid;
    readonly characterName: string;
    readonly defaultSetName: string;
  }): Promise<CreateFromDefaultsResult>;
  /** Removes a character of the session's user with everything that hangs on it, and ends its selection. */
  remove(
    customerGuid: CustomerGuid,
    userSessionGuid: UserSessionGuid,
    characterName: string,
  ): Promise<RemoveCharacterResult>;
  getByName(customerGuid: CustomerGuid, characterName: string): Promise<CharacterOnInstance | null>;
  /** Rows by field name; empty for an unknown character. */
  getCustomData(customerGuid: CustomerGuid, characterName: string): Promise<readonly CustomDataRecord[]>;
  putCustomData(customerGuid: CustomerGuid, characterName: string, row: CustomDataRow): Promise<CharacterWriteResult>;
  /** Custom data that comes with a start set. */
  getDefaultCustomData(customerGuid: CustomerGuid, defaultSetName: string): Promise<readonly CustomDataRow[]>;
  updateStats(
    customerGuid: CustomerGuid,
    characterName: string,
    stats: CharacterStatsUpdate,
  ): Promise<CharacterWriteResult>;
  /**
   * Saves many positions in one transaction: Z + 1, as OWS stores it, and Users.LastAccess of the owners.
   * A `zoneName` that is neither null nor empty is stored with each. Throws RangeError when a number is not finite.
   */
  savePositions(
    customerGuid: CustomerGuid,
    positions: readonly PositionSave[],
    zoneName: string | null,
  ): Promise<SavePositionsResult>;
  /** Takes the character off every instance. */
  logout(
    customerGuid: CustomerGuid,
    characterName: string,
  ): Promise<{ readonly kind: "logged-out" | "unknown-character" }>;
  /** Moves the character's only link to this instance, and its zone with it, in one transaction. */
  linkToInstance(
    customerGuid: CustomerGuid,
    characterName: string,
    zoneInstanceId: ZoneInstanceId,
  ): Promise<LinkResult>;
}
