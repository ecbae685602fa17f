import type { Scheduler } from "./scheduler.ts";

/** A process: handles one thing after another, unless it is dead, paused or slow. */
export class SimProcess {
  readonly id: number;
  isDead = false;
  readonly #scheduler: Scheduler;
  readonly #waiting: (() => void)[] = [];
  #isPaused = false;
  #slowMs = 0;
  #freeAtMs = 0;

  constructor(id: number, scheduler: Scheduler) {
    this.id = id;
    this.#scheduler = scheduler;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  post(run: () => void): void {
    if (this.isDead) return;
    if (this.#isPaused || this.#waiting.length > 0) {
      this.#waiting.push(run);
      return;
    }
    const { nowMs } = this.#scheduler;
    if (this.#slowMs === 0 && this.#freeAtMs <= nowMs) {
      run();
      return;
    }
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs + this.#slowMs);
    this.#scheduler.at(this.#freeAtMs, () => this.#runLater(run));
  }

  pause(): void {
    this.#isPaused = true;
  }

  wake(): void {
    this.#isPaused = false;
    for (let run = this.#waiting.shift(); run !== undefined && !this.isDead; run = this.#waiting.shift()) run();
  }

  /** Everything is handled this much later; 0 is as fast as others. */
  slow(ms: number): void {
    this.#slowMs = ms;
  }

  #runLater(run: () => void): void {
    if (this.isDead) return;
    if (this.#isPaused) this.#waiting.push(run);
    else run();
  }
}
