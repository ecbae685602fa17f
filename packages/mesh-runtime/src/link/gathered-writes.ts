/**
 * Gathers what is written in one turn of the event loop: one system call instead of one for each message. The bytes
 * are not copied before that, so whoever writes them leaves them as they are.
 */
export class GatheredWrites {
  readonly #write: (bytes: Uint8Array) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  add(bytes: Uint8Array): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.flush());
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** Writes what waits, now. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#write(waiting.length === 1 ? (waiting[0] as Uint8Array) : Buffer.concat(waiting));
  }
}
