import type { Clock } from "@ows/base";

/**
 * Remembers an answer for a moment and asks once for all who want it meanwhile: many open dashboards cost the services
 * no more than one.
 */
export class SingleFlight<Key, Answer> {
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #keepMs: number;
  readonly #entries = new Map<Key, { readonly answer: Promise<Answer>; readonly untilMs: number }>();

  constructor(clock: Pick<Clock, "nowMs">, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  get(key: Key, ask: () => Promise<Answer>): Promise<Answer> {
    const nowMs = this.#clock.nowMs();
    for (const [old, entry] of this.#entries) if (entry.untilMs <= nowMs) this.#entries.delete(old);
    const known = this.#entries.get(key);
    if (known !== undefined) return known.answer;
    const answer = ask();
    this.#entries.set(key, { answer, untilMs: nowMs + this.#keepMs });
    return answer;
  }
}
