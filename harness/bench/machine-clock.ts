import type { Clock } from "@ows/base";

const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Reads the same in all processes of this machine: milliseconds since it started. */
export const machineClock: Clock = {
  nowMs: () => originMs + performance.now(),
  wallMs: () => Date.now(),
};
