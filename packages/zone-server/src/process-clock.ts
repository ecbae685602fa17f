import type { Clock } from "@ows/base";

/** The clock of this process. */
export const processClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
};
