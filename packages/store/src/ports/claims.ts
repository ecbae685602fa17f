import type { CustomDataRow } from "./characters.ts";
import type { CustomerGuid, EntityId, Epoch, EpochMs, Transform, ZoneInstanceId } from "./ids.ts";

/** Which instance may simulate and save a character: at most one living entity per character. */
export interface CharacterClaim {
  readonly characterName: string;
  readonly zoneInstanceId: ZoneInstanceId;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
  readonly claimedAt: EpochMs;
}

export interface ClaimRequest {
  readonly customerGuid: CustomerGuid;
  readonly characterName: string;
  readonly zoneInstanceId: ZoneInstanceId;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
}

export type ClaimResult =
  | { readonly kind: "claimed"; readonly claim: CharacterClaim }
  /** Another instance that still exists holds it. */
  | { readonly kind: "held"; readonly holder: CharacterClaim }
  | { readonly kind: "unknown-character" }
  /** The instance that asks has no MapInstances row, so it could not keep a claim. */
  | { readonly kind: "unknown-instance" };

export type TransferResult =
  | { readonly kind: "transferred"; readonly claim: CharacterClaim }
  /** Held for another entity, or at an epoch that is not older. The holder's instance may be gone. */
  | { readonly kind: "refused"; readonly holder: CharacterClaim }
  /** Nobody holds it: the stay that the entity belonged to is over. */
  | { readonly kind: "free" }
  | { readonly kind: "unknown-character" }
  | { readonly kind: "unknown-instance" };

export interface ClaimedSave extends Transform {
  readonly characterName: string;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
  /** Null or empty keeps the zone the character is in. */
  readonly zoneName: string | null;
  readonly customData: readonly CustomDataRow[];
  /** Gives the claim back in the same transaction, and takes the character off the instance. */
  readonly release: boolean;
}

export type SaveRefusal =
  | "unknown-character"
  /** Nobody holds the character, so the sender no longer does. */
  | "not-claimed"
  | "held-by-other-instance"
  | "other-entity"
  | "stale-epoch"
  /** A coordinate is not a finite number. */
  | "invalid-transform";

export interface RefusedSave {
  readonly characterName: string;
  readonly reason: SaveRefusal;
}

export interface ClaimRepository {
  /**
   * Takes the character for an instance by compare-and-set. Succeeds when it is free, when the same instance holds it
   * (entity and epoch are then replaced), or when the holder's MapInstances row no longer exists.
   */
  claim(request: ClaimRequest): Promise<ClaimResult>;
  /**
   * The instance that took over a living entity holds its claim from now on: an older epoch can't save any more. Only a
   * claim for the same entity at an older epoch moves, also one whose instance is gone; a free one is never taken.
   * Repeating it succeeds. Each is decided by itself, in the order given, all in one transaction.
   */
  transfer(requests: readonly ClaimRequest[]): Promise<readonly TransferResult[]>;
  /**
   * Saves exact transforms (no Z + 1), zone and custom data in one transaction. A save of anybody but the holder, of an
   * instance whose row is gone, or at an older epoch than the claim's, is refused by itself and does not disturb the
   * others; a newer epoch is recorded.
   */
  saveClaimed(
    customerGuid: CustomerGuid,
    zoneInstanceId: ZoneInstanceId,
    saves: readonly ClaimedSave[],
  ): Promise<{ readonly saved: number; readonly refused: readonly RefusedSave[] }>;
  /** Frees everything an instance holds, and returns how many characters that were. */
  releaseAllOf(customerGuid: CustomerGuid, zoneInstanceId: ZoneInstanceId): Promise<number>;
  /** The claim, unless its instance no longer exists. */
  holderOf(customerGuid: CustomerGuid, characterName: string): Promise<CharacterClaim | null>;
}
