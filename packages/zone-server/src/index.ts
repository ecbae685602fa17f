export {
  type CharacterSave,
  type Characters,
  type ClaimAnswer,
  type ClaimRequest,
  MemoryCharacters,
  type RefusedSave,
} from "./backend/characters.ts";
export type { Inspection } from "./inspect/inspect.ts";
export { type StandaloneOptions, startStandaloneZoneServer, type ZoneServer } from "./start-zone-server.ts";
export { defaultZoneSettings, type ZoneSettings } from "./zone-settings.ts";
