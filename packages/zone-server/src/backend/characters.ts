import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
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
export type ClaimTransfer = {
  readonly characterName: string;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
  /** Whether the answer is to bring what was saved last. */
  readonly withCharacter?: boolean;
};

export type TransferAnswer =
  | { readonly ok: true; readonly character: Player | undefined }
  | { readonly ok: false; readonly reason: string };

export type RefusedSave = { readonly characterName: string; readonly reason: string };

/** Somebody else has the character: what this ownership of it says counts for nothing. */
export type LostOwnership = RefusedSave & Pick<CharacterSave, "entityId" | "epoch">;

/**
 * Where characters are kept. Calls reject when the backend can't be reached; then nothing is known about whether it
 * acted, and repeating them does no harm.
 */
export interface Characters {
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  /**
   * The claim of a character whose entity came to this server. Refused when a newer ownership holds it, and when nobody
   * does: then the stay that the entity belonged to is over.
   */
  transferClaim(transfer: ClaimTransfer): Promise<TransferAnswer>;
  /** Answers the saves that will never be accepted. */
  save(saves: readonly CharacterSave[]): Promise<readonly RefusedSave[]>;
}

/** Keeps characters in memory, for a zone server without a backend. */
export class MemoryCharacters implements Characters {
  readonly #kept = new Map<string, CharacterSave>();
  readonly #claims = new Map<string, Pick<ClaimTransfer, "entityId" | "epoch">>();

  claim({ characterName, entityId, epoch }: ClaimRequest): Promise<ClaimAnswer> {
    this.#claims.set(characterName, { entityId, epoch });
    return Promise.resolve({ ok: true, character: this.#character(characterName) });
  }

  transferClaim({ characterName, entityId, epoch, withCharacter }: ClaimTransfer): Promise<TransferAnswer> {
    const held = this.#claims.get(characterName);
    if (held === undefined) return Promise.resolve({ ok: false, reason: "nobody holds the character any more" });
    if (held.entityId !== entityId || compareEpochs(epoch, held.epoch) < 0) {
      return Promise.resolve({ ok: false, reason: `the character is held as entity ${held.entityId}` });
    }
    this.#claims.set(characterName, { entityId, epoch });
    return Promise.resolve({ ok: true, character: withCharacter ? this.#character(characterName) : undefined });
  }

  save(saves: readonly CharacterSave[]): Promise<readonly RefusedSave[]> {
    for (const save of saves) {
      const saved = { ...this.#kept.get(save.characterName)?.saved, ...save.saved };
      this.#kept.set(save.characterName, { ...save, saved });
      if (save.release) this.#claims.delete(save.characterName);
    }
    return Promise.resolve([]);
  }

  #character(characterName: string): Player {
    const kept = this.#kept.get(characterName);
    return {
      characterName,
      className: "",
      savedPosition: kept?.position,
      savedYaw: kept?.yaw ?? 0,
      saved: kept?.saved ?? {},
    };
  }

  /** What was saved last of a character. */
  kept(characterName: string): CharacterSave | undefined {
    return this.#kept.get(characterName);
  }
}
