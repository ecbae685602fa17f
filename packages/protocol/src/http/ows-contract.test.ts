import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bindRequest } from "./bind-request.ts";
import type { Endpoint } from "./endpoint.ts";
import { allEndpoints } from "./endpoint-table.ts";
import { type SchemaNode, unwrapNullable } from "./schema.ts";

/** What OWS's own services take and answer. */
type Fact = {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly customer: string;
  readonly mayBeNull: boolean;
  readonly calledByPlugin: boolean;
  readonly request: Shape;
  readonly response: Shape;
};
type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

const facts: readonly Fact[] = JSON.parse(
  readFileSync(new URL("./vectors/ows-endpoints.json", import.meta.url), "utf8"),
);
/** Where our own endpoints live, beside those of OWS. */
const ownPaths = [
  "/api/Mesh/",
  "/api/Handoff/",
  "/api/Instance/GetNeighboringServerForCell",
  "/api/Overview",
  "/api/LiveMap/",
  "/api/Meshes",
];
const owsEndpoints = allEndpoints.filter((endpoint) => !ownPaths.some((path) => endpoint.path.startsWith(path)));

function factOf(endpoint: Endpoint): Fact | undefined {
  return facts.find(
    (fact) => fact.service === endpoint.service && fact.path === endpoint.path && fact.method === endpoint.method,
  );
}

const nameOf = (endpoint: { service: string; method: string; path: string }) =>
  `${endpoint.service} ${endpoint.method} ${endpoint.path}`;

test.each(owsEndpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
  "%s is what OWS has",
  (_name, endpoint) => {
    const fact = factOf(endpoint);
    expect(fact?.customer).toBe(endpoint.customer);
    expect(shapeOf(withoutOurs(endpoint.response))).toEqual(fact?.response);
    if (endpoint.bareMember !== undefined) return;
    expect(lowerCased(shapeOf(withoutOursInRequest(endpoint, fact)))).toEqual(lowerCased(fact?.request ?? {}));
  },
);

test("an answer may be null exactly where OWS answers 204", () => {
  const nullable = owsEndpoints.filter((endpoint) => unwrapNullable(endpoint.response).isNullable).map(nameOf);
  expect(nullable).toEqual(owsEndpoints.filter((endpoint) => factOf(endpoint)?.mayBeNull).map(nameOf));
});

test("endpoints that the plugin calls come with the body as it spells it, and that body binds", () => {
  for (const endpoint of owsEndpoints) {
    const isBodySent = factOf(endpoint)?.calledByPlugin === true && endpoint.method === "POST";
    expect([nameOf(endpoint), endpoint.pluginRequest !== undefined]).toEqual([nameOf(endpoint), isBodySent]);
    if (isBodySent) expect(bindRequest(endpoint.request, endpoint.pluginRequest)).toMatchObject({ kind: "bound" });
  }
});

test("what is not served yet is known", () => {
  const served = new Set(owsEndpoints.map(nameOf));
  expect(facts.map(nameOf).filter((name) => !served.has(name))).toMatchInlineSnapshot(`
    [
      "public-api POST /api/Users/ExternalLoginAndCreateSession",
      "public-api POST /api/Users/UserSessionSetSelectedCharacter",
      "public-api POST /api/Users/GetPlayerGroupsCharacterIsIn",
      "public-api POST /api/Characters/ByName",
      "public-api POST /api/Characters/GetDefaultCustomData",
      "instance-management POST /api/Instance/GetServerInstanceFromPort",
      "instance-management POST /api/Instance/GetCurrentWorldTime",
      "character-persistence POST /api/Characters/UpdateCharacterStats",
      "character-persistence POST /api/Status/GetCharacterStatuses",
      "character-persistence GET /api/Abilities/GetAbilities",
      "character-persistence POST /api/Abilities/AddAbilityToCharacter",
      "character-persistence POST /api/Abilities/UpdateAbilityOnCharacter",
      "character-persistence POST /api/Abilities/RemoveAbilityFromCharacter",
      "character-persistence POST /api/Abilities/GetCharacterAbilities",
      "character-persistence POST /api/Abilities/GetAbilityBars",
      "character-persistence POST /api/Abilities/GetAbilityBarsAndAbilities",
      "management GET /api/Users",
      "management POST /api/Users",
      "management PUT /api/Users",
    ]
  `);
});

/** The schema in the notation of the facts. */
function shapeOf(schema: SchemaNode): Shape {
  const { inner, isNullable } = unwrapNullable(schema);
  if (inner.type === "array") return [shapeOf(inner.items ?? {})];
  if (inner.type === "object") {
    return Object.fromEntries(Object.entries(inner.properties ?? {}).map(([name, member]) => [name, shapeOf(member)]));
  }
  return isNullable ? `${kindOf(inner)}|null` : kindOf(inner);
}

const kinds: Readonly<Record<string, string>> = {
  uuid: "uuid",
  "date-time": "datetime",
  double: "float64",
  float: "float32",
};

function kindOf(schema: SchemaNode): string {
  if (schema.type === "undefined") return "empty";
  return kinds[schema.format ?? ""] ?? schema.format ?? schema.type ?? "?";
}

/** Our clients get two members more from a join. */
function withoutOurs(schema: SchemaNode): SchemaNode {
  const { url: _url, ticket: _ticket, ...properties } = schema.properties ?? {};
  return schema.properties === undefined ? schema : { ...schema, properties };
}

/** instance-management's join takes a session, which OWS's does not. */
function withoutOursInRequest(endpoint: Endpoint, fact: Fact | undefined): SchemaNode {
  const request: SchemaNode = endpoint.request;
  const { userSessionGUID, ...properties } = request.properties ?? {};
  const isTheirs = typeof fact?.request === "object" && "UserSessionGUID" in fact.request;
  return isTheirs || userSessionGUID === undefined ? request : { ...request, properties };
}

/** Names of requests are matched without regard to case. */
function lowerCased(shape: Shape): Shape {
  if (typeof shape === "string" || Array.isArray(shape)) return shape;
  return Object.fromEntries(Object.entries(shape).map(([name, member]) => [name.toLowerCase(), lowerCased(member)]));
}
