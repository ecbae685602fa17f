import { EMPTY_GUID, publicApi, type RequestOf } from "@ows/protocol/http";
import { route, ServiceError } from "@ows/service-kit";
import type { PublicApiContext } from "../context.ts";
import { loggedIn, notLoggedIn } from "../login-answer.ts";
import { PASSWORD_LIMIT } from "../passwords/passwords.ts";

type Registration = RequestOf<typeof publicApi.registerUser>;

/** Creates a player account and its first session. */
export const registerUser = route(publicApi.registerUser, async (call, { store, passwords }: PublicApiContext) => {
  const { customerGuid, request } = call;
  const { email, password, firstName, lastName } = request;
  const mistake = customerGuid === EMPTY_GUID ? "This customer is not known." : mistakeIn(request);
  if (mistake !== undefined || email === null || password === null) return notLoggedIn(mistake ?? MISSING);
  // Before the hash, which is what costs.
  if ((await store.users.findPlayerByEmail(customerGuid, email)) !== null) return notLoggedIn(DUPLICATE);
  try {
    const passwordHash = await passwords.hash(password);
    const names = { firstName: firstName ?? "", lastName: lastName ?? "" };
    const result = await store.users.register({ customerGuid, email, passwordHash, role: "Player", ...names });
    if (result.kind === "duplicate-email") return notLoggedIn(DUPLICATE);
    return loggedIn(await store.users.createSession(customerGuid, result.userGuid));
  } catch (error) {
    if (error instanceof ServiceError && error.code === "busy") return notLoggedIn(error.message);
    throw error;
  }
});

const DUPLICATE = "Duplicate Account!";
const MISSING = "Please enter an e-mail address and a password.";

function mistakeIn({ email, password, firstName, lastName }: Registration): string | undefined {
  if (email === null || email === "" || password === null || password === "") return MISSING;
  if (email.length > 255) return "Please enter an e-mail address of at most 255 characters.";
  if (password.length > PASSWORD_LIMIT) return `Please enter a password of at most ${PASSWORD_LIMIT} characters.`;
  if ((firstName ?? "").length > 50 || (lastName ?? "").length > 50)
    return "Please enter names of at most 50 characters.";
  return undefined;
}
