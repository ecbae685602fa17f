/** How long a piece of work that failed waits for its next try, in milliseconds. */
const RETRY_MS = 250;
/** Far more than the orders of one death; above it, questions come again by themselves. */
const MAX_WAITING = 65_536;

type Work = () => Promise<void>;

/** Does one thing after the other, and what fails again until it succeeds: nothing after it is done before. */
export class WorkQueue implements Disposable {
  readonly #onError: (error: unknown) => void;
  readonly #waiting: Work[] = [];
  readonly #idle: (() => void)[] = [];
  #isRunning = false;
  #isDisposed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(work: Work): void {
    if (this.#isDisposed || this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(work);
    if (!this.#isRunning) void this.#run();
  }

  /** Resolves once nothing waits, or the queue is given up. */
  drained(): Promise<void> {
    if (!this.#isRunning || this.#isDisposed) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#waiting.length = 0;
    clearTimeout(this.#retry);
    this.#release();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let work = this.#waiting[0]; work !== undefined && !this.#isDisposed; work = this.#waiting[0]) {
      try {
        await work();
        this.#waiting.shift();
      } catch (error) {
        this.#onError(error);
        await new Promise<void>((resolve) => {
          this.#retry = setTimeout(resolve, RETRY_MS);
          this.#retry.unref();
        });
      }
    }
    this.#isRunning = false;
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
