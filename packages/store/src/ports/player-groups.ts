import type { CustomerGuid, EpochMs } from "./ids.ts";

export interface PlayerGroupRecord {
  readonly customerGuid: CustomerGuid;
  readonly playerGroupId: number;
  readonly playerGroupName: string;
  readonly playerGroupTypeId: number;
  readonly readyState: number;
  readonly createDate: EpochMs | null;
  /** When the character asked for joined the group. */
  readonly dateAdded: EpochMs;
  readonly teamNumber: number;
}

export interface PlayerGroupRepository {
  /** The groups a character is in, by id. Type 0 means all types. */
  listOfCharacter(
    customerGuid: CustomerGuid,
    characterName: string,
    playerGroupTypeId: number,
  ): Promise<readonly PlayerGroupRecord[]>;
}
