import { BoundedQueue } from "@ows/base";
import type { Input } from "@ows/protocol/game";

/** Inputs that may wait: over a second of a client that was held up. */
const CAPACITY = 64;
/** Most inputs of one client in one tick. */
const MAX_PER_TICK = 4;
/** Ticks of moving that a client may be behind and make up for. */
const MAX_CREDIT = 12;

type NumberedInput = { readonly seq: number; readonly input: Input };

/**
 * Inputs of one avatar, applied once each and in order. Moving costs credit, one per tick and kind: whoever sends
 * faster than the game ticks waits, and what waits too long is refused.
 */
export class InputQueue {
  readonly #waiting = new BoundedQueue<NumberedInput>(CAPACITY);
  /** Credit by kind; kinds that do not move the avatar have none. */
  readonly #credit: (number | undefined)[];
  #lastQueued: number;
  #lastApplied: number;
  refused = 0;

  /** @param movesAvatar by kind: whether the game predicts with it. */
  constructor(movesAvatar: readonly boolean[], lastApplied = 0) {
    this.#credit = movesAvatar.map((moves) => (moves ? MAX_CREDIT : undefined));
    this.#lastQueued = lastApplied;
    this.#lastApplied = lastApplied;
  }

  /** The newest input that was applied, or was passed over because it did not fit. */
  get lastApplied(): number {
    return this.#lastApplied;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Takes inputs `firstSeq`, `firstSeq + 1`, …; those known already are left out. */
  add(firstSeq: number, inputs: readonly Input[]): void {
    for (let i = 0; i < inputs.length; i++) {
      const seq = firstSeq + i;
      if (seq <= this.#lastQueued) continue;
      this.#lastQueued = seq;
      if (!this.#waiting.push({ seq, input: inputs[i] as Input })) this.refused++;
    }
  }

  /** Once per tick: applies what is due, one call each. */
  apply(run: (input: Input) => void): void {
    for (let kind = 0; kind < this.#credit.length; kind++) {
      const credit = this.#credit[kind];
      if (credit !== undefined) this.#credit[kind] = Math.min(MAX_CREDIT, credit + 1);
    }
    for (let applied = 0; applied < MAX_PER_TICK; applied++) {
      const next = this.#waiting.peek();
      if (next === undefined) break;
      const credit = this.#credit[next.input.kind];
      if (credit !== undefined && credit < 1) break;
      if (credit !== undefined) this.#credit[next.input.kind] = credit - 1;
      this.#waiting.shift();
      this.#lastApplied = next.seq;
      run(next.input);
    }
    // Nothing waits: what came after the last applied one was refused, and is passed over.
    if (this.#waiting.length === 0) this.#lastApplied = this.#lastQueued;
  }

  /** A new client takes over: what the old one had waiting, the new one sends again. */
  forgetWaiting(): void {
    this.#waiting.clear();
    this.#lastQueued = this.#lastApplied;
  }
}
