import { EMPTY_GUID, parseGuidHeader, type ServiceName } from "@ows/protocol/http";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { Registry } from "prom-client";
import type { ServiceError } from "../service-error.ts";
import { allowOrigins } from "./cross-origin.ts";
import { measureRequests } from "./http-metrics.ts";
import { acceptJsonBodies } from "./json-body.ts";
import type { KnownCustomers } from "./known-customers.ts";
import { listen, urlOf } from "./listen.ts";
import { OpenRequests } from "./open-requests.ts";
import { answerProblems } from "./problems.ts";
import { registerRoute } from "./register-route.ts";
import type { Route } from "./route.ts";
import { describeAt } from "./swagger.ts";

export type ServiceOptions<Context> = {
  readonly name: ServiceName;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly routes: readonly Route<Context>[];
  /** Given to every handler. */
  readonly context: Context;
  readonly customers: KnownCustomers;
  readonly serviceSecret: string;
  readonly logger: FastifyBaseLogger;
  /** Metrics of the service itself go here; made when not given. */
  readonly registry?: Registry;
  /** Origins whose pages may call the service; none when not given. */
  readonly allowedOrigins?: readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed; nobody's when not given. */
  readonly trustedProxies?: readonly string[];
  readonly swagger?: boolean;
  readonly bodyLimitBytes?: number;
  readonly maxOpenRequests?: number;
  /** How long open requests may finish at the end, in milliseconds. */
  readonly shutdownDeadlineMs?: number;
  /** Says what a foreign error, such as the store's, means to a caller; nothing for a failure of ours. */
  readonly translateError?: (error: unknown) => ServiceError | undefined;
  /** Adds what is not an endpoint: pages, sockets. Runs before the service listens. */
  readonly extend?: (app: FastifyInstance) => void | Promise<void>;
};

/** A listening service. Disposing it lets open requests finish within the deadline, then closes everything. */
export interface HttpService extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly registry: Registry;
}

/** Serves the routes with everything the HTTP contract asks of each of them. Throws `PortTakenError`. */
export async function createService<Context>(options: ServiceOptions<Context>): Promise<HttpService> {
  const bodyLimit = options.bodyLimitBytes ?? 1_048_576;
  const registry = options.registry ?? new Registry();
  const openRequests = new OpenRequests(options.maxOpenRequests ?? 4096);
  const app = newApp(options.logger, bodyLimit, options.trustedProxies ?? []);
  try {
    refuseEmptyCustomer(app);
    allowOrigins(app, options.allowedOrigins ?? []);
    acceptJsonBodies(app);
    answerProblems(app, { bodyLimitBytes: bodyLimit, translateError: options.translateError });
    measureRequests(app, registry);
    if (options.swagger ?? true)
      await describeAt(
        app,
        options.name,
        options.routes.map((route) => route.endpoint),
      );
    for (const route of options.routes) registerRoute(app, route, { ...options, openRequests });
    await options.extend?.(app);
    const port = await listen(app, options.name, options);
    const url = urlOf(options.host, port);
    return {
      url,
      port,
      registry,
      [Symbol.asyncDispose]: () => close(app, openRequests, options.shutdownDeadlineMs ?? 3000),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function newApp(
  loggerInstance: FastifyBaseLogger,
  bodyLimit: number,
  trustedProxies: readonly string[],
): FastifyInstance {
  return Fastify({
    ...(trustedProxies.length === 0 ? {} : { trustProxy: [...trustedProxies] }),
    loggerInstance,
    // Session GUIDs travel in queries; an access log would keep them.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 500 },
    // Slow senders lose their connection; a caller that keeps one open pays nothing between requests.
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
  });
}

/** The literal all-zero customer is refused in front of every route, the description and the metrics included. */
function refuseEmptyCustomer(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    const header = request.headers["x-customerguid"];
    if (parseGuidHeader(Array.isArray(header) ? header[0] : header) !== EMPTY_GUID) return;
    await reply.code(401).header("content-type", "text/plain").send("Unauthorized");
  });
}

async function close(app: FastifyInstance, openRequests: OpenRequests, deadlineMs: number): Promise<void> {
  const overdue = setTimeout(() => {
    openRequests.cancelAll();
    app.server.closeAllConnections();
  }, deadlineMs);
  await app.close();
  clearTimeout(overdue);
}
