import { ServiceError } from "@ows/service-kit";
import { StoreError } from "@ows/store";

/** What a failure of the store means to a caller. The store's own words stay in the log. */
export function translateStoreError(error: unknown): ServiceError | undefined {
  if (!(error instanceof StoreError)) return undefined;
  switch (error.code) {
    case "busy":
    case "overloaded":
    case "closed":
      return new ServiceError("unavailable", "The database can't answer now. Try again.", { cause: error });
    case "constraint":
      return new ServiceError("invalid-argument", "A value is missing or too long.", { cause: error });
    case "unique":
      return new ServiceError("conflict", "This exists already.", { cause: error });
    case "failed":
      return undefined;
  }
}
