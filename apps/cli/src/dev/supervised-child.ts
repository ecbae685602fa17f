import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { countFailure, restartDelayMs } from "./backoff.ts";
import { descendantsOf, signalProcess } from "./processes.ts";

export type ChildOptions = {
  readonly name: string;
  /** The module that Node runs, and its arguments. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Its output is appended here. A file, since a pipe would break the child when this process dies. */
  readonly logFile: string;
  readonly nowMs: () => number;
  /** Told of each start, for the record of this run. */
  readonly onStart: (pid: number) => void;
  /** A sentence for the console. */
  readonly say: (sentence: string) => void;
};

const WATCH_PARENT = fileURLToPath(new URL("./watch-parent.ts", import.meta.url));

/**
 * Keeps a child process running: starts it again, each time a little later, when it ends by itself. The child has its
 * own process group, so that Ctrl-C reaches it only through `stop`, and stops by itself when this process dies.
 */
export class SupervisedChild {
  readonly #options: ChildOptions;
  #child: ChildProcess | undefined;
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;
  #isStopping = false;

  private constructor(options: ChildOptions) {
    this.#options = options;
  }

  static start(options: ChildOptions): SupervisedChild {
    const supervised = new SupervisedChild(options);
    supervised.#spawn();
    return supervised;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Asks the child to stop and waits; after `deadlineMs` it and all it started are killed. */
  async stop(deadlineMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const overdue = setTimeout(() => {
      this.#options.say(`${this.#options.name} did not stop within ${deadlineMs / 1000} s and is killed`);
      this.kill();
    }, deadlineMs);
    await ended;
    clearTimeout(overdue);
  }

  /** Ends the child and everything it started, at once. */
  kill(): void {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const offspring = descendantsOf(pid);
    signalProcess(pid, "SIGKILL");
    for (const info of offspring) signalProcess(info.pid, "SIGKILL");
  }

  #spawn(): void {
    const { entry, args, env, cwd, logFile, nowMs } = this.#options;
    const log = openSync(logFile, "a", 0o600);
    const startedAtMs = nowMs();
    const child = spawn(process.execPath, ["--import", WATCH_PARENT, entry, ...args], {
      env,
      ...(cwd === undefined ? {} : { cwd }),
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    this.#child = child;
    child.once("spawn", () => this.#options.onStart(child.pid ?? 0));
    child.once("error", (error) => this.#onEnd(`could not be started: ${error.message}`, 0));
    child.once("exit", (code, signal) =>
      this.#onEnd(signal === null ? `ended with code ${code}` : `was ended by ${signal}`, nowMs() - startedAtMs),
    );
  }

  #onEnd(how: string, ranMs: number): void {
    if (this.#child === undefined) return;
    this.#child = undefined;
    if (this.#isStopping) return;
    this.#failures = countFailure(this.#failures, ranMs);
    const delayMs = restartDelayMs(this.#failures);
    const { name, logFile, say } = this.#options;
    say(`${name} ${how}; starting it again in ${delayMs / 1000} s (its log: ${logFile})`);
    this.#restart = setTimeout(() => this.#spawn(), delayMs);
  }
}
