import type { Input } from "@ows/protocol/game";

/** Inputs that may wait for an acknowledgement: more than six seconds of movement at 20 Hz. */
export const INPUT_CAPACITY = 128;
/** Sent and not acknowledged at one time: a server keeps 64 waiting and refuses the rest. */
const MAX_IN_FLIGHT = 48;

export type NumberedInput = Input & { readonly seq: number };

/**
 * Inputs from the moment they are numbered until the server has acknowledged them. Numbers have no gaps; what was sent
 * on a lost link is sent again on the next one, and the server drops the numbers it has: each is applied once.
 */
export class InputQueue {
  readonly #pending: NumberedInput[] = [];
  #nextSeq = 1;
  #sentSeq = 0;

  /** Not acknowledged yet, oldest first. */
  get pending(): readonly NumberedInput[] {
    return this.#pending;
  }

  /** Number of the last input that is not pending any more. */
  get acknowledged(): number {
    return this.#nextSeq - 1 - this.#pending.length;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  get isFull(): boolean {
    return this.#pending.length >= INPUT_CAPACITY;
  }

  /** Numbers an input, or answers `undefined` when too many are waiting. */
  push(input: Input): NumberedInput | undefined {
    if (this.isFull) return undefined;
    const numbered = { ...input, seq: this.#nextSeq++ };
    this.#pending.push(numbered);
    return numbered;
  }

  /** Everything up to `seq` was applied. */
  acknowledge(seq: number): void {
    const kept = this.#pending.findIndex((input) => input.seq > seq);
    this.#pending.splice(0, kept < 0 ? this.#pending.length : kept);
    this.#sentSeq = Math.max(this.#sentSeq, seq);
    this.#nextSeq = Math.max(this.#nextSeq, seq + 1);
  }

  /**
   * A new link to the same avatar, whose newest applied input is `lastInputSeq`: the rest is to be sent again.
   * Answers how many inputs are lost because the server knows less than it had acknowledged.
   */
  reattach(lastInputSeq: number): number {
    this.acknowledge(lastInputSeq);
    this.#sentSeq = lastInputSeq;
    const first = this.#pending[0]?.seq ?? this.#nextSeq;
    return first === lastInputSeq + 1 ? 0 : this.restart(lastInputSeq);
  }

  /** Another avatar: what the former one had not acknowledged may or may not have happened, so it is dropped. */
  restart(lastInputSeq: number): number {
    const lost = this.#pending.length;
    this.#pending.length = 0;
    this.#nextSeq = lastInputSeq + 1;
    this.#sentSeq = lastInputSeq;
    return lost;
  }

  /** The next inputs to send on this link, at most `limit`; they count as sent. */
  takeUnsent(limit: number): readonly NumberedInput[] {
    const start = this.#pending.findIndex((input) => input.seq > this.#sentSeq);
    if (start < 0) return [];
    const taken = this.#pending.slice(start, Math.min(start + limit, MAX_IN_FLIGHT));
    this.#sentSeq = taken[taken.length - 1]?.seq ?? this.#sentSeq;
    return taken;
  }
}
