import type { Endpoint, RequestOf, ResponseOf } from "./endpoint.ts";
import { pathParameters } from "./endpoint.ts";
import { projectResponse } from "./project-response.ts";

export type CallOptions<E extends Endpoint> = {
  /** With or without a slash at the end. */
  readonly baseUrl: string;
  readonly customerGuid: string;
  /** What `X-OWS-Credential` carries, for endpoints that ask for one. */
  readonly credential?: string;
  /** Members left out take their defaults at the service. */
  readonly body?: Partial<RequestOf<E>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest wait for the whole answer; 30 seconds when not given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

/** Why a call has no answer. `unreachable` and `timeout` may be tried again; the service may or may not have acted. */
export type CallFailure = "unreachable" | "timeout" | "cancelled" | "refused" | "malformed";

export class CallError extends Error {
  override readonly name = "CallError";
  readonly failure: CallFailure;
  /** The HTTP status of a `refused` or `malformed` answer, else 0. */
  readonly status: number;

  constructor(
    failure: CallFailure,
    message: string,
    details: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.failure = failure;
    this.status = details.status ?? 0;
  }
}

/**
 * Calls an endpoint with the global `fetch` and answers what its schema says: null for 204, undefined for an empty
 * body. Throws `CallError` when there is no such answer. Runs in browsers, services and zone servers alike.
 */
export async function callEndpoint<E extends Endpoint>(endpoint: E, options: CallOptions<E>): Promise<ResponseOf<E>> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  try {
    const response = await fetch(urlOf(endpoint, options), { ...requestInit(endpoint, options), signal });
    return readAnswer(endpoint, response.status, await response.text());
  } catch (cause) {
    if (cause instanceof CallError) throw cause;
    const place = `${endpoint.method} ${options.baseUrl}${endpoint.path}`;
    if (options.signal?.aborted) throw new CallError("cancelled", `${place} was cancelled`, { cause });
    if (timeout.aborted) throw new CallError("timeout", `${place} did not answer in time`, { cause });
    throw new CallError("unreachable", `${place} can't be reached`, { cause });
  }
}

function urlOf(endpoint: Endpoint, options: CallOptions<Endpoint>): string {
  const members = new Map(Object.entries(options.body ?? {}));
  const inPath = pathParameters(endpoint.path);
  let path = endpoint.path;
  for (const name of inPath) path = path.replace(`{${name}}`, encodeURIComponent(String(members.get(name) ?? "")));
  const query = new URLSearchParams();
  if (endpoint.method === "GET") {
    for (const [name, value] of members) if (!inPath.includes(name)) query.set(name, String(value));
  }
  return options.baseUrl.replace(/\/+$/, "") + path + (query.size > 0 ? `?${query}` : "");
}

function requestInit(endpoint: Endpoint, options: CallOptions<Endpoint>): RequestInit {
  const headers: Record<string, string> = { "X-CustomerGUID": options.customerGuid, ...options.headers };
  if (options.credential !== undefined) headers["X-OWS-Credential"] = options.credential;
  if (endpoint.method === "GET") return { method: "GET", headers };
  headers["Content-Type"] = "application/json";
  return { method: endpoint.method, headers, body: JSON.stringify(options.body ?? {}) };
}

function readAnswer<E extends Endpoint>(endpoint: E, status: number, text: string): ResponseOf<E> {
  if (status >= 300 || status < 200)
    throw new CallError("refused", `${endpoint.path}: ${status} ${reasonIn(text)}`, { status });
  const isEmptyBody = "type" in endpoint.response && endpoint.response.type === "undefined";
  if (isEmptyBody) return undefined as ResponseOf<E>;
  try {
    return projectResponse(endpoint.response, status === 204 ? null : JSON.parse(text)) as ResponseOf<E>;
  } catch (cause) {
    throw new CallError("malformed", `${endpoint.path}: the answer is not what it should be`, { status, cause });
  }
}

/** The words of a ProblemDetails, or the start of whatever came. */
function reasonIn(text: string): string {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem !== "object" || problem === null) return text.slice(0, 200);
    const words = Object.entries(problem).filter(
      ([name]) => name === "detail" || name === "title" || name === "errors",
    );
    return words
      .map(([, value]) => (typeof value === "string" ? value : JSON.stringify(value)))
      .join(" – ")
      .slice(0, 400);
  } catch {
    return text.slice(0, 200);
  }
}
