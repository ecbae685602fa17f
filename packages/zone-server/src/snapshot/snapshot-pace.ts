/** Share of a tick's time above which a server is late, and below which it has room again. */
const LATE_ABOVE = 0.8;
const ROOM_BELOW = 0.35;
/** How long that must last, in seconds, before the pace changes. */
const SLOW_DOWN_AFTER_S = 1;
const SPEED_UP_AFTER_S = 5;
/** The slowest pace: every fourth tick. */
const SLOWEST = 4;
/** Weight of the newest tick in the running mean. */
const NEWEST = 0.1;

/**
 * How often snapshots go out: every tick, or, on a server that is late, every second or fourth for all clients alike.
 * The simulation keeps its rate; players see others less often instead of later and later.
 */
export class SnapshotPace {
  readonly #tickHz: number;
  #every = 1;
  #load = 0;
  #ticksInState = 0;
  #state: "fine" | "late" | "room" = "fine";

  constructor(tickHz: number) {
    this.#tickHz = tickHz;
  }

  /** Ticks from one snapshot to the next. */
  get every(): number {
    return this.#every;
  }

  isDue(tick: number): boolean {
    return tick % this.#every === 0;
  }

  /** Takes a tick's duration as a share of its time. Answers `true` when the pace is another one from now on. */
  note(share: number): boolean {
    this.#load += (Math.min(share, 4) - this.#load) * NEWEST;
    const state = this.#load > LATE_ABOVE ? "late" : this.#load < ROOM_BELOW ? "room" : "fine";
    this.#ticksInState = state === this.#state ? this.#ticksInState + 1 : 0;
    this.#state = state;
    const seconds = this.#ticksInState / this.#tickHz;
    if (state === "late" && seconds >= SLOW_DOWN_AFTER_S && this.#every < SLOWEST) return this.#change(this.#every * 2);
    if (state === "room" && seconds >= SPEED_UP_AFTER_S && this.#every > 1) return this.#change(this.#every / 2);
    return false;
  }

  #change(every: number): boolean {
    this.#every = every;
    this.#ticksInState = 0;
    return true;
  }
}
