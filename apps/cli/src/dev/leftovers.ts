import { setTimeout as sleep } from "node:timers/promises";
import { isFree } from "./check-ports.ts";
import { descendantsOf, listenerOn, type ProcessInfo, processInfo, signalProcess } from "./processes.ts";
import type { RunProcess } from "./run-lock.ts";

/** Children stop by themselves when their parent dies; this is how long that may take, saves included. */
const STOP_WITHIN_MS = 6000;
const LOOK_EVERY_MS = 50;

/**
 * Ends what an earlier run left behind when it was killed: asks first, kills what does not stop. Answers how many
 * processes that were.
 */
export async function endLeftovers(leftovers: readonly RunProcess[], nowMs: () => number): Promise<number> {
  const roots = leftovers.map(({ pid }) => processInfo(pid)).filter((info) => info !== undefined);
  const all = roots.flatMap((root) => [root, ...descendantsOf(root.pid)]);
  for (const root of roots) signalProcess(root.pid, "SIGTERM");
  await waitUntil(() => all.every(isGone), nowMs);
  for (const survivor of all.filter((info) => !isGone(info))) signalProcess(survivor.pid, "SIGKILL");
  await waitUntil(() => all.every(isGone), nowMs);
  return all.length;
}

/** Waits for a port that a zone server of an earlier run still has; returns at once when anybody else has it. */
export async function waitForOwnPort(port: number, nowMs: () => number): Promise<void> {
  if (await isFree(port)) return;
  const holder = listenerOn(port);
  if (holder === undefined || !isZoneServer(holder)) return;
  await waitUntil(() => isGone(holder), nowMs);
}

function isZoneServer({ command }: ProcessInfo): boolean {
  return command.includes("main.ts zone ") && command.includes("-zoneinstanceid=");
}

function isGone(info: ProcessInfo): boolean {
  return processInfo(info.pid)?.startTicks !== info.startTicks;
}

async function waitUntil(isTrue: () => boolean, nowMs: () => number): Promise<void> {
  const deadlineMs = nowMs() + STOP_WITHIN_MS;
  while (!isTrue() && nowMs() < deadlineMs) await sleep(LOOK_EVERY_MS);
}
