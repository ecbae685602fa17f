import { setTimeout as sleep } from "node:timers/promises";
import { CallError, callEndpoint, mesh, type ResponseOf } from "@ows/protocol/http";
import { serviceCredential } from "@ows/protocol/ticket";
import { DevError } from "./dev-error.ts";

export type ZoneQuestion = {
  readonly instanceManagementUrl: string;
  readonly customerGuid: string;
  readonly secret: string;
  readonly zoneName: string;
  /** How many servers share its ground. */
  readonly servers: number;
  readonly withinMs: number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
};
export type ReadyInstance = ResponseOf<typeof mesh.overview>["instances"][number];

const ASK_EVERY_MS = 100;

/** Waits until the servers of the zone are ready, and answers them, by their ids. Throws `DevError` with its state and reason when it takes too long. */
export async function waitForZone(question: ZoneQuestion): Promise<readonly ReadyInstance[]> {
  const { zoneName, servers, withinMs, nowMs, signal } = question;
  const deadlineMs = nowMs() + withinMs;
  let last = "no launcher has taken it";
  for (;;) {
    const { instances, launchers } = await ask(question);
    const ofZone = instances.filter((instance) => instance.zoneName === zoneName);
    const ready = ofZone.filter((instance) => instance.state === "ready");
    if (ready.length >= servers) return ready.toSorted((a, b) => a.zoneInstanceId - b.zoneInstanceId);
    const latest = ofZone.findLast((instance) => instance.state !== "ready");
    if (latest !== undefined) last = `it is ${latest.state}: ${latest.reason ?? ""}`;
    else if (launchers.some((launcher) => launcher.isActive))
      last = "a launcher is there, but none was asked to start it";
    if (nowMs() >= deadlineMs) throw new DevError(`${zoneName} was not ready within ${withinMs / 1000} s; ${last}`);
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
}

async function ask(question: ZoneQuestion): Promise<ResponseOf<typeof mesh.overview>> {
  const { instanceManagementUrl: baseUrl, customerGuid, secret, signal } = question;
  try {
    return await callEndpoint(mesh.overview, { baseUrl, customerGuid, credential: serviceCredential(secret), signal });
  } catch (cause) {
    if (!(cause instanceof CallError) || cause.failure === "cancelled") throw cause;
    throw new DevError(`instance-management does not tell how zones are: ${cause.message}`, { cause });
  }
}
