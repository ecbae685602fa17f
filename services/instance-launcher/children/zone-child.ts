import { type ChildProcess, spawn } from "node:child_process";
import type { Link } from "@ows/mesh-runtime";
import type { LinkBody } from "@ows/protocol/mesh";
import type { ChildLog } from "./child-logs.ts";
import type { CommandLine, SpinUpOrder } from "./command-line.ts";
import { signalGroup } from "./process-identity.ts";

export type ChildState = "starting" | "ready" | "stopping";

export interface ChildExit {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** What the child or the launcher said about it. */
  readonly reason: string;
}

export interface ZoneChildOptions {
  readonly order: SpinUpOrder;
  readonly command: CommandLine;
  readonly env: Record<string, string>;
  readonly log: ChildLog;
  readonly onExit: (child: ZoneChild, exit: ChildExit) => void;
}

/**
 * One zone server process. It leads a process group of its own and writes to its log file itself, so that neither a
 * Ctrl-C at the terminal nor the launcher's death reaches it by accident.
 */
export class ZoneChild {
  readonly order: SpinUpOrder;
  readonly log: ChildLog;
  /** Resolves once the process is gone. */
  readonly exited: Promise<ChildExit>;
  readonly #process: ChildProcess;
  #state: ChildState = "starting";
  #link: Link | undefined;
  #reason = "";
  #killTimer: NodeJS.Timeout | undefined;
  #unanswered = 0;

  constructor({ order, command, env, log, onExit }: ZoneChildOptions) {
    this.order = order;
    this.log = log;
    const child = spawn(command.file, [...command.args], {
      env,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    this.#process = child;
    const { promise, resolve } = Promise.withResolvers<ChildExit>();
    this.exited = promise;
    const finish = (exit: ChildExit) => {
      clearTimeout(this.#killTimer);
      this.#link?.close("stopping", "the process is gone");
      onExit(this, exit);
      resolve(exit);
    };
    child.once("exit", (exitCode, signal) => finish({ pid: this.pid, exitCode, signal, reason: this.#reason }));
    child.once("error", (error) => {
      if (child.pid === undefined) finish({ pid: 0, exitCode: null, signal: null, reason: error.message });
    });
  }

  /** 0 when the process could not be started. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get state(): ChildState {
    return this.#state;
  }

  /** The child's loopback link stands. */
  attach(link: Link): void {
    this.#link?.close("replaced", "a newer link took this place");
    this.#link = link;
    this.#unanswered = 0;
    link.onMessage((body) => {
      if (body.$case === "ready" && this.#state === "starting") this.#state = "ready";
      else if (body.$case === "ending") this.#reason = body.value.reason;
      else if (body.$case === "pong") this.#unanswered = 0;
    });
  }

  /**
   * Asks whether the child lives. Answers how many questions before this one are open; 0 while it is not ready, when
   * a long load may keep it from answering.
   */
  ping(): number {
    if (this.#state !== "ready" || this.#link?.isOpen !== true) return 0;
    const open = this.#unanswered++;
    this.#link.send({ $case: "ping", value: { number: open } });
    return open;
  }

  /** `false`: it has no link now. */
  tell(body: LinkBody): boolean {
    return this.#link?.send(body) ?? false;
  }

  forgivePings(): void {
    this.#unanswered = 0;
  }

  /** Asks the child to save and leave, and kills its whole group after the grace. */
  stop(reason: string, graceMs: number): void {
    if (this.#state === "stopping") return;
    this.#state = "stopping";
    this.#reason ||= reason;
    const wasTold = this.#link?.send({ $case: "stop", value: { reason, graceMs } }) ?? false;
    if (!wasTold) this.#process.kill("SIGTERM");
    this.#killTimer = setTimeout(() => this.kill(`${reason}; did not leave within ${graceMs} ms`), graceMs);
  }

  kill(reason: string): void {
    this.#state = "stopping";
    this.#reason = reason;
    if (this.pid > 1 && this.#process.exitCode === null && this.#process.signalCode === null) {
      signalGroup(this.pid, "SIGKILL");
    }
  }
}
