/** Around a handoff, the updates of the own avatar that are looked at, in milliseconds. */
const BEFORE_MS = 500;
const AFTER_MS = 1_000;
/** Handoffs under measurement; with more at a time the oldest is given out early. */
const MAX_OPEN = 32;

/** One change of server as its player could feel it. */
export type Handoff = {
  readonly from: string;
  readonly to: string;
  /**
   * Largest gap between two updates of the own avatar, from half a second before the change to a second after it, minus
   * the usual (median) gap; never below 0. In milliseconds.
   */
  readonly interruptionMs: number;
  /** Largest correction of the predicted avatar within the second after the change: movement itself is none. */
  readonly jumpMetres: number;
};

type Update = { readonly atMs: number; readonly jumpMetres: number };
type Open = { readonly from: string; readonly to: string; readonly atMs: number };

/** Measures changes of server by the updates around them. */
export class HandoffMeter {
  #updates: Update[] = [];
  #open: Open[] = [];
  #count = 0;
  #last: Handoff | undefined;

  /** Changes of server so far. */
  get count(): number {
    return this.#count;
  }

  /** The last one that was measured to its end. */
  get last(): Handoff | undefined {
    return this.#last;
  }

  /** The avatar changed its server. */
  changed(from: string, to: string, nowMs: number): void {
    this.#count++;
    this.#open.push({ from, to, atMs: nowMs });
  }

  /** The own avatar was updated. Answers the handoffs that are measured now; `usualGapMs` is asked for those only. */
  updated(nowMs: number, jumpMetres: number, usualGapMs: () => number): readonly Handoff[] {
    this.#updates.push({ atMs: nowMs, jumpMetres });
    const keptFromMs = (this.#open[0]?.atMs ?? nowMs) - BEFORE_MS;
    // The update before the window is where its first gap begins.
    while ((this.#updates[1]?.atMs ?? nowMs) <= keptFromMs) this.#updates.shift();
    const isDone = ({ atMs }: Open, index: number) => nowMs - atMs >= AFTER_MS || index < this.#open.length - MAX_OPEN;
    const done = this.#open.filter(isDone);
    if (done.length === 0) return [];
    this.#open = this.#open.filter((open) => !done.includes(open));
    const usualMs = usualGapMs();
    const measured = done.map((open) => this.#measure(open, usualMs));
    this.#last = measured[measured.length - 1];
    return measured;
  }

  #measure({ from, to, atMs }: Open, usualMs: number): Handoff {
    let gapMs = 0;
    let jumpMetres = 0;
    this.#updates.forEach((update, index) => {
      const before = this.#updates[index - 1];
      if (update.atMs < atMs - BEFORE_MS) return;
      // A gap that began before the end of the second counts whole.
      if (before !== undefined && before.atMs < atMs + AFTER_MS) gapMs = Math.max(gapMs, update.atMs - before.atMs);
      if (update.atMs >= atMs && update.atMs <= atMs + AFTER_MS) jumpMetres = Math.max(jumpMetres, update.jumpMetres);
    });
    const usual = Number.isNaN(usualMs) ? 0 : usualMs;
    return { from, to, interruptionMs: Math.max(0, gapMs - usual), jumpMetres };
  }
}
