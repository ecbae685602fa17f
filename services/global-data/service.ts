import { globalData } from "@ows/protocol/http";
import { createService, type HttpService, knownCustomers, type Logger, type Registry } from "@ows/service-kit";
import type { Store } from "@ows/store";
import { statusRoute } from "../status-route.ts";
import { translateStoreError } from "../translate-store-error.ts";
import { addOrUpdateGlobalDataItem } from "./routes/add-or-update-global-data-item.ts";
import { getGlobalDataItem } from "./routes/get-global-data-item.ts";
import type { GlobalDataSettings } from "./settings.ts";

export type GlobalDataParts = {
  readonly settings: GlobalDataSettings;
  readonly store: Pick<Store, "ping" | "customers" | "globalData">;
  readonly logger: Logger;
  /** Where its metrics go; a registry of its own when not given. */
  readonly registry?: Registry;
};

/** Starts global-data: texts by key, one set per customer. The store stays the caller's to dispose. */
export function startGlobalData({ settings, store, logger, registry }: GlobalDataParts): Promise<HttpService> {
  return createService({
    ...settings,
    name: "global-data",
    routes: [statusRoute(globalData.status), getGlobalDataItem, addOrUpdateGlobalDataItem],
    context: { store },
    customers: knownCustomers({ exists: (guid) => store.customers.exists(guid), nowMs: () => performance.now() }),
    logger,
    ...(registry === undefined ? {} : { registry }),
    translateError: translateStoreError,
  });
}
