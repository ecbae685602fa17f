import type { FastifyInstance } from "fastify";

/**
 * Lets pages of these origins call the service (`*`: any page). Nothing in this API is authorised by a cookie, so a
 * page can do no more than any other program.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook("onRequest", async (request, reply) => {
    const origin = request.headers.origin;
    if (origin === undefined || !(origins.includes("*") || origins.includes(origin))) return;
    reply.header("access-control-allow-origin", origins.includes("*") ? "*" : origin).header("vary", "Origin");
    if (request.method !== "OPTIONS") return;
    reply
      .header("access-control-allow-methods", "GET, POST, PUT")
      .header("access-control-allow-headers", "Content-Type, X-CustomerGUID")
      .header("access-control-max-age", "600");
    await reply.code(204).send();
  });
}
