import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DevError } from "./dev-error.ts";
import { processInfo } from "./processes.ts";

/** A process that a run started, named so that a later process with the same pid is not taken for it. */
export type RunProcess = { readonly name: string; readonly pid: number; readonly startTicks: number | undefined };

/** What a run writes beside its lock, for whoever comes later. */
type RunRecord = { readonly pid: number; readonly startedAt: string; readonly children: readonly RunProcess[] };

/**
 * One run per data directory. The lock is SQLite's on `run.lock`, so the kernel gives it back however the process
 * ends; `run.json` says who holds it and which children it started.
 */
export class RunLock implements Disposable {
  /** Children of an earlier run that ended without stopping them, and that live. */
  readonly leftovers: readonly RunProcess[];
  readonly #database: DatabaseSync;
  readonly #recordFile: string;
  readonly #startedAt: string;
  readonly #children = new Map<string, RunProcess>();

  private constructor(database: DatabaseSync, recordFile: string, startedAt: string) {
    this.#database = database;
    this.#recordFile = recordFile;
    this.#startedAt = startedAt;
    this.leftovers = readRecord(recordFile)?.children.filter(isStillThere) ?? [];
    this.#write();
  }

  /** Takes the lock of an existing directory. Throws `DevError` that names the run that has it. */
  static take(dataDir: string, startedAt: string): RunLock {
    const recordFile = join(dataDir, "run.json");
    const database = new DatabaseSync(join(dataDir, "run.lock"));
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    } catch (cause) {
      database.close();
      const holder = readRecord(recordFile);
      const who =
        holder === undefined
          ? "another ows dev"
          : `ows dev with process id ${holder.pid}, started ${holder.startedAt},`;
      throw new DevError(
        `${who} already runs on the data of ${dataDir}.\n` +
          "Stop it first, or give this one its own place and ports: `ows dev --data-dir ./.ows2 --port-base 9100`.",
        { cause },
      );
    }
    return new RunLock(database, recordFile, startedAt);
  }

  /** Notes a child, so that the next run finds it if this one dies; a restarted child replaces its predecessor. */
  noteChild(name: string, pid: number): void {
    this.#children.set(name, { name, pid, startTicks: processInfo(pid)?.startTicks });
    this.#write();
  }

  [Symbol.dispose](): void {
    rmSync(this.#recordFile, { force: true });
    this.#database.close();
  }

  #write(): void {
    const record: RunRecord = {
      pid: process.pid,
      startedAt: this.#startedAt,
      children: [...this.leftovers, ...this.#children.values()],
    };
    writeFileSync(this.#recordFile, JSON.stringify(record, null, 2), { mode: 0o600 });
  }
}

function isStillThere(child: RunProcess): boolean {
  const now = processInfo(child.pid);
  return now !== undefined && now.startTicks === child.startTicks;
}

function readRecord(file: string): RunRecord | undefined {
  try {
    return parseRecord(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Not there, or cut short by the end of the run that wrote it: then nobody is known.
    return undefined;
  }
}

function parseRecord(value: unknown): RunRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, startedAt, children } = value as Partial<Record<keyof RunRecord, unknown>>;
  if (typeof pid !== "number" || typeof startedAt !== "string" || !Array.isArray(children)) return undefined;
  return { pid, startedAt, children: children.filter(isRunProcess) };
}

function isRunProcess(value: unknown): value is RunProcess {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "name" in value &&
    typeof value.name === "string" &&
    "startTicks" in value &&
    typeof value.startTicks === "number"
  );
}
