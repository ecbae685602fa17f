import { TickPacer } from "./tick-pacer.ts";
import type { TickTimes } from "./tick-times.ts";

export type TickLoopOptions = {
  readonly tickHz: number;
  /** Mesh time in milliseconds; never goes back. */
  readonly meshMs: () => number;
  readonly times: TickTimes;
  readonly runTick: (tick: number) => void;
};

/** Calls `runTick` for every tick that is due, each number once. Starts at once; ends when disposed. */
export class TickLoop implements Disposable {
  readonly #options: TickLoopOptions;
  readonly #pacer: TickPacer;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #isStopped = false;

  constructor(options: TickLoopOptions) {
    this.#options = options;
    this.#pacer = new TickPacer(1000 / options.tickHz, options.meshMs());
    this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  readonly #wake = (): void => {
    const { meshMs, times, runTick } = this.#options;
    const now = meshMs();
    const due = this.#pacer.take(now);
    times.skippedTicks += due.skipped;
    if (due.count > 0) times.late(due.latenessMs, now);
    for (let i = 0; i < due.count && !this.#isStopped; i++) runTick(due.first + i);
    if (!this.#isStopped) this.#schedule();
  };

  /** Timers fire up to a millisecond early or late: the last one is spent turning the event loop. */
  #schedule(): void {
    const delayMs = this.#pacer.delayMs(this.#options.meshMs());
    if (delayMs < 1) this.#immediate = setImmediate(this.#wake);
    else this.#timer = setTimeout(this.#wake, Math.floor(delayMs));
  }
}
