const FIRST_MS = 500;
const MOST_MS = 15_000;
/** A child that ran this long was well: its next end counts as the first. */
export const WELL_AFTER_MS = 30_000;

/** How long to wait before the restart after the `failures`th end in a row, in milliseconds. */
export function restartDelayMs(failures: number): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
}

/** Ends in a row, counting one that came after `ranMs`. */
export function countFailure(failures: number, ranMs: number): number {
  return ranMs >= WELL_AFTER_MS ? 1 : failures + 1;
}
