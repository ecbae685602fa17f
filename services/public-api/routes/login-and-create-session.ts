import { publicApi } from "@ows/protocol/http";
import { route, ServiceError } from "@ows/service-kit";
import type { PublicApiContext } from "../context.ts";
import { INVALID_LOGIN, loggedIn, notLoggedIn, tooManyTries } from "../login-answer.ts";

/** Checks a player's password – unless this address guesses for this account –, replaces a weak stored hash, and opens the player's only session. */
export const loginAndCreateSession = route(
  publicApi.loginAndCreateSession,
  async (call, { store, passwords, backoff }: PublicApiContext) => {
    const { customerGuid, request } = call;
    const guesser = { customerGuid, email: request.email ?? "", address: call.remoteAddress };
    const pauseMs = backoff.begin(guesser);
    if (pauseMs > 0) return notLoggedIn(tooManyTries(pauseMs));
    const user = await store.users.findPlayerByEmail(customerGuid, request.email ?? "");
    try {
      const verdict = await passwords.check(user?.passwordHash, request.password ?? "");
      if (user === null || verdict.kind === "wrong") return notLoggedIn(INVALID_LOGIN);
      backoff.forget(guesser);
      if (verdict.kind === "right-but-weak") {
        await store.users.updatePasswordHash(customerGuid, user.userGuid, verdict.betterHash);
      }
      return loggedIn(await store.users.createSession(customerGuid, user.userGuid));
    } catch (error) {
      if (error instanceof ServiceError && error.code === "busy") {
        backoff.takeBack(guesser);
        return notLoggedIn(error.message);
      }
      throw error;
    }
  },
);
