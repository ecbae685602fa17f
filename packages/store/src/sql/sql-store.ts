import { sql } from "kysely";
import type { Store } from "../ports/store.ts";
import { createAbilityRepository } from "./abilities.ts";
import { createCharacterRepository } from "./characters.ts";
import { createClaimRepository } from "./claims.ts";
import type { SqlContext } from "./context.ts";
import { createCustomerRepository } from "./customers.ts";
import { createGlobalDataRepository } from "./global-data.ts";
import { createMeshRepository } from "./mesh.ts";
import { createPlayerGroupRepository } from "./player-groups.ts";
import { createTemplateRepository } from "./templates.ts";
import { createUserRepository } from "./users.ts";
import { createWorldServerRepository } from "./world-servers.ts";
import { createZoneInstanceRepository } from "./zone-instances.ts";
import { createZoneRepository } from "./zones.ts";

/** Every port on one SQL database; disposing the store closes it. */
export function createSqlStore(context: SqlContext): Store {
  return {
    customers: createCustomerRepository(context),
    users: createUserRepository(context),
    characters: createCharacterRepository(context),
    claims: createClaimRepository(context),
    zones: createZoneRepository(context),
    worldServers: createWorldServerRepository(context),
    zoneInstances: createZoneInstanceRepository(context),
    globalData: createGlobalDataRepository(context),
    abilities: createAbilityRepository(context),
    playerGroups: createPlayerGroupRepository(context),
    templates: createTemplateRepository(context),
    mesh: createMeshRepository(context),
    async ping() {
      await sql`select 1`.execute(context.db);
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}
