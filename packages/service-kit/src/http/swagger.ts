import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { Endpoint } from "@ows/protocol/http";
import type { FastifyInstance } from "fastify";
import { openApiOf } from "./open-api.ts";

const DOCUMENT = "/swagger/v1/swagger.json";

/** Serves the description at `/swagger/v1/swagger.json` and a page that reads it at `/swagger`. */
export async function describeAt(app: FastifyInstance, service: string, endpoints: readonly Endpoint[]): Promise<void> {
  const document = openApiOf(service, endpoints);
  app.get(DOCUMENT, async (_request, reply) =>
    reply.header("content-type", "application/json").send(JSON.stringify(document)),
  );
  await app.register(swagger, { openapi: { info: { title: service, version: "v1" } } });
  await app.register(swaggerUi, { routePrefix: "/swagger", uiConfig: { url: DOCUMENT } });
}
