import { characterPersistence } from "@ows/protocol/http";
import { createService, type HttpService, knownCustomers, type Logger, type Registry } from "@ows/service-kit";
import type { Store } from "@ows/store";
import { statusRoute } from "../status-route.ts";
import { translateStoreError } from "../translate-store-error.ts";
import { addOrUpdateCustomData } from "./routes/add-or-update-custom-data.ts";
import { claimCharacter } from "./routes/claim-character.ts";
import { getByName } from "./routes/get-by-name.ts";
import { getCustomData } from "./routes/get-custom-data.ts";
import { playerLogout } from "./routes/player-logout.ts";
import { saveCharacters } from "./routes/save-characters.ts";
import { transferClaims } from "./routes/transfer-claims.ts";
import { updateAllPlayerPositions } from "./routes/update-all-player-positions.ts";
import type { CharacterPersistenceSettings } from "./settings.ts";

export type CharacterPersistenceParts = {
  readonly settings: CharacterPersistenceSettings;
  readonly store: Pick<Store, "ping" | "customers" | "characters" | "claims" | "users">;
  readonly logger: Logger;
  /** Where its metrics go; a registry of its own when not given. */
  readonly registry?: Registry;
};

/** Starts character-persistence: loads and saves characters for game servers. The store stays the caller's. */
export function startCharacterPersistence(parts: CharacterPersistenceParts): Promise<HttpService> {
  const { settings, store, logger, registry } = parts;
  return createService({
    ...settings,
    name: "character-persistence",
    routes: [
      statusRoute(characterPersistence.status),
      getByName,
      getCustomData,
      addOrUpdateCustomData,
      updateAllPlayerPositions,
      playerLogout,
      claimCharacter,
      saveCharacters,
      transferClaims,
    ],
    context: { store },
    customers: knownCustomers({ exists: (guid) => store.customers.exists(guid), nowMs: () => performance.now() }),
    logger,
    ...(registry === undefined ? {} : { registry }),
    translateError: translateStoreError,
  });
}
