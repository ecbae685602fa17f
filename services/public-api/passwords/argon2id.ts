import { hash, verify } from "@node-rs/argon2";

/** OWASP's first choice for Argon2id, the library's default kind: 19 MiB, two passes, one lane. Runs on a worker thread. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash in PHC text form, 97 characters, with its own random salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

/** False for a wrong password and for a text that is no Argon2 hash. */
export async function verifyArgon2(stored: string, password: string): Promise<boolean> {
  return isArgon2(stored) && (await verify(stored, password));
}

export function isArgon2(stored: string): boolean {
  return stored.startsWith("$argon2");
}
