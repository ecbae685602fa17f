/** What the database thread is started with. */
export interface WorkerOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  readonly busyTimeoutMs: number;
}

/** What a statement can bind, and what its rows hold. */
export type SqlValue = null | number | bigint | string | Uint8Array;

export type WorkerRequest =
  | { readonly kind: "run"; readonly id: number; readonly sql: string; readonly parameters: readonly SqlValue[] }
  /** One statement, once per set of parameters. */
  | {
      readonly kind: "run-many";
      readonly id: number;
      readonly sql: string;
      readonly batches: readonly (readonly SqlValue[])[];
    }
  | { readonly kind: "close"; readonly id: number };

export interface StatementResult {
  readonly rows: readonly { readonly [column: string]: SqlValue }[];
  /** Rows written, of statements that return none. */
  readonly changes: number;
}

export type WorkerReply =
  | { readonly kind: "opened" }
  | { readonly kind: "result"; readonly id: number; readonly result: StatementResult }
  | { readonly kind: "failure"; readonly id: number; readonly message: string; readonly sqliteCode: number };
