import { CREDENTIAL_HEADER, type Endpoint, pathParameters, type SchemaNode } from "@ows/protocol/http";

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 description of a service, made from its part of the endpoint table. */
export function openApiOf(service: string, endpoints: readonly Endpoint[]): Json {
  const paths = endpoints.map((endpoint) => [endpoint.path, { [endpoint.method.toLowerCase()]: operation(endpoint) }]);
  return { openapi: "3.1.0", info: { title: `OWS ${service}`, version: "v1" }, paths: Object.fromEntries(paths) };
}

function operation(endpoint: Endpoint): Json {
  const parts = endpoint.path.split("/");
  return {
    operationId: parts.slice(2, 4).join("_").replace(/\W/g, ""),
    tags: [parts[2] ?? ""],
    summary: endpoint.summary,
    parameters: [...headers(endpoint), ...memberParameters(endpoint)],
    ...(endpoint.method === "GET" ? {} : { requestBody: requestBody(endpoint) }),
    responses: responses(endpoint),
  };
}

function headers(endpoint: Endpoint): readonly Json[] {
  const header = (name: string, required: boolean) => ({ name, in: "header", required, schema: { type: "string" } });
  return [
    ...(endpoint.customer === "ignored" ? [] : [header("X-CustomerGUID", endpoint.customer === "enforced")]),
    ...(endpoint.credential === "none" ? [] : [header(CREDENTIAL_HEADER, true)]),
  ];
}

function memberParameters(endpoint: Endpoint): readonly Json[] {
  const inPath = pathParameters(endpoint.path);
  const members = endpoint.method === "GET" ? Object.entries(requestOf(endpoint).properties ?? {}) : [];
  return members.map(([name, schema]) => {
    const isInPath = inPath.includes(name);
    return { name, in: isInPath ? "path" : "query", required: isInPath, schema };
  });
}

function requestBody(endpoint: Endpoint): Json {
  const example = endpoint.pluginRequest === undefined ? {} : { example: endpoint.pluginRequest };
  return { required: true, content: { "application/json": { schema: endpoint.request, ...example } } };
}

function responses(endpoint: Endpoint): Json {
  const response: SchemaNode = endpoint.response;
  const problem = (description: string) => ({ description, content: { "application/problem+json": {} } });
  return {
    200: response.type === "undefined" ? { description: "Done" } : { description: "The answer", ...jsonOf(response) },
    ...(response.anyOf === undefined ? {} : { 204: { description: "There is none" } }),
    ...(endpoint.method === "GET" ? {} : { 400: problem("The request is wrong") }),
    ...(endpoint.customer === "enforced" ? { 401: problem("The customer or the credential is not known") } : {}),
  };
}

function jsonOf(schema: SchemaNode): Json {
  return { content: { "application/json": { schema } } };
}

function requestOf(endpoint: Endpoint): SchemaNode {
  return endpoint.request;
}
