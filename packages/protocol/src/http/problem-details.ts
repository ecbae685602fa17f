import type { BindingErrors } from "./bind-request.ts";

/** RFC 9457 body of a refused request, as ASP.NET writes it. `errors` makes it a ValidationProblemDetails. */
export type ProblemDetails = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: BindingErrors;
  /** What went wrong, once more: the Unreal plugin looks at no status, only for a non-empty `errorMessage`. */
  readonly errorMessage: string;
  readonly traceId: string;
};

const kinds: Readonly<Record<number, { readonly section: string; readonly title: string }>> = {
  400: { section: "15.5.1", title: "Bad Request" },
  401: { section: "15.5.2", title: "Unauthorized" },
  403: { section: "15.5.4", title: "Forbidden" },
  404: { section: "15.5.5", title: "Not Found" },
  405: { section: "15.5.6", title: "Method Not Allowed" },
  408: { section: "15.5.9", title: "Request Timeout" },
  409: { section: "15.5.10", title: "Conflict" },
  413: { section: "15.5.14", title: "Content Too Large" },
  415: { section: "15.5.16", title: "Unsupported Media Type" },
  429: { section: "", title: "Too Many Requests" },
  500: { section: "15.6.1", title: "Internal Server Error" },
  503: { section: "15.6.4", title: "Service Unavailable" },
};

export type Problem = {
  readonly status: number;
  readonly detail?: string;
  readonly errors?: BindingErrors;
  readonly traceId: string;
};

export function problemDetails(problem: Problem): ProblemDetails {
  const kind = kinds[problem.status];
  const wrongMembers = Object.entries(problem.errors ?? {}).map(([path, texts]) => `${path}: ${texts.join(", ")}`);
  const title = problem.errors === undefined ? (kind?.title ?? "Error") : "One or more validation errors occurred.";
  return {
    type: kind?.section ? `https://tools.ietf.org/html/rfc9110#section-${kind.section}` : "about:blank",
    title,
    status: problem.status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    errorMessage: problem.detail ?? [title, ...wrongMembers].join(" "),
    traceId: problem.traceId,
  };
}
