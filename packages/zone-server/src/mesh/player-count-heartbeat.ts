import type { Clock } from "@ows/base";
import type { Logger } from "@ows/service-kit";

const EVERY_MS = 10_000;
/** Changes closer together than this go in one report. */
const AT_MOST_EVERY_MS = 1_000;
const TRY_AGAIN_MS = 2_000;

/** Tells instance-management how many players are here: every 10 seconds, and soon after each change. */
export class PlayerCountHeartbeat implements AsyncDisposable {
  readonly #report: (players: number) => Promise<void>;
  readonly #count: () => number;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #reportedAtMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #hasChanged = false;
  #isFailing = false;
  #isDisposed = false;

  constructor(options: {
    readonly report: (players: number) => Promise<void>;
    readonly count: () => number;
    readonly logger: Logger;
    readonly clock: Clock;
  }) {
    this.#report = options.report;
    this.#count = options.count;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#reportedAtMs = options.clock.nowMs();
    this.#schedule(EVERY_MS);
  }

  /** The number of players is another one. */
  changed(): void {
    if (this.#hasChanged) return;
    this.#hasChanged = true;
    if (this.#running === undefined) this.#schedule(this.#soonestMs());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #soonestMs(): number {
    return Math.max(0, this.#reportedAtMs + AT_MOST_EVERY_MS - this.#clock.nowMs());
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#beat();
    }, delayMs);
  }

  async #beat(): Promise<void> {
    this.#hasChanged = false;
    this.#reportedAtMs = this.#clock.nowMs();
    try {
      await this.#report(this.#count());
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#logger.warn({ err: error }, "the number of players could not be reported");
      this.#isFailing = true;
    }
    this.#running = undefined;
    this.#schedule(this.#hasChanged ? this.#soonestMs() : this.#isFailing ? TRY_AGAIN_MS : EVERY_MS);
  }
}
