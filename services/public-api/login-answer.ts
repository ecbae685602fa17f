import type { publicApi, ResponseOf } from "@ows/protocol/http";

type LoginAnswer = ResponseOf<typeof publicApi.loginAndCreateSession>;

/** One text for an unknown user, a wrong password and a user that vanished meanwhile. */
export const INVALID_LOGIN = "Username or Password is invalid!";

/** The same for known and unknown users. */
export function tooManyTries(pauseMs: number): string {
  return `Too many tries to log in. Please try again in ${Math.ceil(pauseMs / 1_000)} s.`;
}

export function loggedIn(userSessionGuid: string | null): LoginAnswer {
  return userSessionGuid === null
    ? notLoggedIn(INVALID_LOGIN)
    : { authenticated: true, userSessionGuid, errorMessage: "" };
}

export function notLoggedIn(errorMessage: string): LoginAnswer {
  return { authenticated: false, userSessionGuid: null, errorMessage };
}
