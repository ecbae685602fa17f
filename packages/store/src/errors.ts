/** Why the database did not do what it was asked. */
export type StoreErrorCode =
  /** A row with this key exists already. */
  | "unique"
  /** A value is missing, too long, or refers to a row that does not exist. */
  | "constraint"
  /** Another process kept the database locked for too long: try again later. */
  | "busy"
  /** More operations wait than the queue holds: try again later. */
  | "overloaded"
  /** The store is closed, or its connection is lost. */
  | "closed"
  | "failed";

/** What the adapters make of a database's own errors. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof StoreError && error.code === "unique";
}
