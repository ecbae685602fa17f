import { hashPassword, isArgon2, verifyArgon2 } from "./argon2id.ts";
import { verifyMd5Crypt } from "./md5-crypt.ts";
import type { WorkLimit } from "./work-limit.ts";

/** Longer ones are refused: nobody types them, and hashing them costs. */
export const PASSWORD_LIMIT = 256;

type PasswordVerdict =
  | { readonly kind: "right" }
  /** Right, and `betterHash` should take the place of the weak stored one. */
  | { readonly kind: "right-but-weak"; readonly betterHash: string }
  | { readonly kind: "wrong" };

/** Hashes and checks passwords within the login budget. Both throw `busy` when too many wait. */
export type Passwords = {
  readonly hash: (password: string) => Promise<string>;
  /** `stored` is undefined for an unknown user, which takes as long as a wrong password. */
  readonly check: (stored: string | undefined, password: string) => Promise<PasswordVerdict>;
};

/** `decoyHash` is what unknown users are checked against. */
export function passwordsWithin(limit: WorkLimit, decoyHash: string): Passwords {
  return {
    hash: (password) => limit.run(() => hashPassword(password)),
    check: (stored, password) => limit.run(() => check(stored ?? decoyHash, password, decoyHash, stored !== undefined)),
  };
}

async function check(stored: string, password: string, decoyHash: string, isKnown: boolean): Promise<PasswordVerdict> {
  if (password.length > PASSWORD_LIMIT) return { kind: "wrong" };
  if (isArgon2(stored)) {
    const isRight = await verifyArgon2(stored, password);
    return isRight && isKnown ? { kind: "right" } : { kind: "wrong" };
  }
  if (verifyMd5Crypt(stored, password)) return { kind: "right-but-weak", betterHash: await hashPassword(password) };
  // A wrong password costs the same whatever kind of hash the user has.
  await verifyArgon2(decoyHash, password);
  return { kind: "wrong" };
}
