import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import { BatchQuery } from "../sql/batch-query.ts";
import { Turnstile } from "./turnstile.ts";
import { WorkerClient } from "./worker-client.ts";
import type { SqlValue, WorkerOptions } from "./worker-protocol.ts";

export interface SqliteDriverOptions extends WorkerOptions {
  readonly workerUrl: URL;
  /** Operations (statements outside a transaction, and transactions) that may wait for the connection. */
  readonly maxQueuedOperations: number;
}

/** One connection, lent to one operation at a time: that serialises the transactions of this process. */
export class SqliteDriver implements Driver {
  readonly #options: SqliteDriverOptions;
  readonly #turnstile: Turnstile;
  #connection: SqliteConnection | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: SqliteDriverOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(options.maxQueuedOperations);
  }

  async init(): Promise<void> {
    const { workerUrl, file, busyTimeoutMs } = this.#options;
    this.#connection = new SqliteConnection(await WorkerClient.open(workerUrl, { file, busyTimeoutMs }));
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turnstile.enter();
    if (this.#connection === null) throw new Error("a connection was asked for before the driver was initialised");
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#turnstile.leave();
  }

  /** IMMEDIATE takes the write lock at once: a transaction that reads first can then not lose its turn to another process. */
  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const begin = settings.accessMode === "read only" ? "begin" : "begin immediate";
    await connection.executeQuery(CompiledQuery.raw(begin));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  /** Turns new operations away with `closed`, waits for those that were accepted, then closes the file. */
  destroy(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const turn = this.#turnstile.enterLast();
    await turn;
    await this.#connection?.close();
    this.#turnstile.leave();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #client: WorkerClient;

  constructor(client: WorkerClient) {
    this.#client = client;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result =
      query instanceof BatchQuery
        ? await this.#client.runMany(query.sql, query.batches.map(bind))
        : await this.#client.run(query.sql, bind(query.parameters));
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.changes) };
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for the method, and no port needs it.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("the SQLite driver does not stream: the database is in another thread");
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function bind(parameters: readonly unknown[]): SqlValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint") {
      return value;
    }
    if (value instanceof Uint8Array) return value;
    throw new TypeError(`expected null, a number, a string or bytes as an SQL parameter, got ${typeof value}`);
  });
}
