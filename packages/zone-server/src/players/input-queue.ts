import { BoundedQueue } from "@ows/base";
import type { Input } from "@ows/protocol/game";

/** Inputs that may wait: over a second of a client that was held up. */
const CAPACITY = 64;
/** Most inputs of one client in one tick. */
const MAX_PER_TICK = 4;
/** Ticks of moving that a client may be behind and make up for. */
const MAX_CREDIT = 12;

type NumberedInput = { readonly seq: number; readonly input: Input };

/** All there is to a queue: what travels with an avatar to another server. */
export type InputQueueState = {
  readonly lastApplied: number;
  readonly lastQueued: number;
  readonly waiting: readonly NumberedInput[];
  /** By kind; `undefined` for kinds that cost none. */
  readonly credit: readonly (number | undefined)[];
};

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

  /** A queue that goes on where another one, elsewhere, stopped. */
  static fromState(movesAvatar: readonly boolean[], state: InputQueueState): InputQueue {
    const queue = new InputQueue(movesAvatar, state.lastApplied);
    queue.#lastQueued = state.lastQueued;
    for (const numbered of state.waiting) queue.#waiting.push(numbered);
    for (let kind = 0; kind < queue.#credit.length; kind++) {
      if (queue.#credit[kind] !== undefined) queue.#credit[kind] = state.credit[kind] ?? MAX_CREDIT;
    }
    return queue;
  }

  state(): InputQueueState {
    return {
      lastApplied: this.#lastApplied,
      lastQueued: this.#lastQueued,
      waiting: this.#waiting.toArray(),
      credit: [...this.#credit],
    };
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

  /**
   * Takes inputs that came by way of another server. One that leaves a gap is left out, with all after it: what was
   * lost on the way is sent again by the client itself.
   */
  addForwarded(firstSeq: number, inputs: readonly Input[]): void {
    if (firstSeq <= this.#lastQueued + 1) this.add(firstSeq, inputs);
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
