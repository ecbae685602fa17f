import type { AbilityRepository } from "./abilities.ts";
import type { CharacterRepository } from "./characters.ts";
import type { ClaimRepository } from "./claims.ts";
import type { CustomerRepository } from "./customers.ts";
import type { GlobalDataRepository } from "./global-data.ts";
import type { MeshRepository } from "./mesh.ts";
import type { PlayerGroupRepository } from "./player-groups.ts";
import type { TemplateRepository } from "./templates.ts";
import type { UserRepository } from "./users.ts";
import type { WorldServerRepository } from "./world-servers.ts";
import type { ZoneInstanceRepository } from "./zone-instances.ts";
import type { ZoneRepository } from "./zones.ts";

/** Every port over one database. Disposing it finishes the writes that were accepted, then closes. */
export interface Store extends AsyncDisposable {
  readonly customers: CustomerRepository;
  readonly users: UserRepository;
  readonly characters: CharacterRepository;
  readonly claims: ClaimRepository;
  readonly zones: ZoneRepository;
  readonly worldServers: WorldServerRepository;
  readonly zoneInstances: ZoneInstanceRepository;
  readonly globalData: GlobalDataRepository;
  readonly abilities: AbilityRepository;
  readonly playerGroups: PlayerGroupRepository;
  readonly templates: TemplateRepository;
  readonly mesh: MeshRepository;
  /** Answers once the database does, for readiness checks. Rejects when it does not. */
  ping(): Promise<void>;
}
