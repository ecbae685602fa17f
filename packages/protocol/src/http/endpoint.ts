import type { Static, TSchema } from "typebox";

export type ServiceName = "public-api" | "instance-management" | "character-persistence" | "global-data" | "management";

/**
 * What the customer header means to an endpoint. `enforced`: a missing, unreadable or unknown customer is 401.
 * `lenient`: it runs as the all-zero customer, for whom nothing exists. `ignored`: the endpoint has no customer.
 * The literal all-zero GUID is 401 everywhere.
 */
export type CustomerRule = "enforced" | "lenient" | "ignored";

/** Who must prove itself by `X-OWS-Credential`: nobody, a service or launcher, or the zone server that the body names. */
export type CredentialKind = "none" | "service" | "zone";

/** One row of the endpoint table. Routes, validation, OpenAPI, client calls and tests are made from it. */
export type Endpoint<Request extends TSchema = TSchema, Response extends TSchema = TSchema> = {
  readonly service: ServiceName;
  readonly method: "GET" | "POST";
  /** Starts with `/api/`; `{name}` is a path parameter. */
  readonly path: string;
  readonly customer: CustomerRule;
  readonly credential: CredentialKind;
  /** Members in .NET camelCase. They travel in the path, the query (GET) or the JSON body (POST). */
  readonly request: Request;
  /** A nullable schema answers 204 for null; `emptyBody` answers 200 with nothing. */
  readonly response: Response;
  /** The member that a bare JSON number or text in the body stands for, when one does. */
  readonly bareMember?: string;
  /** The body as the stock Unreal plugin spells it, when it calls this endpoint. */
  readonly pluginRequest?: unknown;
  readonly summary: string;
};

export type RequestOf<E extends Endpoint> = Static<E["request"]>;
export type ResponseOf<E extends Endpoint> = Static<E["response"]>;

type EndpointFields<Request extends TSchema, Response extends TSchema> = Omit<
  Endpoint<Request, Response>,
  "method" | "customer" | "credential" | "service" | "path"
> &
  Partial<Pick<Endpoint, "customer" | "credential">>;

/** Starts a service's part of the table; `POST` and `GET` without an answer to "which customer" mean enforced. */
export function endpointsOf(service: ServiceName) {
  const define =
    (method: Endpoint["method"]) =>
    <const Request extends TSchema, const Response extends TSchema>(
      path: string,
      fields: EndpointFields<Request, Response>,
    ): Endpoint<Request, Response> => ({
      service,
      method,
      path,
      customer: "enforced",
      credential: "none",
      ...fields,
    });
  return { get: define("GET"), post: define("POST") };
}

/** The names in braces of an endpoint's path. */
export function pathParameters(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
}
