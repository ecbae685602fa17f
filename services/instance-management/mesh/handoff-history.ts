import type { Clock } from "@ows/base";
import type { HandoffReport } from "@ows/protocol/mesh";

/** How many handoffs of a mesh instance are remembered. */
const MAX_HANDOFFS = 200;
/** Ways, each with each outcome, that are counted: more than servers and reasons make. */
const MAX_FLOWS = 1_000;

export interface PastHandoff extends HandoffReport {
  /** Unix time in milliseconds, of the report. */
  readonly atMs: number;
}

/** How many handoffs from one server to another came to the same. */
export type HandoffFlow = {
  readonly from: number;
  readonly to: number;
  readonly outcome: string;
  readonly count: number;
};

/** The latest handoffs of one mesh instance, and the number of all, for people who ask what happened. */
export class HandoffHistory {
  readonly #clock: Clock;
  #handoffs: readonly PastHandoff[] = [];
  readonly #flows = new Map<string, HandoffFlow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The latest last. */
  get handoffs(): readonly PastHandoff[] {
    return this.#handoffs;
  }

  /** Since this process began. */
  get flows(): readonly HandoffFlow[] {
    return [...this.#flows.values()];
  }

  add(reports: readonly HandoffReport[]): void {
    const atMs = this.#clock.wallMs();
    const latest = reports.slice(-MAX_HANDOFFS).map((report) => ({ ...report, atMs }));
    this.#handoffs = [...this.#handoffs, ...latest].slice(-MAX_HANDOFFS);
    for (const report of reports) this.#count(report);
  }

  #count({ from, to, outcome }: HandoffReport): void {
    const key = `${from} ${to} ${outcome}`;
    const count = (this.#flows.get(key)?.count ?? 0) + 1;
    if (count > 1 || this.#flows.size < MAX_FLOWS) this.#flows.set(key, { from, to, outcome, count });
  }
}
