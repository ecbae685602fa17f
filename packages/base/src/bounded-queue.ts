import { assert } from "./assert.ts";

/** First in, first out, with a limit: `push` answers `false` when full, and the caller decides what that means. */
export class BoundedQueue<T> {
  readonly capacity: number;
  readonly #items: T[] = [];
  #head = 0;

  constructor(capacity: number) {
    assert(capacity > 0, "a queue holds at least one item");
    this.capacity = capacity;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): boolean {
    if (this.length >= this.capacity) return false;
    this.#items.push(item);
    return true;
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head++];
    // Compacting at half keeps the array within twice the capacity at constant cost per item.
    if (this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** A copy of what waits, first in first. */
  toArray(): T[] {
    return this.#items.slice(this.#head);
  }

  clear(): void {
    this.#items.length = 0;
    this.#head = 0;
  }
}
