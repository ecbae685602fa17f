import type { CharacterId, CustomerGuid, EpochMs, Transform, UserGuid, UserSessionGuid } from "./ids.ts";

/** `Player` and `Developer` are the roles in use; the column is free text of at most 10 characters. */
export type UserRole = string;

export interface UserRecord {
  readonly userGuid: UserGuid;
  readonly customerGuid: CustomerGuid;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly createDate: EpochMs;
  readonly lastAccess: EpochMs;
  readonly role: UserRole;
}

export interface UserWithPasswordHash extends UserRecord {
  readonly passwordHash: string;
}

export interface NewUser {
  readonly customerGuid: CustomerGuid;
  readonly firstName: string;
  readonly lastName: string;
  /** Stored as given: neither trimmed nor lower-cased. */
  readonly email: string;
  /** Already hashed, at most 128 characters. */
  readonly passwordHash: string;
  readonly role: UserRole;
}

export type RegisterUserResult =
  | { readonly kind: "registered"; readonly userGuid: UserGuid }
  | { readonly kind: "duplicate-email" };

export type UpdateUserResult = { readonly kind: "updated" | "unknown-user" | "duplicate-email" };

/** A session joined with its user and, when one of the user's own is selected, that character. */
export interface UserSessionRecord {
  readonly customerGuid: CustomerGuid;
  readonly userGuid: UserGuid;
  readonly userSessionGuid: UserSessionGuid;
  readonly loginDate: EpochMs;
  readonly selectedCharacterName: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly createDate: EpochMs;
  readonly lastAccess: EpochMs;
  readonly role: UserRole;
  readonly character: SelectedCharacter | null;
}

export interface SelectedCharacter extends Transform {
  readonly characterId: CharacterId;
  readonly charName: string;
  readonly zoneName: string | null;
}

export type SelectCharacterResult = { readonly kind: "selected" | "unknown-session" | "not-owned" };

export interface UserRepository {
  register(user: NewUser): Promise<RegisterUserResult>;
  /** The user of role `Player` with exactly this e-mail. */
  findPlayerByEmail(customerGuid: CustomerGuid, email: string): Promise<UserWithPasswordHash | null>;
  updatePasswordHash(customerGuid: CustomerGuid, userGuid: UserGuid, passwordHash: string): Promise<boolean>;
  /** Opens a session, ends every earlier one of that user and notes the access, in one transaction. Null for an unknown user. */
  createSession(customerGuid: CustomerGuid, userGuid: UserGuid): Promise<UserSessionGuid | null>;
  getSession(customerGuid: CustomerGuid, userSessionGuid: UserSessionGuid): Promise<UserSessionRecord | null>;
  /** Whether there was such a session. */
  deleteSession(customerGuid: CustomerGuid, userSessionGuid: UserSessionGuid): Promise<boolean>;
  /** Ends the sessions of every customer that were opened before a moment, and returns how many. */
  deleteSessionsOpenedBefore(loginBefore: EpochMs): Promise<number>;
  /** Selects a character of the session's own user. Any other leaves the session as it is. */
  setSelectedCharacter(
    customerGuid: CustomerGuid,
    userSessionGuid: UserSessionGuid,
    characterName: string,
  ): Promise<SelectCharacterResult>;
  listUsers(customerGuid: CustomerGuid): Promise<readonly UserRecord[]>;
  updateUser(
    customerGuid: CustomerGuid,
    userGuid: UserGuid,
    names: { readonly firstName: string; readonly lastName: string; readonly email: string },
  ): Promise<UpdateUserResult>;
}
