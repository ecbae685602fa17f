import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";

/** Where zone servers write. They hold the file itself, so their output outlives the launcher. */
export class ChildLogs {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;

  constructor(dataDir: string, limits: { readonly maxLogBytes: number; readonly maxLogFiles: number }) {
    this.#dir = join(dataDir, "logs", "zones");
    this.#maxBytes = limits.maxLogBytes;
    this.#maxFiles = limits.maxLogFiles;
    mkdirSync(this.#dir, { recursive: true });
  }

  /** A descriptor for the child's output; the launcher keeps it to bound the file. */
  open(zoneInstanceId: number): ChildLog {
    this.#removeOldest();
    return new ChildLog(join(this.#dir, `zone-${zoneInstanceId}.log`), this.#maxBytes);
  }

  #removeOldest(): void {
    const files = readdirSync(this.#dir).map((name) => {
      const file = join(this.#dir, name);
      return { file, changedMs: statSync(file).mtimeMs };
    });
    files.sort((a, b) => b.changedMs - a.changedMs);
    for (const { file } of files.slice(this.#maxFiles - 1)) rmSync(file, { force: true });
  }
}

export class ChildLog {
  readonly file: string;
  readonly fd: number;
  readonly #maxBytes: number;

  constructor(file: string, maxBytes: number) {
    this.file = file;
    this.#maxBytes = maxBytes;
    // Appending: after a truncation the child goes on at the new end.
    this.fd = openSync(file, "a", 0o600);
  }

  /** Moves a log that has grown too long aside. */
  bound(): void {
    if (fstatSync(this.fd).size <= this.#maxBytes) return;
    copyFileSync(this.file, `${this.file}.1`);
    ftruncateSync(this.fd, 0);
  }

  close(): void {
    closeSync(this.fd);
  }
}
