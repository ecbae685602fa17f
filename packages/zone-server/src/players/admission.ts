import type { Clock } from "@ows/base";
import type { AttachMode } from "@ows/protocol/game";
import { decryptTravelId, verifyTicket } from "@ows/protocol/ticket";
import { UsedNonces } from "./used-nonces.ts";

/** Clocks of two machines may differ: a ticket is remembered this much longer than it says, in milliseconds. */
const SKEW_MS = 10_000;
const MAX_CHARACTER_NAME = 50;

/** Who stands at the door, or what to tell them. */
export type Verdict =
  | { readonly ok: true; readonly characterName: string; readonly userSessionGuid: string | undefined }
  | { readonly ok: false; readonly reason: string };

/** Decides whether what a client presents makes it the player of a character. Rejects when the backend is unreachable. */
export type Admission = (mode: AttachMode, token: string) => Promise<Verdict>;

/** Admits everybody under the name that is given as token: for tests and for zone servers without a backend. */
export const openAdmission: Admission = (_mode, token) =>
  Promise.resolve(
    token.length > 0 && token.length <= MAX_CHARACTER_NAME
      ? { ok: true, characterName: token, userSessionGuid: undefined }
      : { ok: false, reason: `a character name has 1 to ${MAX_CHARACTER_NAME} letters` },
  );

export type SecureAdmissionOptions = {
  readonly customerGuid: string;
  readonly zoneInstanceId: number;
  /** Base64 SPKI, from the Join. */
  readonly ticketPublicKey: string;
  /** Of the plugin's travel IDs; `undefined` when this server does not take them. */
  readonly encryptionKey: string | undefined;
  /** Name of the session's selected character, when it belongs to the session's user. */
  readonly ownCharacterOf: (userSessionGuid: string) => Promise<string | undefined>;
  readonly clock: Clock;
};

/** Tickets of the backend, good once and here; and the plugin's travel IDs, believed only after asking the backend. */
export function secureAdmission(options: SecureAdmissionOptions): Admission {
  const nonces = new UsedNonces();
  return (mode, token) =>
    mode === "travel-id" ? admitTravelId(options, token) : Promise.resolve(admitTicket(options, nonces, token));
}

function admitTicket(options: SecureAdmissionOptions, nonces: UsedNonces, token: string): Verdict {
  const wallMs = options.clock.wallMs();
  const verdict = verifyTicket(token, options.ticketPublicKey, wallMs);
  if (!verdict.ok) return verdict;
  const { ticket } = verdict;
  if (ticket.customerGuid.toLowerCase() !== options.customerGuid.toLowerCase()) {
    return { ok: false, reason: "the ticket is another customer's" };
  }
  if (ticket.zoneInstanceId !== options.zoneInstanceId) {
    return {
      ok: false,
      reason: `the ticket is for zone instance ${ticket.zoneInstanceId}, this is ${options.zoneInstanceId}`,
    };
  }
  if (!nonces.use(ticket.nonce, ticket.expiresAtMs + SKEW_MS, wallMs)) {
    return { ok: false, reason: "the ticket was used before" };
  }
  return { ok: true, characterName: ticket.characterName, userSessionGuid: ticket.userSessionGuid };
}

async function admitTravelId(options: SecureAdmissionOptions, token: string): Promise<Verdict> {
  if (options.encryptionKey === undefined) return { ok: false, reason: "this server takes no travel IDs" };
  const verdict = decryptTravelId(token, options.encryptionKey);
  if (!verdict.ok) return verdict;
  const { characterName, userSessionGuid } = verdict.travelId;
  const own = await options.ownCharacterOf(userSessionGuid);
  if (own === undefined)
    return { ok: false, reason: "the session of this travel ID is not known, or has no character" };
  if (own !== characterName) return { ok: false, reason: "the session has selected another character" };
  return { ok: true, characterName, userSessionGuid };
}
