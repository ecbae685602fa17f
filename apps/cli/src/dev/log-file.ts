import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";

const ROTATE_AT_BYTES = 20 * 1024 * 1024;
const WARN_LEVEL = 40;

/** A log that is full moves aside (`<name>.1`, replacing the one before) when a run starts. */
export function rotateLog(file: string): void {
  try {
    if (statSync(file).size >= ROTATE_AT_BYTES) renameSync(file, `${file}.1`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/** Takes the services' JSON lines: all of them go to a file, and the grave ones to the console as one sentence. */
export class LogFile implements AsyncDisposable {
  readonly #stream: WriteStream;
  readonly #onGrave: (sentence: string) => void;

  constructor(file: string, onGrave: (sentence: string) => void) {
    rotateLog(file);
    this.#stream = createWriteStream(file, { flags: "a", mode: 0o600 });
    this.#onGrave = onGrave;
  }

  write(line: string): void {
    this.#stream.write(line);
    const sentence = graveSentence(line);
    if (sentence !== undefined) this.#onGrave(sentence);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }
}

/** The words of a log line of level `error` or above. */
export function graveSentence(line: string): string | undefined {
  // Most lines are not grave: look before parsing.
  const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 0);
  if (level <= WARN_LEVEL) return undefined;
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== "object" || entry === null) return undefined;
  const { service, msg, err } = entry as { service?: unknown; msg?: unknown; err?: { message?: unknown } };
  const cause = typeof err?.message === "string" ? `: ${err.message}` : "";
  return `${String(service ?? "a service")}: ${String(msg ?? "error")}${cause}`;
}
