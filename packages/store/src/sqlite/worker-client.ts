import { Worker } from "node:worker_threads";
import { StoreError } from "../errors.ts";
import { sqliteError } from "./sqlite-errors.ts";
import type { SqlValue, StatementResult, WorkerOptions, WorkerReply, WorkerRequest } from "./worker-protocol.ts";

interface Pending {
  readonly resolve: (result: StatementResult) => void;
  readonly reject: (error: StoreError) => void;
}

/** A SQLite database in a thread of its own. Statements run in the order in which they were asked. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  #nextId = 1;
  #failure: StoreError | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: WorkerReply) => this.#settle(reply));
    worker.on("error", (error) => this.#fail(new StoreError("closed", "the database thread failed", { cause: error })));
    this.#exited = new Promise((resolve) => {
      worker.on("exit", () => {
        this.#fail(new StoreError("closed", "the database is closed"));
        resolve();
      });
    });
  }

  /** Rejects with a StoreError when the file cannot be opened. */
  static async open(workerUrl: URL, options: WorkerOptions): Promise<WorkerClient> {
    const worker = new Worker(workerUrl, {
      workerData: options,
      // node:sqlite still warns that it may change.
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    const client = new WorkerClient(worker);
    await new Promise<void>((resolve, reject) => {
      worker.once("message", () => resolve());
      worker.once("error", (cause) => {
        reject(new StoreError("failed", `cannot open the database ${options.file}: ${describe(cause)}`, { cause }));
      });
    });
    return client;
  }

  run(sql: string, parameters: readonly SqlValue[]): Promise<StatementResult> {
    return this.#ask({ kind: "run", id: this.#nextId++, sql, parameters });
  }

  runMany(sql: string, batches: readonly (readonly SqlValue[])[]): Promise<StatementResult> {
    return this.#ask({ kind: "run-many", id: this.#nextId++, sql, batches });
  }

  /** Runs what was asked before, closes the file and ends the thread. */
  async close(): Promise<void> {
    if (this.#failure === null) await this.#ask({ kind: "close", id: this.#nextId++ });
    await this.#exited;
  }

  #ask(request: WorkerRequest): Promise<StatementResult> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#pending.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  #settle(reply: WorkerReply): void {
    if (reply.kind === "opened") return;
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    this.#pending.delete(reply.id);
    if (reply.kind === "result") pending.resolve(reply.result);
    else pending.reject(sqliteError(reply.sqliteCode, reply.message));
  }

  #fail(error: StoreError): void {
    this.#failure ??= error;
    for (const pending of this.#pending.values()) pending.reject(this.#failure);
    this.#pending.clear();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
