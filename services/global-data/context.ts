import type { Store } from "@ows/store";

/** What the routes of global-data work with. */
export type GlobalDataContext = { readonly store: Pick<Store, "ping" | "globalData"> };
