import { bindRequest, CREDENTIAL_HEADER, type Endpoint, pathParameters, projectResponse } from "@ows/protocol/http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../service-error.ts";
import { admitCustomer, checkCredential } from "./admission.ts";
import type { KnownCustomers } from "./known-customers.ts";
import type { OpenRequests } from "./open-requests.ts";
import { BindingError } from "./problems.ts";
import type { Route } from "./route.ts";

export type RouteParts<Context> = {
  readonly context: Context;
  readonly customers: KnownCustomers;
  /** Verifies credentials. */
  readonly serviceSecret: string;
  readonly openRequests: OpenRequests;
};

/** Serves one endpoint: admission first, before a body is read, then binding, then the handler, then its answer. */
export function registerRoute<Context>(app: FastifyInstance, route: Route<Context>, parts: RouteParts<Context>): void {
  const { endpoint } = route;
  const customerOf = new WeakMap<FastifyRequest, string>();
  app.route({
    method: endpoint.method,
    url: endpoint.path.replace(/\{(\w+)\}/g, ":$1"),
    onRequest: async (request) => {
      if (parts.openRequests.isFull) throw new ServiceError("unavailable", "Too many requests are open. Try again.");
      customerOf.set(request, await admitCustomer(endpoint, headerOf(request, "x-customerguid"), parts.customers));
    },
    handler: async (request, reply) => {
      const bound = bind(endpoint, request);
      const customerGuid = customerOf.get(request) ?? "";
      const credential = headerOf(request, CREDENTIAL_HEADER);
      checkCredential({ endpoint, customerGuid, request: bound }, credential, parts.serviceSecret);
      const signal = parts.openRequests.add(reply);
      const { headers, ip, log } = request;
      const call = { request: bound, customerGuid, headers, remoteAddress: ip, signal, log };
      return answer(endpoint, await route.handle(call, parts.context), reply);
    },
  });
}

function bind(endpoint: Endpoint, request: FastifyRequest): unknown {
  const bound = bindRequest(
    endpoint.request,
    endpoint.method === "GET" ? textsOf(endpoint, request) : bodyOf(endpoint, request),
  );
  if (bound.kind === "refused") throw new BindingError(bound.errors);
  return bound.value;
}

function textsOf(endpoint: Endpoint, request: FastifyRequest): unknown {
  const query = Object.entries(request.query ?? {});
  const params = Object.entries(request.params ?? {}).filter(([name]) => pathParameters(endpoint.path).includes(name));
  return Object.fromEntries([...query, ...params]);
}

function bodyOf(endpoint: Endpoint, request: FastifyRequest): unknown {
  if (request.body === undefined) {
    // What ASP.NET does: no content type at all is the wrong content type.
    if (request.headers["content-type"] === undefined) throw Object.assign(new Error("no body"), { statusCode: 415 });
    throw new ServiceError("invalid-argument", "A JSON body is needed.");
  }
  const isBare = typeof request.body === "number" || typeof request.body === "string";
  return isBare && endpoint.bareMember !== undefined ? { [endpoint.bareMember]: request.body } : request.body;
}

function answer(endpoint: Endpoint, value: unknown, reply: FastifyReply): FastifyReply {
  if ("type" in endpoint.response && endpoint.response.type === "undefined") return reply.code(200).send();
  const projected = projectResponse(endpoint.response, value);
  if (projected === null) return reply.code(204).send();
  return reply.header("content-type", "application/json; charset=utf-8").send(JSON.stringify(projected));
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
