import type { Store } from "@ows/store";

/** What the routes of character-persistence work with. */
export type CharacterPersistenceContext = { readonly store: Pick<Store, "ping" | "characters" | "claims" | "users"> };
