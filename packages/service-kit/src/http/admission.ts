import type { Endpoint } from "@ows/protocol/http";
import { EMPTY_GUID, parseGuidHeader } from "@ows/protocol/http";
import { verifyServiceCredential, verifyZoneCredential } from "@ows/protocol/ticket";
import { ServiceError } from "../service-error.ts";
import type { KnownCustomers } from "./known-customers.ts";

/** Answers the customer a request acts for, or throws `unauthenticated` where the endpoint insists on a known one. */
export async function admitCustomer(
  endpoint: Endpoint,
  header: string | undefined,
  customers: KnownCustomers,
): Promise<string> {
  if (endpoint.customer === "ignored") return EMPTY_GUID;
  const customerGuid = parseGuidHeader(header);
  if (customerGuid !== undefined && (await customers.isKnown(customerGuid))) return customerGuid;
  if (endpoint.customer === "lenient") return EMPTY_GUID;
  throw new ServiceError(
    "unauthenticated",
    customerGuid === undefined ? "X-CustomerGUID should be the customer's GUID." : "This customer is not known.",
  );
}

/** Checks `X-OWS-Credential`. A zone server's credential is good for the zone instance that the request names. */
export function checkCredential(
  call: { readonly endpoint: Endpoint; readonly customerGuid: string; readonly request: unknown },
  header: string | undefined,
  secret: string,
): void {
  const { endpoint, customerGuid, request } = call;
  if (endpoint.credential === "none") return;
  const isGood =
    endpoint.credential === "service"
      ? verifyServiceCredential(secret, header)
      : verifyZoneCredential(secret, customerGuid, zoneInstanceIdIn(request), header);
  if (isGood) return;
  const owner = endpoint.credential === "service" ? "a service or launcher" : "the zone server it names";
  throw new ServiceError("unauthenticated", `X-OWS-Credential should be the credential of ${owner}.`);
}

function zoneInstanceIdIn(request: unknown): number {
  const isNamed = typeof request === "object" && request !== null && "zoneInstanceId" in request;
  return isNamed && typeof request.zoneInstanceId === "number" ? request.zoneInstanceId : 0;
}
