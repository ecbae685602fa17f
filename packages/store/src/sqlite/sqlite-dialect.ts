import { type Dialect, type Driver, type Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { SqliteDriver, type SqliteDriverOptions } from "./sqlite-driver.ts";

/** Kysely on node:sqlite in a worker thread; one dialect for one Kysely. */
export class SqliteWorkerDialect implements Dialect {
  readonly #driver: SqliteDriver;

  constructor(options: SqliteDriverOptions) {
    this.#driver = new SqliteDriver(options);
  }

  createDriver(): Driver {
    return this.#driver;
  }

  /** As Kysely's own `destroy`, but whoever comes later is told so with a StoreError. */
  close(): Promise<void> {
    return this.#driver.destroy();
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new QueueingSqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

class QueueingSqliteAdapter extends SqliteAdapter {
  /** True keeps Kysely's own unbounded lock out of the way: the driver lends its connection through a bounded queue. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
