export {
  type CharacterSave,
  type Characters,
  type ClaimAnswer,
  type ClaimRequest,
  MemoryCharacters,
  type RefusedSave,
} from "./backend/characters.ts";
export type { GhostLinks } from "./ghosts/ghost-links.ts";
export { Ghosts, type GhostsOptions } from "./ghosts/ghosts.ts";
export type { Inspection } from "./inspect/inspect.ts";
export { GameModuleError, loadGame } from "./load-game.ts";
export { defaultMeshSettings, type MeshSettings } from "./mesh/mesh-settings.ts";
export { PeerLinks, type PeerLinksOptions } from "./mesh/peer-links.ts";
export { type Admission, openAdmission, type Verdict } from "./players/admission.ts";
export { runZoneServer } from "./run-zone-server.ts";
export { type StandaloneOptions, startStandaloneZoneServer } from "./start-standalone-zone-server.ts";
export { startZoneServer, type ZoneServer, type ZoneServerOptions } from "./start-zone-server.ts";
export type { PhaseTimes } from "./tick/phase-times.ts";
export { TickLoop, type TickLoopOptions } from "./tick/tick-loop.ts";
export { anyGame } from "./world/any-game.ts";
export { HandlerFaults } from "./world/handler-faults.ts";
export { World } from "./world/world.ts";
export { parseZoneArguments, type ZoneArguments, ZoneArgumentsError } from "./zone-arguments.ts";
export { type ZoneProcessSettings, zoneProcessSettings } from "./zone-process-settings.ts";
export { ZoneRuntime, type ZoneRuntimeOptions } from "./zone-runtime.ts";
export { defaultZoneSettings, type ZoneSettings } from "./zone-settings.ts";
