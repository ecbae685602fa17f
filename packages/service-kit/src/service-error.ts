/** What a caller can do about a failure. Each code has one HTTP status. */
export type ErrorCode =
  /** The request is wrong whatever the state of the system: fix it, then send it again. */
  | "invalid-argument"
  /** The caller did not prove who it is. */
  | "unauthenticated"
  /** The caller is known and may not do this. */
  | "permission-denied"
  /** What the request names does not exist. */
  | "not-found"
  /** Lost a race on a version or an epoch: read again, then retry. */
  | "conflict"
  /** A limit is reached: retry with backoff. Nothing was done. */
  | "busy"
  /** Down or overloaded: retry with backoff. The work may or may not have been done. */
  | "unavailable"
  /** A bug or a broken part of ours; the log knows more than the answer tells. */
  | "internal";

const statuses: Readonly<Record<ErrorCode, number>> = {
  "invalid-argument": 400,
  unauthenticated: 401,
  "permission-denied": 403,
  "not-found": 404,
  conflict: 409,
  busy: 429,
  unavailable: 503,
  internal: 500,
};

/** An expected failure. Its message goes to the caller, so it holds no secret and no foreign error text. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }

  get httpStatus(): number {
    return statuses[this.code];
  }
}
