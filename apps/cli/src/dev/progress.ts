/** Shows what is being done and how long it took: one line a step. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #nowMs: () => number;
  readonly #isTerminal: boolean;
  readonly #isStopping: () => boolean;

  constructor(options: {
    readonly write: (text: string) => void;
    readonly nowMs: () => number;
    readonly isTerminal: boolean;
    /** True once the person wants no more: what fails then did not fail. */
    readonly isStopping: () => boolean;
  }) {
    this.#write = options.write;
    this.#nowMs = options.nowMs;
    this.#isTerminal = options.isTerminal;
    this.#isStopping = options.isStopping;
  }

  /** Runs a step. `done` makes the words for what came out of it. */
  async step<Result>(
    name: string,
    work: () => Promise<Result> | Result,
    done: (result: Result) => string,
  ): Promise<Result> {
    const startedAtMs = this.#nowMs();
    if (this.#isTerminal) this.#write(`  … ${name}`);
    try {
      const result = await work();
      const ms = Math.round(this.#nowMs() - startedAtMs);
      this.#line(`  ✓ ${name.padEnd(10)} ${done(result)}`, `${ms} ms`);
      return result;
    } catch (error) {
      if (!this.#isStopping()) this.#line(`  ✗ ${name}`, "");
      throw error;
    }
  }

  /** A line that belongs to no step. */
  say(sentence: string): void {
    this.#write(`${this.#isTerminal ? "\r\x1b[K" : ""}  ${sentence}\n`);
  }

  #line(text: string, time: string): void {
    const start = this.#isTerminal ? "\r\x1b[K" : "";
    this.#write(`${start}${time === "" ? text : `${text.padEnd(72)} ${time.padStart(8)}`}\n`);
  }
}
