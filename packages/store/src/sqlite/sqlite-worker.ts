import { DatabaseSync, type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { SqlValue, StatementResult, WorkerOptions, WorkerReply, WorkerRequest } from "./worker-protocol.ts";

/** Prepared statements kept for reuse; the least recently used goes first. */
const MAX_PREPARED_STATEMENTS = 400;

const options = workerData as WorkerOptions;
const port = parentPort;
if (port === null) throw new Error("the database thread must be started as a worker");

const database = open(options);
const statements = new Map<string, StatementSync>();

const reply = (message: WorkerReply) => port.postMessage(message);

port.on("message", (request: WorkerRequest) => {
  try {
    reply({ kind: "result", id: request.id, result: handle(request) });
  } catch (error) {
    reply({ kind: "failure", id: request.id, message: messageOf(error), sqliteCode: sqliteCodeOf(error) });
  }
  if (request.kind === "close") port.close();
});
reply({ kind: "opened" });

/**
 * synchronous=NORMAL: in WAL mode a commit survives the death of the process, and the file stays sound whatever
 * happens. Only a power cut may take back the last moments of play, and no client waits for a disk on each save.
 * Writes that must not be taken back (granted ids, terms) raise it to FULL for themselves.
 */
function open({ file, busyTimeoutMs }: WorkerOptions): DatabaseSync {
  const opened = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  opened.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  return opened;
}

function handle(request: WorkerRequest): StatementResult {
  switch (request.kind) {
    case "run":
      return run(prepare(request.sql), request.parameters);
    case "run-many":
      return runMany(prepare(request.sql), request.batches);
    case "close":
      database.close();
      return { rows: [], changes: 0 };
  }
}

function run(statement: StatementSync, parameters: readonly SqlValue[]): StatementResult {
  if (statement.columns().length > 0) {
    return { rows: statement.all(...parameters) as StatementResult["rows"], changes: 0 };
  }
  return { rows: [], changes: Number(statement.run(...parameters).changes) };
}

function runMany(statement: StatementSync, batches: readonly (readonly SqlValue[])[]): StatementResult {
  const rows = batches.map((parameters) => ({ changes: Number(statement.run(...parameters).changes) }));
  return { rows, changes: rows.reduce((sum, row) => sum + row.changes, 0) };
}

function prepare(sql: string): StatementSync {
  const statement = statements.get(sql) ?? database.prepare(sql);
  statements.delete(sql);
  statements.set(sql, statement);
  if (statements.size > MAX_PREPARED_STATEMENTS) {
    for (const oldest of statements.keys()) {
      statements.delete(oldest);
      break;
    }
  }
  return statement;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sqliteCodeOf(error: unknown): number {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
}
