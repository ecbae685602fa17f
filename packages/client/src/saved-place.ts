/** What the SDK needs of the Web Storage API: `sessionStorage` brings a reloaded page back into the world. */
export interface PlaceStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What a client must know to come back without its password. */
export type Place = {
  readonly session: string | undefined;
  /** Where the avatar stands and what proves that it is ours. */
  readonly resume: { readonly url: string; readonly token: string } | undefined;
};

const NOWHERE: Place = { session: undefined, resume: undefined };

/** Keeps the place of one character, in memory and – when there is one – in the given storage. */
export class SavedPlace {
  readonly #storage: PlaceStorage | undefined;
  readonly #key: string;
  #place: Place;

  constructor(storage: PlaceStorage | undefined, key: string) {
    this.#storage = storage;
    this.#key = key;
    this.#place = parsePlace(readItem(storage, key));
  }

  get current(): Place {
    return this.#place;
  }

  update(change: Partial<Place>): void {
    this.#place = { ...this.#place, ...change };
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(this.#place));
    } catch {
      // A full or forbidden storage costs the place after a reload, nothing now.
    }
  }

  clear(): void {
    this.#place = NOWHERE;
    this.#storage?.removeItem(this.#key);
  }
}

function readItem(storage: PlaceStorage | undefined, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** Anything that is not a place (another version wrote it, a person edited it) is nowhere. */
function parsePlace(json: string | null): Place {
  try {
    const found: unknown = JSON.parse(json ?? "null");
    if (typeof found !== "object" || found === null) return NOWHERE;
    const session = "session" in found && typeof found.session === "string" ? found.session : undefined;
    const resume = "resume" in found && isResume(found.resume) ? found.resume : undefined;
    return { session, resume };
  } catch {
    return NOWHERE;
  }
}

function isResume(value: unknown): value is { url: string; token: string } {
  if (typeof value !== "object" || value === null) return false;
  return "url" in value && typeof value.url === "string" && "token" in value && typeof value.token === "string";
}
