import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@ows/service-kit";
import { processIdentity, signalGroup } from "./process-identity.ts";

interface ChildRecord {
  readonly zoneInstanceId: number;
  readonly pid: number;
  readonly identity: string;
}

const POLL_MS = 25;

/** A file for each child, so that the next launcher finds what this one could not stop. */
export class ChildRecords {
  readonly #dir: string;

  constructor(dataDir: string) {
    this.#dir = join(dataDir, "launcher", "children");
    mkdirSync(this.#dir, { recursive: true });
  }

  write(zoneInstanceId: number, pid: number): void {
    const identity = processIdentity(pid);
    if (identity === undefined) return;
    writeFileSync(this.#file(zoneInstanceId), JSON.stringify({ zoneInstanceId, pid, identity }), { mode: 0o600 });
  }

  remove(zoneInstanceId: number): void {
    rmSync(this.#file(zoneInstanceId), { force: true });
  }

  /** Ends what a former launcher left: asks first, kills after `graceMs`. A stranger with a reused pid is left alone. */
  async stopLeftovers(graceMs: number, logger: Logger): Promise<void> {
    const records = this.#readAll();
    await Promise.all(
      records.map(async (record) => {
        if (isAlive(record)) {
          logger.warn({ ...record }, "a zone server of a former launcher is stopped");
          await stopLeftover(record, graceMs);
        }
        this.remove(record.zoneInstanceId);
      }),
    );
  }

  #readAll(): ChildRecord[] {
    const records: ChildRecord[] = [];
    for (const name of readdirSync(this.#dir)) {
      const record = parseRecord(readFileSync(join(this.#dir, name), "utf8"));
      if (record === undefined) rmSync(join(this.#dir, name), { force: true });
      else records.push(record);
    }
    return records;
  }

  #file(zoneInstanceId: number): string {
    return join(this.#dir, `${zoneInstanceId}.json`);
  }
}

function parseRecord(text: string): ChildRecord | undefined {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record !== "object" || record === null) return undefined;
    if (!("zoneInstanceId" in record && "pid" in record && "identity" in record)) return undefined;
    const { zoneInstanceId, pid, identity } = record;
    if (typeof zoneInstanceId !== "number" || typeof pid !== "number" || typeof identity !== "string") return undefined;
    // A group number of 1 or less would mean everybody.
    return pid > 1 ? { zoneInstanceId, pid, identity } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(record: ChildRecord): boolean {
  return processIdentity(record.pid) === record.identity;
}

async function stopLeftover(record: ChildRecord, graceMs: number): Promise<void> {
  signalGroup(record.pid, "SIGTERM");
  for (let waitedMs = 0; waitedMs < graceMs && isAlive(record); waitedMs += POLL_MS) await pause(POLL_MS);
  if (isAlive(record)) signalGroup(record.pid, "SIGKILL");
  while (isAlive(record)) await pause(POLL_MS);
}
