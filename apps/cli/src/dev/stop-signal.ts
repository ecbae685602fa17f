/** npm passes Ctrl-C on to a process that the terminal has told already: two within this time are one. */
const SAME_KEYSTROKE_MS = 700;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Turns the first SIGINT, SIGTERM or SIGHUP into an abort, and a later one into `onForce`. */
export class StopSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #onForce: () => void;
  readonly #nowMs: () => number;
  #firstAtMs = 0;

  constructor(nowMs: () => number, onForce: () => void) {
    this.#nowMs = nowMs;
    this.#onForce = onForce;
    for (const name of SIGNALS) process.on(name, this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Resolves once somebody asked to stop. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      else this.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal);
  }

  readonly #onSignal = (): void => {
    if (!this.signal.aborted) {
      this.#firstAtMs = this.#nowMs();
      this.#controller.abort(new Error("stopped while starting"));
    } else if (this.#nowMs() - this.#firstAtMs >= SAME_KEYSTROKE_MS) {
      this.#onForce();
    }
  };
}
