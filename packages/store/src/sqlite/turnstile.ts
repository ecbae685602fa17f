import { StoreError } from "../errors.ts";

/** Lets one holder in at a time, in the order in which they came, and turns the rest away when the queue is full. */
export class Turnstile {
  readonly #capacity: number;
  readonly #waiting: (() => void)[] = [];
  #held = false;
  #isClosed = false;

  /** @param capacity how many may wait behind the holder */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Rejects with `overloaded` when the queue is full, and with `closed` after `enterLast`. */
  enter(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new StoreError("closed", "the database is closed"));
    if (!this.#held) {
      this.#held = true;
      return Promise.resolve();
    }
    if (this.#waiting.length >= this.#capacity) {
      const error = new StoreError("overloaded", `${this.#capacity} operations wait for the database already`);
      return Promise.reject(error);
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Waits behind those who wait already, and lets nobody in any more. */
  enterLast(): Promise<void> {
    this.#isClosed = true;
    if (!this.#held) {
      this.#held = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next();
  }
}
