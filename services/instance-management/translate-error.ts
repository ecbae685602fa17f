import { BusError } from "@ows/bus";
import { ServiceError } from "@ows/service-kit";
import { translateStoreError } from "../translate-store-error.ts";

/** What a failure of the store or the bus means to a caller. */
export function translateError(error: unknown): ServiceError | undefined {
  if (error instanceof BusError) {
    return new ServiceError("unavailable", "The message bus can't be reached now. Try again.", { cause: error });
  }
  return translateStoreError(error);
}
