import { CallError, callEndpoint, publicApi } from "@ows/protocol/http";
import { JoinError } from "./join-error.ts";
import type { SavedPlace } from "./saved-place.ts";

/** Longest the backend takes to start a zone server, and a little more. */
const JOIN_TIMEOUT_MS = 30_000;
const CALL_TIMEOUT_MS = 15_000;
const LAST_ZONE = "GETLASTZONENAME";

export type Account = { readonly email: string; readonly password: string };

/** Where to go and what opens the door. */
export type Entrance = { readonly url: string; readonly ticket: string };

/** Finds the server of a character: over the backend, or something simpler in tests and tools. */
export interface Door {
  /** @param zone a zone by name, or `undefined` for where the character was last. Throws `JoinError`. */
  join(zone: string | undefined, signal: AbortSignal): Promise<Entrance>;
}

export type BackendOptions = {
  /** The public API: `http://127.0.0.1:44302`. */
  readonly url: string;
  readonly customer: string;
  readonly account?: Account;
  /** A session that somebody else created, instead of `account`. */
  readonly session?: string;
  readonly character: string;
  /** Registers the account and creates the character when they do not exist; the class of a new character. */
  readonly createIfMissing?: { readonly className: string };
};

/** The way an OWS game goes: log in, select the character, ask which server it belongs to. */
export class Backend implements Door {
  readonly #options: BackendOptions;
  readonly #place: SavedPlace;

  constructor(options: BackendOptions, place: SavedPlace) {
    this.#options = options;
    this.#place = place;
  }

  async join(zone: string | undefined, signal: AbortSignal): Promise<Entrance> {
    const session = await this.#sessionWithCharacter(signal);
    const { character } = this.#options;
    const answer = await this.#call(publicApi.getServerToConnectTo, signal, JOIN_TIMEOUT_MS, {
      userSessionGUID: session,
      characterName: character,
      zoneName: zone ?? LAST_ZONE,
      playerGroupType: 0,
    });
    if (answer.success && answer.url && answer.ticket) return { url: answer.url, ticket: answer.ticket };
    throw new JoinError("no-server", answer.errorMessage || `No server can take ${character} right now.`);
  }

  /** A session in which the character is selected: the saved or given one if it still lives, else a new login. */
  async #sessionWithCharacter(signal: AbortSignal): Promise<string> {
    const known = this.#place.current.session ?? this.#options.session;
    if (known !== undefined && (await this.#select(known, signal))) return known;
    const session = await this.#login(signal);
    this.#place.update({ session });
    if (await this.#select(session, signal)) return session;
    throw new JoinError("sign-in", "The session ended right after signing in. Please sign in again.");
  }

  /** False when the session is unknown. */
  async #select(session: string, signal: AbortSignal): Promise<boolean> {
    const { character, createIfMissing } = this.#options;
    const body = { userSessionGUID: session, selectedCharacterName: character };
    const endpoint = publicApi.setSelectedCharacterAndGetUserSession;
    const found = await this.#call(endpoint, signal, CALL_TIMEOUT_MS, body);
    if (found === null) return false;
    if (found.charName) return true;
    if (createIfMissing === undefined) throw new JoinError("character", `This account has no character ${character}.`);
    await this.#createCharacter(session, createIfMissing.className, signal);
    return (await this.#call(endpoint, signal, CALL_TIMEOUT_MS, body)) !== null;
  }

  async #createCharacter(session: string, className: string, signal: AbortSignal): Promise<void> {
    const { character } = this.#options;
    const created = await this.#call(publicApi.createCharacter, signal, CALL_TIMEOUT_MS, {
      userSessionGUID: session,
      characterName: character,
      className,
    });
    if (created.success) return;
    const isTaken = created.errorMessage === "Invalid Character Name";
    const reason = isTaken ? `Somebody else is called ${character}: choose another name.` : created.errorMessage;
    throw new JoinError("character", reason || `The character ${character} could not be created.`);
  }

  async #login(signal: AbortSignal): Promise<string> {
    const { account, createIfMissing } = this.#options;
    if (account === undefined) throw new JoinError("sign-in", "The session has ended. Please sign in again.");
    const { email, password } = account;
    const login = await this.#call(publicApi.loginAndCreateSession, signal, CALL_TIMEOUT_MS, { email, password });
    if (login.authenticated && login.userSessionGuid) return login.userSessionGuid;
    if (createIfMissing === undefined) throw new JoinError("sign-in", "E-mail or password is wrong.");
    const body = { email, password, firstName: this.#options.character, lastName: "" };
    const registered = await this.#call(publicApi.registerUser, signal, CALL_TIMEOUT_MS, body);
    if (registered.authenticated && registered.userSessionGuid) return registered.userSessionGuid;
    const isKnown = registered.errorMessage === "Duplicate Account!";
    throw new JoinError(
      "sign-in",
      isKnown ? "The password is wrong." : registered.errorMessage || "Signing up failed.",
    );
  }

  async #call<E extends (typeof publicApi)[keyof typeof publicApi]>(
    endpoint: E,
    signal: AbortSignal,
    timeoutMs: number,
    body: NonNullable<Parameters<typeof callEndpoint<E>>[1]["body"]>,
  ): ReturnType<typeof callEndpoint<E>> {
    const { url, customer } = this.#options;
    try {
      return await callEndpoint(endpoint, { baseUrl: url, customerGuid: customer, body, timeoutMs, signal });
    } catch (cause) {
      throw joinErrorFrom(cause);
    }
  }
}

function joinErrorFrom(cause: unknown): unknown {
  if (!(cause instanceof CallError)) return cause;
  switch (cause.failure) {
    case "unreachable":
    case "cancelled":
      return new JoinError("unreachable", "The game's servers can't be reached.", cause);
    case "timeout":
      return new JoinError("unreachable", "The game's servers did not answer in time.", cause);
    case "malformed":
      return new JoinError("unreachable", "The game's servers answered something unexpected.", cause);
    case "refused": {
      if (cause.status === 401) return new JoinError("sign-in", "This game is not known to the servers.", cause);
      const isTheirs = cause.status >= 500 || cause.status === 429;
      return new JoinError(isTheirs ? "unreachable" : "character", `The servers refused: ${cause.message}`, cause);
    }
  }
}
