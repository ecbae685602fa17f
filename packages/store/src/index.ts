export type { SchemaProblem } from "./check-schema.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
export type {
  AbilityBarRecord,
  AbilityBarSlotRecord,
  AbilityRecord,
  AbilityRepository,
  AbilityResult,
  CharacterAbilityChange,
  CharacterAbilityRecord,
} from "./ports/abilities.ts";
export { type CharacterStats, INTEGER_STATS, REAL_STATS, type StatName } from "./ports/character-stats.ts";
export type {
  CharacterOnInstance,
  CharacterRecord,
  CharacterRepository,
  CharacterStatsUpdate,
  CharacterWithClass,
  CharacterWriteResult,
  CreateFromClassResult,
  CreateFromDefaultsResult,
  CustomDataRecord,
  CustomDataRow,
  LinkResult,
  PositionSave,
  RemoveCharacterResult,
  SavePositionsResult,
} from "./ports/characters.ts";
export type {
  CharacterClaim,
  ClaimedSave,
  ClaimRepository,
  ClaimRequest,
  ClaimResult,
  RefusedSave,
  SaveRefusal,
  TransferResult,
} from "./ports/claims.ts";
export type {
  AddCustomerResult,
  BareCustomer,
  CustomerRecord,
  CustomerRepository,
  NewCustomer,
} from "./ports/customers.ts";
export type { GlobalDataItem, GlobalDataRepository } from "./ports/global-data.ts";
export type {
  CharacterId,
  CustomerGuid,
  EntityId,
  Epoch,
  EpochMs,
  Transform,
  UserGuid,
  UserSessionGuid,
  WorldServerId,
  ZoneId,
  ZoneInstanceId,
} from "./ports/ids.ts";
export type { GridAssignments, MeshRepository, NextTermResult } from "./ports/mesh.ts";
export type { PlayerGroupRecord, PlayerGroupRepository } from "./ports/player-groups.ts";
export type { Store } from "./ports/store.ts";
export type { AddTemplateResult, NewClass, NewDefaultSet, TemplateRepository } from "./ports/templates.ts";
export type {
  NewUser,
  RegisterUserResult,
  SelectCharacterResult,
  SelectedCharacter,
  UpdateUserResult,
  UserRecord,
  UserRepository,
  UserRole,
  UserSessionRecord,
  UserWithPasswordHash,
} from "./ports/users.ts";
export type { LauncherRegistration, WorldServerRecord, WorldServerRepository } from "./ports/world-servers.ts";
export {
  type InsertStartingResult,
  type NewZoneInstance,
  type StaleLimits,
  ZONE_INSTANCE_STATUS,
  type ZoneInstanceRecord,
  type ZoneInstanceRepository,
  type ZoneInstanceView,
} from "./ports/zone-instances.ts";
export type { MapMode, ZoneRecord, ZoneRepository, ZoneSettings } from "./ports/zones.ts";
export { type SeedStep, seedDevelopment } from "./seed-development.ts";
export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
