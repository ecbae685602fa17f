/** Nonces remembered at once: a join storm is far below. */
const CAPACITY = 100_000;

/** Remembers the nonces of used tickets until the tickets have expired anyway. */
export class UsedNonces {
  readonly #expiry = new Map<string, number>();

  get size(): number {
    return this.#expiry.size;
  }

  /** `false` when the nonce was used before, or when there is no room to remember it. */
  use(nonce: string, expiresAtMs: number, wallMs: number): boolean {
    // Tickets live equally long, so the oldest entries are the first to expire.
    for (const [old, oldExpiresAtMs] of this.#expiry) {
      if (oldExpiresAtMs >= wallMs) break;
      this.#expiry.delete(old);
    }
    if (this.#expiry.has(nonce) || this.#expiry.size >= CAPACITY) return false;
    this.#expiry.set(nonce, expiresAtMs);
    return true;
  }
}
