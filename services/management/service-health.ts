import type { Clock } from "@ows/base";
import { CallError, callEndpoint, type ServiceName, statusOf } from "@ows/protocol/http";

export type ServiceHealth = {
  readonly name: string;
  readonly url: string;
  readonly isUp: boolean;
  readonly problem: string;
  readonly answerMs: number | null;
};

/** Asks one service for its status. */
export async function checkService(
  service: { readonly name: ServiceName; readonly url: string },
  timeoutMs: number,
  clock: Pick<Clock, "nowMs">,
): Promise<ServiceHealth> {
  const startMs = clock.nowMs();
  try {
    // The customer means nothing to a status; a header that is not a GUID runs as nobody.
    const isUp = await callEndpoint(statusOf(service.name), {
      baseUrl: service.url,
      customerGuid: "",
      timeoutMs,
    });
    return { ...service, isUp, problem: isUp ? "" : "says it is not well", answerMs: clock.nowMs() - startMs };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { ...service, isUp: false, problem: sentenceOf(error, timeoutMs), answerMs: null };
  }
}

function sentenceOf(error: CallError, timeoutMs: number): string {
  switch (error.failure) {
    case "unreachable":
      return "can't be reached";
    case "timeout":
    case "cancelled":
      return `no answer within ${timeoutMs} ms`;
    case "refused":
    case "malformed":
      return `answers ${error.status}`;
  }
}
