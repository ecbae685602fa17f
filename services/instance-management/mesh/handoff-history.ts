import type { Clock } from "@ows/base";
import type { HandoffReport } from "@ows/protocol/mesh";

/** How many handoffs of a mesh instance are remembered. */
const MAX_HANDOFFS = 200;

export interface PastHandoff extends HandoffReport {
  /** Unix time in milliseconds, of the report. */
  readonly atMs: number;
}

/** The latest handoffs of one mesh instance, for people who ask what happened. */
export class HandoffHistory {
  readonly #clock: Clock;
  #handoffs: readonly PastHandoff[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The latest last. */
  get handoffs(): readonly PastHandoff[] {
    return this.#handoffs;
  }

  add(reports: readonly HandoffReport[]): void {
    const atMs = this.#clock.wallMs();
    const latest = reports.slice(-MAX_HANDOFFS).map((report) => ({ ...report, atMs }));
    this.#handoffs = [...this.#handoffs, ...latest].slice(-MAX_HANDOFFS);
  }
}
