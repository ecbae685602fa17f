import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** The processes of one run. They end when they are disconnected, at the latest when this is disposed. */
export class Processes implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];

  /** Starts a file of this folder, or of another by its URL; the order is its only argument, as JSON. */
  start(file: string, order: object): ChildProcess {
    const child = fork(new URL(file, import.meta.url), [JSON.stringify(order)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#children.push(child);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) return;
        const ended = once(child, "exit");
        if (child.connected) child.disconnect();
        const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
        await ended;
        clearTimeout(late);
      }),
    );
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Sends a message and waits for the answer. */
export function ask<T>(child: ChildProcess, message: string | object): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send(message);
  return answer;
}

/** Rejects when the process ends before it says anything. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const [what, message] = await Promise.race([
    once(child, "message", { signal: ended.signal }).then(([value]) => ["message", value] as const),
    once(child, "exit", { signal: ended.signal }).then(([code]) => ["exit", code] as const),
  ]).finally(() => ended.abort());
  if (what === "exit") throw new Error(`a process of the run ended with ${String(message)}`);
  return message as T;
}
