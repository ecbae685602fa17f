import { createHmac, timingSafeEqual } from "node:crypto";

export { CREDENTIAL_HEADER } from "../http/credential-header.ts";

/** What services and launchers prove themselves with. Derived from the secret they share; as good as the secret. */
export function serviceCredential(secret: string): string {
  return derive(secret, "service");
}

/** What one zone server proves itself with: minted by its launcher, good for that zone instance only. */
export function zoneCredential(secret: string, customerGuid: string, zoneInstanceId: number): string {
  return derive(secret, `zone:${customerGuid.toLowerCase()}:${zoneInstanceId}`);
}

export function verifyServiceCredential(secret: string, presented: string | undefined): boolean {
  return sameText(serviceCredential(secret), presented);
}

export function verifyZoneCredential(
  secret: string,
  customerGuid: string,
  zoneInstanceId: number,
  presented: string | undefined,
): boolean {
  return sameText(zoneCredential(secret, customerGuid, zoneInstanceId), presented);
}

function derive(secret: string, purpose: string): string {
  return createHmac("sha256", secret).update(purpose).digest("base64url");
}

/** Compares in constant time, so that timing tells nothing about the expected text. */
function sameText(expected: string, presented: string | undefined): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(presented ?? "");
  return a.length === b.length && timingSafeEqual(a, b);
}
