import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

/**
 * The stock Unreal plugin's travel ID (`?ID=<hex>`): AES-256-ECB over a shifted text, keyed by the hex text of an MD5.
 * Neither secret nor authentic by today's standards; kept because shipped clients speak it. The zone server therefore
 * believes only the session and the name in it, and only after asking the backend.
 */
export type TravelId = {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly roll: number;
  readonly pitch: number;
  readonly yaw: number;
  readonly characterName: string;
  readonly userSessionGuid: string;
};

export type TravelIdVerdict =
  | { readonly ok: true; readonly travelId: TravelId }
  | { readonly ok: false; readonly reason: string };

const DELIMITER = "OWS#@!";
const BLOCK_BYTES = 16;
const MAX_HEX_CHARACTERS = 4096;

/** @param padding fills the tail block; the plugin leaves uninitialised memory there. */
export function encryptTravelId(travelId: TravelId, secret: string, padding = 0): string {
  const t = travelId;
  const numbers = [t.x, t.y, t.z, t.roll, t.pitch, t.yaw].map(unrealFloat);
  const plain = [...numbers, unrealUrlEncode(t.characterName), t.userSessionGuid].join("|") + DELIMITER;
  const bytes = Buffer.alloc(plain.length + BLOCK_BYTES - (plain.length % BLOCK_BYTES), padding);
  for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i) - 1;
  const cipher = createCipheriv("aes-256-ecb", keyOf(secret), null).setAutoPadding(false);
  return cipher.update(bytes).toString("hex").toUpperCase();
}

/** Reads an ID as the plugin writes it. Splits before it decodes, so that no name can shift fields. */
export function decryptTravelId(hex: string, secret: string): TravelIdVerdict {
  if (hex.length === 0 || hex.length > MAX_HEX_CHARACTERS || hex.length % (2 * BLOCK_BYTES) !== 0) {
    return { ok: false, reason: "the travel ID's length is wrong" };
  }
  if (!/^[0-9a-fA-F]+$/.test(hex)) return { ok: false, reason: "the travel ID is not hexadecimal" };
  const decipher = createDecipheriv("aes-256-ecb", keyOf(secret), null).setAutoPadding(false);
  const shifted = decipher.update(Buffer.from(hex, "hex"));
  const text = Buffer.from(shifted.map((byte) => byte + 1)).toString("latin1");
  const end = text.indexOf(DELIMITER);
  if (end < 0) return { ok: false, reason: "the travel ID was made with another key" };
  return parseFields(text.slice(0, end).split("|"));
}

function parseFields(fields: readonly string[]): TravelIdVerdict {
  if (fields.length !== 8) return { ok: false, reason: `the travel ID has ${fields.length} fields, expected 8` };
  const numbers = fields.slice(0, 6).map(Number);
  if (!numbers.every(Number.isFinite)) return { ok: false, reason: "a coordinate in the travel ID is not a number" };
  const [x, y, z, roll, pitch, yaw] = numbers as [number, number, number, number, number, number];
  try {
    const characterName = decodeURIComponent(fields[6] as string);
    return { ok: true, travelId: { x, y, z, roll, pitch, yaw, characterName, userSessionGuid: fields[7] as string } };
  } catch {
    return { ok: false, reason: "the character name in the travel ID is not URL-encoded text" };
  }
}

function keyOf(secret: string): Buffer {
  return Buffer.from(createHash("md5").update(secret, "latin1").digest("hex"), "latin1");
}

/** Fixed notation, trailing zeros removed, at least one decimal: the engine's SanitizeFloat. */
function unrealFloat(value: number): string {
  const text = value.toFixed(6).replace(/0+$/, "");
  return text.endsWith(".") ? `${text}0` : text;
}

/** Everything but unreserved characters as upper-case %XX of UTF-8. */
function unrealUrlEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
