import { createHash, randomBytes } from "node:crypto";

/** A token that lets its bearer attach to an avatar again: 256 random bits. Only its hash is kept. */
export function newResumeToken(): { readonly token: string; readonly hash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: hashResumeToken(token) };
}

export function hashResumeToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
