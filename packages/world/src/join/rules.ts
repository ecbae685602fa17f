/** The numbers of the join rules, in milliseconds unless named otherwise. */
export interface JoinRules {
  readonly answerWithinMs: number;
  readonly startTimeoutMs: number;
  readonly reservationMs: number;
  readonly drainTimeoutMs: number;
  readonly staleAfterMs: number;
  readonly contactGraceMs: number;
  readonly recoveryGraceMs: number;
  readonly launcherSilenceMs: number;
  readonly listGraceMs: number;
  readonly avoidMs: number;
  /** How often a failed start is repeated for one waiting join. */
  readonly startRetries: number;
  /** How long an instance must have lived for its end not to count as a failed start. */
  readonly soundAfterMs: number;
  readonly maxWaiting: number;
}

export const defaultJoinRules: JoinRules = {
  /** Unreal gives up on an HTTP call after 30 s. */
  answerWithinMs: 25_000,
  /** An Unreal server on a cold disk needs most of a minute; who waited is told after 25 s and finds it at the next try. */
  startTimeoutMs: 60_000,
  /** As long as a ticket lives. */
  reservationMs: 30_000,
  /** A zone server saves and leaves within 4 s, its launcher kills it then; the rest is slack. */
  drainTimeoutMs: 15_000,
  /** Heartbeats come every 10 s: five were missed. */
  staleAfterMs: 60_000,
  /** A control link reconnects within a second; a dead process is reported by its launcher before this. */
  contactGraceMs: 5_000,
  /** After our own restart: launchers beat every 5 s, zone servers every 10 s. */
  recoveryGraceMs: 15_000,
  /** Three heartbeats of 5 s. */
  launcherSilenceMs: 15_000,
  /** A heartbeat written before the spin-up message arrived does not name the new child. */
  listGraceMs: 3_000,
  /** A broker client reconnects every 5 s. */
  avoidMs: 5_000,
  startRetries: 1,
  soundAfterMs: 30_000,
  maxWaiting: 10_000,
};

/** How long a zone that is kept running waits after its `failures`-th failed start in a row. */
export function restartBackoffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(1_000 * 2 ** (failures - 1), 30_000);
}
