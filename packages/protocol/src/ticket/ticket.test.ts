import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  decryptTravelId,
  encryptTravelId,
  type PlayerTicket,
  signTicket,
  type TravelId,
  ticketKeys,
  verifyServiceCredential,
  verifyTicket,
  verifyZoneCredential,
  zoneCredential,
} from "./index.ts";

const vectors = JSON.parse(readFileSync(new URL("./vectors/travel-id.json", import.meta.url), "utf8")) as {
  key: string;
  travelId: TravelId;
  hex: string;
}[];

const GUID = "11111111-2222-3333-4444-555555555555";
const ticket: PlayerTicket = {
  customerGuid: GUID,
  characterName: "Hero",
  userSessionGuid: GUID,
  zoneInstanceId: 7,
  nonce: "n",
  expiresAtMs: 1_000_000,
};

test("travel IDs are the bytes that the plugin's description gives", () => {
  for (const { key, travelId, hex } of vectors) {
    expect(encryptTravelId(travelId, key)).toBe(hex);
    expect(decryptTravelId(hex, key)).toEqual({ ok: true, travelId });
    expect(decryptTravelId(hex.toLowerCase(), key)).toEqual({ ok: true, travelId });
  }
});

test("uninitialised bytes after the delimiter change nothing", () => {
  const { key, travelId } = vectors[0]!;
  expect(decryptTravelId(encryptTravelId(travelId, key, 0xa7), key)).toEqual({ ok: true, travelId });
});

test("a name cannot shift the fields of a travel ID", () => {
  const travelId = { ...vectors[0]!.travelId, characterName: "a|b%7C|c" };
  expect(decryptTravelId(encryptTravelId(travelId, "k"), "k")).toEqual({ ok: true, travelId });
});

test("a forged travel ID is refused with its reason", () => {
  const { hex } = vectors[0]!;
  expect(decryptTravelId(hex, "another key")).toMatchObject({ reason: "the travel ID was made with another key" });
  expect(decryptTravelId(hex.slice(2), "MyOWSKey")).toMatchObject({ ok: false });
  expect(decryptTravelId("", "MyOWSKey")).toMatchObject({ ok: false });
  expect(decryptTravelId("zz".repeat(16), "MyOWSKey")).toMatchObject({ reason: "the travel ID is not hexadecimal" });
});

test("a signed ticket is accepted until it expires and refused when one character differs", () => {
  const keys = ticketKeys("secret");
  const text = signTicket(ticket, keys.privateKey);
  expect(verifyTicket(text, keys.publicKey, 999_999)).toEqual({ ok: true, ticket });
  expect(verifyTicket(text, keys.publicKey, 1_006_000)).toMatchObject({ reason: "the ticket has expired" });
  expect(verifyTicket(text, ticketKeys("other").publicKey, 0)).toMatchObject({ ok: false });
  const forged = `${Buffer.from(JSON.stringify({ ...ticket, characterName: "King" })).toString("base64url")}.${text.split(".")[1]}`;
  expect(verifyTicket(forged, keys.publicKey, 0)).toMatchObject({ reason: "the ticket's signature is wrong" });
  expect(verifyTicket("nonsense", keys.publicKey, 0)).toMatchObject({ reason: "the ticket is malformed" });
});

test("a zone credential opens its own zone instance only, and no service's door", () => {
  const credential = zoneCredential("secret", GUID, 7);
  expect(verifyZoneCredential("secret", GUID.toUpperCase(), 7, credential)).toBe(true);
  expect(verifyZoneCredential("secret", GUID, 8, credential)).toBe(false);
  expect(verifyServiceCredential("secret", credential)).toBe(false);
  expect(verifyServiceCredential("secret", undefined)).toBe(false);
});
