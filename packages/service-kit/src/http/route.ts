import type { IncomingHttpHeaders } from "node:http";
import type { Endpoint, RequestOf, ResponseOf } from "@ows/protocol/http";
import type { FastifyBaseLogger } from "fastify";

/** One request, bound and admitted. */
export type Call<Request> = {
  readonly request: Request;
  /** A known customer, or the all-zero GUID for endpoints that do not insist on one. */
  readonly customerGuid: string;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
  /** Aborts when the caller goes away or the service has to stop. */
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
};

/** An endpoint with what answers it; made by `route`, which checks the types. */
export type Route<Context> = {
  readonly endpoint: Endpoint;
  readonly handle: (call: Call<unknown>, context: Context) => Promise<unknown>;
};

/** Joins an endpoint of the table with its handler. The handler's request and answer are the endpoint's own types. */
export function route<E extends Endpoint, Context>(
  endpoint: E,
  handle: (call: Call<RequestOf<E>>, context: Context) => Promise<ResponseOf<E>> | ResponseOf<E>,
): Route<Context> {
  return {
    endpoint,
    handle: async (call, context) => handle({ ...call, request: call.request as RequestOf<E> }, context),
  };
}
