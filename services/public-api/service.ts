import { randomUUID } from "node:crypto";
import type { Clock } from "@ows/base";
import { publicApi } from "@ows/protocol/http";
import { createService, type HttpService, knownCustomers, type Logger, type Registry } from "@ows/service-kit";
import type { Store } from "@ows/store";
import { statusRoute } from "../status-route.ts";
import { systemClock } from "../system-clock.ts";
import { translateStoreError } from "../translate-store-error.ts";
import type { PublicApiContext } from "./context.ts";
import { hashPassword } from "./passwords/argon2id.ts";
import { LoginBackoff } from "./passwords/login-backoff.ts";
import { passwordsWithin } from "./passwords/passwords.ts";
import { WorkLimit } from "./passwords/work-limit.ts";
import { createCharacter } from "./routes/create-character.ts";
import { createCharacterUsingDefaultCharacterValues } from "./routes/create-character-using-default-character-values.ts";
import { getAllCharacters } from "./routes/get-all-characters.ts";
import { getServerToConnectTo } from "./routes/get-server-to-connect-to.ts";
import { getUserSession } from "./routes/get-user-session.ts";
import { loginAndCreateSession } from "./routes/login-and-create-session.ts";
import { logout } from "./routes/logout.ts";
import { registerUser } from "./routes/register-user.ts";
import { removeCharacter } from "./routes/remove-character.ts";
import { setSelectedCharacterAndGetUserSession } from "./routes/set-selected-character-and-get-user-session.ts";
import { expireSessions } from "./session-expiry.ts";
import type { PublicApiSettings } from "./settings.ts";

export type PublicApiParts = {
  readonly settings: PublicApiSettings;
  readonly store: Pick<Store, "ping" | "customers" | "users" | "characters" | "zones">;
  readonly logger: Logger;
  /** Where its metrics go; a registry of its own when not given. */
  readonly registry?: Registry;
  readonly clock?: Clock;
};

/** Starts public-api: accounts, characters, and where to play. The store stays the caller's to dispose. */
export async function startPublicApi(parts: PublicApiParts): Promise<HttpService> {
  const { settings, store, logger, registry, clock = systemClock } = parts;
  const limit = new WorkLimit(settings.passwordChecksAtOnce, settings.passwordChecksWaiting);
  const context: PublicApiContext = {
    store,
    passwords: passwordsWithin(limit, await hashPassword(randomUUID())),
    backoff: new LoginBackoff(() => clock.nowMs()),
    joins: { instanceManagementUrl: settings.instanceManagementUrl, timeoutMs: settings.joinTimeoutMs },
  };
  const http = await createService({
    ...settings,
    name: "public-api",
    routes: [
      statusRoute(publicApi.status),
      registerUser,
      loginAndCreateSession,
      logout,
      getUserSession,
      setSelectedCharacterAndGetUserSession,
      getServerToConnectTo,
      getAllCharacters,
      createCharacter,
      createCharacterUsingDefaultCharacterValues,
      removeCharacter,
    ],
    context,
    customers: knownCustomers({ exists: (guid) => store.customers.exists(guid), nowMs: () => clock.nowMs() }),
    logger,
    ...(registry === undefined ? {} : { registry }),
    translateError: translateStoreError,
  });
  const { sessionDays } = settings;
  const expiry = expireSessions({ users: store.users, sessionDays, wallMs: () => clock.wallMs(), logger });
  return {
    url: http.url,
    port: http.port,
    registry: http.registry,
    async [Symbol.asyncDispose]() {
      await expiry[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
    },
  };
}
