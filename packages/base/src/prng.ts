/** State of a generator: four unsigned 32-bit words. Plain data, so it can travel with an entity. */
export type PrngState = readonly [number, number, number, number];

/**
 * Seeded pseudo-random numbers (sfc32): the same seed gives the same sequence on every machine.
 * Not for secrets.
 */
export class Prng {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  private constructor(state: PrngState) {
    [this.#a, this.#b, this.#c, this.#counter] = state;
  }

  /** A generator for any integer or text seed. */
  static fromSeed(seed: number | string): Prng {
    const word = typeof seed === "number" ? seed >>> 0 : hash32(seed);
    const prng = new Prng([0x9e3779b9 ^ word, 0x243f6a88, word, 1]);
    for (let i = 0; i < 12; i++) prng.u32();
    return prng;
  }

  static fromState(state: PrngState): Prng {
    return new Prng(state);
  }

  state(): PrngState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#counter >>> 0];
  }

  /** An unsigned 32-bit integer. */
  u32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** 0 <= value < 1. */
  float(): number {
    return this.u32() / 0x1_0000_0000;
  }

  /** An integer in `low … high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.float() * (high - low + 1));
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T;
  }
}

/** FNV-1a over UTF-16 code units: a stable 32-bit hash for seeds and tables, not for secrets. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
