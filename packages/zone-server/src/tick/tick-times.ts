import { DurationHistogram } from "./duration-histogram.ts";

/** The parts of a tick, in the order they run; `links` is what neighbours said since the tick before. */
export const TICK_SECTIONS = [
  "links",
  "ghosts",
  "inputs",
  "systems",
  "calls",
  "handoffs",
  "interest",
  "encode",
  "send",
] as const;
export type TickSection = (typeof TICK_SECTIONS)[number];

export type Percentiles = { readonly p50Ms: number; readonly p99Ms: number };

/** How long ticks take, whole and by section, over the last 10 to 20 seconds; and what was given up, ever. */
export class TickTimes {
  readonly #whole: DurationHistogram;
  readonly #lateness: DurationHistogram;
  readonly #sections: Readonly<Record<TickSection, DurationHistogram>>;
  readonly #spentMs: Record<TickSection, number> = emptySpent();
  ticks = 0;
  skippedTicks = 0;
  /** Of the tick that was closed last. */
  lastTickMs = 0;

  constructor(nowMs: number) {
    this.#whole = new DurationHistogram(nowMs);
    this.#lateness = new DurationHistogram(nowMs);
    const histogram = () => new DurationHistogram(nowMs);
    this.#sections = {
      links: histogram(),
      ghosts: histogram(),
      inputs: histogram(),
      systems: histogram(),
      calls: histogram(),
      handoffs: histogram(),
      interest: histogram(),
      encode: histogram(),
      send: histogram(),
    };
  }

  /** Adds to a section of the tick under way, or of the next one. */
  spent(section: TickSection, durationMs: number): void {
    this.#spentMs[section] += durationMs;
  }

  late(latenessMs: number, nowMs: number): void {
    this.#lateness.record(latenessMs, nowMs);
  }

  /** Closes the tick under way, all its staggered sends included. */
  finishTick(nowMs: number): void {
    let whole = 0;
    for (const section of TICK_SECTIONS) {
      const spent = this.#spentMs[section];
      this.#sections[section].record(spent, nowMs);
      this.#spentMs[section] = 0;
      whole += spent;
    }
    this.#whole.record(whole, nowMs);
    this.lastTickMs = whole;
    this.ticks++;
  }

  get tick(): Percentiles {
    return percentiles(this.#whole);
  }

  get lateness(): Percentiles {
    return percentiles(this.#lateness);
  }

  section(section: TickSection): Percentiles {
    return percentiles(this.#sections[section]);
  }
}

function emptySpent(): Record<TickSection, number> {
  return { links: 0, ghosts: 0, inputs: 0, systems: 0, calls: 0, handoffs: 0, interest: 0, encode: 0, send: 0 };
}

function percentiles(histogram: DurationHistogram): Percentiles {
  return { p50Ms: histogram.percentileMs(0.5), p99Ms: histogram.percentileMs(0.99) };
}
