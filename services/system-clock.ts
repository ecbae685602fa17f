import type { Clock } from "@ows/base";

/** The clock of this process; only compositions use it. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
};
