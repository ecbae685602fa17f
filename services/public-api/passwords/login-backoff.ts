import { createHash } from "node:crypto";
import { networkOf } from "./network-of.ts";

/** Mistyping is human; so many tries in a row are answered at once. */
const FREE_TRIES = 10;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;
/** Longer than the longest pause, or waiting it out would begin the count anew. */
const FORGET_AFTER_MS = 900_000;
/** About 100 bytes each. Who fills this to be forgotten pays with a password hash for each place. */
const CAPACITY = 10_000;

type Tries = { readonly count: number; readonly lastMs: number; readonly nextMs: number };

/** Whose tries are counted together. An owner at another address is not slowed by a guesser. */
export type Guesser = { readonly customerGuid: string; readonly email: string; readonly address: string };

/** Slows who keeps trying passwords for one account, by account and address: a pause that doubles with each try. */
export class LoginBackoff {
  readonly #tries = new Map<string, Tries>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#tries.size;
  }

  /**
   * Counts a try as a failed one until `forget` or `takeBack`, so that many at once gain nothing. Answers how long this
   * guesser has to wait instead, in milliseconds; 0: go ahead.
   */
  begin(guesser: Guesser): number {
    const nowMs = this.#nowMs();
    const key = keyOf(guesser);
    const known = this.#tries.get(key);
    const before = known !== undefined && nowMs - known.lastMs < FORGET_AFTER_MS ? known : undefined;
    if (before !== undefined && nowMs < before.nextMs) return before.nextMs - nowMs;
    const count = (before?.count ?? 0) + 1;
    // Re-inserted, so that the one that was quiet for longest is first.
    this.#tries.delete(key);
    this.#tries.set(key, { count, lastMs: nowMs, nextMs: nowMs + pauseMs(count) });
    const [quietest] = this.#tries.keys();
    if (this.#tries.size > CAPACITY && quietest !== undefined) this.#tries.delete(quietest);
    return 0;
  }

  /** The password was not looked at: nothing was learned by this try. */
  takeBack(guesser: Guesser): void {
    const key = keyOf(guesser);
    const known = this.#tries.get(key);
    if (known !== undefined) this.#tries.set(key, { ...known, count: known.count - 1, nextMs: known.lastMs });
  }

  /** The password was right. */
  forget(guesser: Guesser): void {
    this.#tries.delete(keyOf(guesser));
  }
}

function pauseMs(tries: number): number {
  return tries < FREE_TRIES ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - FREE_TRIES));
}

/** A digest: an e-mail of a megabyte must not be kept. */
function keyOf({ customerGuid, email, address }: Guesser): string {
  return createHash("sha256")
    .update(JSON.stringify([customerGuid, email.toLowerCase(), networkOf(address)]))
    .digest("base64");
}
