/** Time as an argument. Pure code gets one; only a process's composition makes the real one. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back; fractions are meaningful. */
  nowMs(): number;
  /** Milliseconds since 1970 UTC; may jump. For records and tickets, never for deadlines. */
  wallMs(): number;
}

/** A clock that moves only when told to: for tests and the simulator. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #wallStartMs: number;

  constructor(startMs = 0, wallStartMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
    this.#wallStartMs = wallStartMs - startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallStartMs + this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
