import type { statusOf } from "@ows/protocol/http";
import { type Route, route, ServiceError } from "@ows/service-kit";
import type { Store } from "@ows/store";

/** `System/Status` of a service with a store: true once the database answers, 503 when it does not. */
export function statusRoute(endpoint: ReturnType<typeof statusOf>): Route<{ readonly store: Pick<Store, "ping"> }> {
  return route(endpoint, async (_call, { store }: { readonly store: Pick<Store, "ping"> }) => {
    try {
      await store.ping();
    } catch (cause) {
      throw new ServiceError("unavailable", "The database can't answer now. Try again.", { cause });
    }
    return true;
  });
}
