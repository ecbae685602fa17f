import { type BindingErrors, problemDetails } from "@ows/protocol/http";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../service-error.ts";
import { drain } from "./drain.ts";

/** A request whose members do not fit the endpoint's schema. */
export class BindingError extends Error {
  override readonly name = "BindingError";
  readonly errors: BindingErrors;

  constructor(errors: BindingErrors) {
    super("the request does not fit the endpoint");
    this.errors = errors;
  }
}

type ProblemOptions = {
  readonly bodyLimitBytes: number;
  readonly translateError: ((error: unknown) => ServiceError | undefined) | undefined;
};

/** Answers every failure as ProblemDetails, and in the texts of this table rather than of whatever threw. */
export function answerProblems(app: FastifyInstance, options: ProblemOptions): void {
  app.setErrorHandler<FastifyError>(async (thrown, request, reply) => {
    const error = options.translateError?.(thrown) ?? thrown;
    if (error instanceof BindingError) return sendProblem(request, reply, { status: 400, errors: error.errors });
    if (error instanceof ServiceError) {
      if (error.httpStatus >= 500) request.log.error({ err: error }, "request failed");
      return sendProblem(request, reply, { status: error.httpStatus, detail: error.message });
    }
    const status = error.statusCode ?? 500;
    if (status === 413) await drain(request.raw);
    if (status >= 500) request.log.error({ err: error }, "request failed");
    return sendProblem(request, reply, { status, detail: detailOf(status, options.bodyLimitBytes) });
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, { status: 404, detail: "There is no such endpoint." }),
  );
}

function detailOf(status: number, bodyLimitBytes: number): string {
  switch (status) {
    case 400:
      return "The request is not understood.";
    case 408:
      return "The request took too long to arrive.";
    case 413:
      return `The body is larger than ${bodyLimitBytes} bytes.`;
    case 415:
      return "The body should be application/json.";
    case 503:
      return "The service can't answer now. Try again.";
    default:
      return "The service failed; its log knows why.";
  }
}

type Problem = { readonly status: number; readonly detail?: string; readonly errors?: BindingErrors };

function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const body = JSON.stringify(problemDetails({ ...problem, traceId: request.id }));
  return reply.code(problem.status).header("content-type", "application/problem+json; charset=utf-8").send(body);
}
