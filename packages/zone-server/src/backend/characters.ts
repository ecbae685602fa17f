import type { EntityId, Epoch } from "@ows/base";
import type { Player, Position } from "@ows/game";

/** A character to take over for an entity. */
export type ClaimRequest = {
  readonly characterName: string;
  readonly userSessionGuid: string | undefined;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
};

export type ClaimAnswer =
  | { readonly ok: true; readonly character: Player }
  /** For the player: why this server may not have the character. */
  | { readonly ok: false; readonly reason: string };

/** State of a character as it is kept; metres and radians. */
export type CharacterSave = {
  readonly characterName: string;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
  readonly position: Position;
  readonly yaw: number;
  /** Saved components by name. */
  readonly saved: Player["saved"];
  /** Gives the claim back in the same step. */
  readonly release: boolean;
};

/** Whose claim moves to this server, because the living entity did. */
export type ClaimTransfer = { readonly characterName: string; readonly entityId: EntityId; readonly epoch: Epoch };

export type TransferAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type RefusedSave = { readonly characterName: string; readonly reason: string };

/**
 * Where characters are kept. Calls reject when the backend can't be reached; then nothing is known about whether it
 * acted, and repeating them does no harm.
 */
export interface Characters {
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  /** The claim of a character whose entity was handed to this server; a newer ownership elsewhere refuses it. */
  transferClaim(transfer: ClaimTransfer): Promise<TransferAnswer>;
  /** Answers the saves that will never be accepted. */
  save(saves: readonly CharacterSave[]): Promise<readonly RefusedSave[]>;
}

/** Keeps characters in memory, for a zone server without a backend. */
export class MemoryCharacters implements Characters {
  readonly #kept = new Map<string, CharacterSave>();

  claim({ characterName }: ClaimRequest): Promise<ClaimAnswer> {
    const kept = this.#kept.get(characterName);
    const character: Player = {
      characterName,
      className: "",
      savedPosition: kept?.position,
      savedYaw: kept?.yaw ?? 0,
      saved: kept?.saved ?? {},
    };
    return Promise.resolve({ ok: true, character });
  }

  transferClaim(_transfer: ClaimTransfer): Promise<TransferAnswer> {
    return Promise.resolve({ ok: true });
  }

  save(saves: readonly CharacterSave[]): Promise<readonly RefusedSave[]> {
    for (const save of saves) this.#kept.set(save.characterName, save);
    return Promise.resolve([]);
  }

  /** What was saved last of a character. */
  kept(characterName: string): CharacterSave | undefined {
    return this.#kept.get(characterName);
  }
}
