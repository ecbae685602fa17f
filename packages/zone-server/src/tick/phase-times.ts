type Phase = { readonly name: string; ms: number; times: number };

/** How long work takes by phase. Phases may lie within one another: each moment counts for the innermost one only. */
export class PhaseTimes {
  readonly #nowMs: () => number;
  readonly #phases = new Map<string, Phase>();
  #current: Phase | undefined;
  #sinceMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Runs a part of a phase, and answers what it answers. */
  during<T>(name: string, work: () => T): T {
    const outer = this.#current;
    const inner = this.#phase(name);
    inner.times++;
    this.#switchTo(inner);
    try {
      return work();
    } finally {
      this.#switchTo(outer);
    }
  }

  /** Ever since the start: milliseconds, and how many times each phase was begun. */
  get spent(): ReadonlyMap<string, Readonly<Phase>> {
    return this.#phases;
  }

  /** The innermost phase under way. */
  get current(): string | undefined {
    return this.#current?.name;
  }

  totalsMs(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#phases, ([name, { ms }]) => [name, Math.round(ms)]));
  }

  #switchTo(phase: Phase | undefined): void {
    const nowMs = this.#nowMs();
    if (this.#current !== undefined) this.#current.ms += nowMs - this.#sinceMs;
    this.#current = phase;
    this.#sinceMs = nowMs;
  }

  #phase(name: string): Phase {
    let phase = this.#phases.get(name);
    if (phase === undefined) {
      phase = { name, ms: 0, times: 0 };
      this.#phases.set(name, phase);
    }
    return phase;
  }
}
