import type { Clock } from "@ows/base";

/** How fast the clock may be corrected: 5 ms per second. */
const SLEW = 0.005;
/** Samples with a round trip above the best one by more than this say too little. */
const ROUND_TRIP_SLACK_MS = 2;
/** A difference above this is another coordinator's clock, not an error of ours. */
const OTHER_CLOCK_MS = 1_000;

/**
 * The mesh's common time, estimated from the coordinator's answers: set once before the first tick, then only slewed,
 * never stepped. A coordinator that restarts counts anew; then only the phase of the ticks is followed.
 */
export class MeshClock {
  readonly #clock: Clock;
  readonly #tickMs: number;
  #offsetMs = 0;
  #wantedOffsetMs = 0;
  #slewedAtMs: number;
  #bestRoundTripMs = Number.POSITIVE_INFINITY;
  #isSet = false;
  #isRunning = false;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#slewedAtMs = clock.nowMs();
  }

  /** True once a coordinator's answer was taken. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Milliseconds of mesh time; never goes back. */
  nowMs(): number {
    const now = this.#clock.nowMs();
    const most = (now - this.#slewedAtMs) * SLEW;
    this.#slewedAtMs = now;
    this.#offsetMs += Math.min(most, Math.max(-most, this.#wantedOffsetMs - this.#offsetMs));
    return now + this.#offsetMs;
  }

  /** Ticks are counted from now on: no more steps. */
  startTicking(): void {
    this.#isRunning = true;
  }

  /** Takes an answer: the coordinator's time when it was written, and when the question was sent and answered here. */
  sample(meshTimeMs: number, sentAtMs: number, receivedAtMs: number): void {
    const roundTripMs = receivedAtMs - sentAtMs;
    if (!Number.isFinite(meshTimeMs) || roundTripMs < 0) return;
    // The best round trip ages, or one lucky sample would rule for ever.
    this.#bestRoundTripMs = Math.min(roundTripMs, this.#bestRoundTripMs + 0.1);
    if (roundTripMs > this.#bestRoundTripMs + ROUND_TRIP_SLACK_MS) return;
    const offsetMs = meshTimeMs + roundTripMs / 2 - receivedAtMs;
    this.#isSet = true;
    if (!this.#isRunning) {
      this.#offsetMs = offsetMs;
      this.#wantedOffsetMs = offsetMs;
      return;
    }
    const differenceMs = offsetMs - this.#offsetMs;
    const toFollowMs =
      Math.abs(differenceMs) > OTHER_CLOCK_MS ? nearestPhase(differenceMs, this.#tickMs) : differenceMs;
    this.#wantedOffsetMs = this.#offsetMs + toFollowMs;
  }
}

/** The shortest way to a difference of whole ticks: -half … half a tick. */
function nearestPhase(differenceMs: number, tickMs: number): number {
  return differenceMs - Math.round(differenceMs / tickMs) * tickMs;
}
