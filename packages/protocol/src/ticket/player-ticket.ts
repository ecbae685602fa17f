import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** How long a ticket may be used after it was signed, in milliseconds. */
export const TICKET_LIFETIME_MS = 30_000;
/** How far the clocks of two machines may be apart, in milliseconds. */
const CLOCK_SKEW_MS = 5_000;

/** Lets one client attach to one zone server as one character, once. */
export type PlayerTicket = {
  readonly customerGuid: string;
  readonly characterName: string;
  readonly userSessionGuid: string;
  readonly zoneInstanceId: number;
  /** Random; the zone server remembers it until the ticket has expired, so that it is good for one attach. */
  readonly nonce: string;
  /** Milliseconds since 1970 UTC. */
  readonly expiresAtMs: number;
};

export type TicketVerdict =
  | { readonly ok: true; readonly ticket: PlayerTicket }
  | { readonly ok: false; readonly reason: string };

/** The key pair that every coordinator of a cluster derives from the secret: Ed25519, seed = SHA-256. */
export function ticketKeys(secret: string): { readonly privateKey: KeyObject; readonly publicKey: string } {
  const seed = createHash("sha256").update(`ows-mesh player ticket ${secret}`).digest();
  // RFC 8410: a fixed PKCS#8 prefix before the 32 bytes of an Ed25519 private key.
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
  return { privateKey, publicKey };
}

/** `base64url(json).base64url(signature)`. */
export function signTicket(ticket: PlayerTicket, privateKey: KeyObject): string {
  const payload = Buffer.from(JSON.stringify(ticket));
  return `${payload.toString("base64url")}.${sign(null, payload, privateKey).toString("base64url")}`;
}

/**
 * Checks signature, form and expiry. Single use and the right zone instance are the zone server's to check.
 * @param publicKey base64 of the SPKI form, as `POST /api/Mesh/Join` answers it.
 */
export function verifyTicket(text: string, publicKey: string, wallMs: number): TicketVerdict {
  const [payloadText, signatureText, ...rest] = text.split(".");
  if (payloadText === undefined || signatureText === undefined || rest.length > 0 || text.length > 2048) {
    return { ok: false, reason: "the ticket is malformed" };
  }
  const payload = Buffer.from(payloadText, "base64url");
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  if (!verify(null, payload, key, Buffer.from(signatureText, "base64url"))) {
    return { ok: false, reason: "the ticket's signature is wrong" };
  }
  // Signed by us, so its form is ours.
  const ticket = JSON.parse(payload.toString()) as PlayerTicket;
  if (wallMs > ticket.expiresAtMs + CLOCK_SKEW_MS) return { ok: false, reason: "the ticket has expired" };
  return { ok: true, ticket };
}
