import { createHash, timingSafeEqual } from "node:crypto";

const PREFIX = "$1$";
const ROUNDS = 1000;
const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Whether a stored hash is MD5-crypt, as databases of OWS hold them. */
export function isMd5Crypt(stored: string): boolean {
  return /^\$1\$[^$]{0,8}\$[./0-9A-Za-z]{22}$/.test(stored);
}

/** Checks a password against an MD5-crypt hash, which is known to be weak: replace it as soon as one matches. */
export function verifyMd5Crypt(stored: string, password: string): boolean {
  if (!isMd5Crypt(stored)) return false;
  const salt = stored.slice(PREFIX.length, stored.lastIndexOf("$"));
  return timingSafeEqual(Buffer.from(md5Crypt(password, salt)), Buffer.from(stored));
}

/** MD5-crypt of a UTF-8 password: `$1$`, the salt (at most 8 characters), `$`, 22 characters. */
export function md5Crypt(password: string, salt: string): string {
  const secret = Buffer.from(password);
  const saltBytes = Buffer.from(salt.slice(0, 8));
  let digest = firstDigest(secret, saltBytes);
  for (let round = 0; round < ROUNDS; round++) digest = nextDigest(digest, round, secret, saltBytes);
  return `${PREFIX}${saltBytes}$${encode(digest)}`;
}

function firstDigest(secret: Buffer, salt: Buffer): Buffer {
  const mixed = md5(secret, salt, secret);
  const parts = [secret, Buffer.from(PREFIX), salt];
  for (let left = secret.length; left > 0; left -= mixed.length) parts.push(mixed.subarray(0, left));
  for (let bits = secret.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? Buffer.of(0) : secret.subarray(0, 1));
  return md5(...parts);
}

function nextDigest(digest: Buffer, round: number, secret: Buffer, salt: Buffer): Buffer {
  const isOdd = round % 2 === 1;
  return md5(
    isOdd ? secret : digest,
    round % 3 === 0 ? Buffer.of() : salt,
    round % 7 === 0 ? Buffer.of() : secret,
    isOdd ? digest : secret,
  );
}

function md5(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Which digest bytes make each group of four characters; the last group has one byte and two characters. */
const groups = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

function encode(digest: Buffer): string {
  const byte = (index: number) => digest[index] ?? 0;
  const full = groups.map(([high, middle, low]) => letters((byte(high) << 16) | (byte(middle) << 8) | byte(low), 4));
  return full.join("") + letters(byte(11), 2);
}

function letters(value: number, count: number): string {
  let text = "";
  for (let rest = value; text.length < count; rest >>= 6) text += alphabet[rest & 0x3f];
  return text;
}
