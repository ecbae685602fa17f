import type { CharacterId, CustomerGuid } from "./ids.ts";

export interface AbilityRecord {
  readonly customerGuid: CustomerGuid;
  readonly abilityId: number;
  readonly abilityName: string;
  readonly abilityTypeId: number;
  readonly textureToUseForIcon: string;
  readonly class: number | null;
  readonly race: number | null;
  readonly abilityCustomJson: string | null;
  readonly gameplayAbilityClassName: string;
  readonly abilityTypeName: string;
}

export interface CharacterAbilityRecord extends Omit<AbilityRecord, "abilityTypeName"> {
  readonly charHasAbilitiesId: number;
  readonly abilityLevel: number;
  readonly charHasAbilitiesCustomJson: string | null;
  readonly characterId: CharacterId;
  readonly charName: string;
}

export interface AbilityBarRecord {
  readonly customerGuid: CustomerGuid;
  readonly charAbilityBarId: number;
  readonly characterId: CharacterId;
  readonly abilityBarName: string;
  readonly charAbilityBarsCustomJson: string | null;
  readonly maxNumberOfSlots: number;
  readonly numberOfUnlockedSlots: number;
}

/** One occupied slot of an ability bar. */
export interface AbilityBarSlotRecord extends AbilityBarRecord {
  readonly inSlotNumber: number;
  readonly ability: CharacterAbilityRecord;
}

export interface CharacterAbilityChange {
  readonly characterName: string;
  readonly abilityName: string;
  readonly abilityLevel: number;
  readonly charHasAbilitiesCustomJson: string | null;
}

export type AbilityResult = {
  readonly kind: "done" | "unknown-character" | "unknown-ability" | "not-owned";
};

export interface AbilityRepository {
  /** All abilities of the customer by name. */
  list(customerGuid: CustomerGuid): Promise<readonly AbilityRecord[]>;
  listOfCharacter(customerGuid: CustomerGuid, characterName: string): Promise<readonly CharacterAbilityRecord[]>;
  listBars(customerGuid: CustomerGuid, characterName: string): Promise<readonly AbilityBarRecord[]>;
  /** By bar, then by slot. */
  listBarSlots(customerGuid: CustomerGuid, characterName: string): Promise<readonly AbilityBarSlotRecord[]>;
  /** A character that has the ability already keeps it unchanged; that is `done` too. */
  add(customerGuid: CustomerGuid, change: CharacterAbilityChange): Promise<AbilityResult>;
  /** `not-owned` when the character does not have the ability. */
  update(customerGuid: CustomerGuid, change: CharacterAbilityChange): Promise<AbilityResult>;
  /** Takes the ability off the character and off its ability bars. */
  remove(customerGuid: CustomerGuid, characterName: string, abilityName: string): Promise<AbilityResult>;
}
