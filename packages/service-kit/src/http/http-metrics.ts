import type { FastifyInstance } from "fastify";
import { Gauge, Histogram, type Registry } from "prom-client";

/** Measures every request by route, and serves the registry at `/metrics`. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: "ows_http_request_duration_seconds",
    help: "Time from the request's head to the answer's end",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
    registers: [registry],
  });
  const open = new Gauge({ name: "ows_http_open_requests", help: "Requests being answered", registers: [registry] });
  app.addHook("onRequest", async () => open.inc());
  app.addHook("onResponse", async (request, reply) => {
    open.dec();
    const labels = { method: request.method, route: request.routeOptions.url ?? "none", status: reply.statusCode };
    durations.observe(labels, reply.elapsedTime / 1000);
  });
  app.get("/metrics", async (_request, reply) =>
    reply.header("content-type", registry.contentType).send(await registry.metrics()),
  );
}
