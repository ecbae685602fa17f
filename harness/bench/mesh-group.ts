import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { ClientsReport } from "./mesh-clients.ts";
import { type MeshOrder, serverIds } from "./mesh-order.ts";
import type { PeerPorts, ServerReport } from "./mesh-server-process.ts";

/** Longest wait for processes to start and links to stand. */
const READY_WITHIN_MS = 30_000;

export type GroupReport = { readonly servers: readonly ServerReport[]; readonly clients: ClientsReport | undefined };

/** The servers of one run, a process each, and a process of clients. */
export class MeshGroup implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];
  #servers: ChildProcess[] = [];
  #clients: ChildProcess | undefined;

  static async start(order: MeshOrder): Promise<MeshGroup> {
    const group = new MeshGroup();
    try {
      await group.#start(order);
      return group;
    } catch (error) {
      await group[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What happened since the last time. */
  async report(): Promise<GroupReport> {
    const [servers, clients] = await Promise.all([
      Promise.all(this.#servers.map((server) => ask<ServerReport>(server, { kind: "report" }))),
      this.#clients === undefined ? undefined : ask<ClientsReport>(this.#clients, "report"),
    ]);
    return { servers, clients };
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

  async #start(order: MeshOrder): Promise<void> {
    this.#servers = serverIds(order).map((self) => this.#fork("mesh-server-process.ts", { ...order, self }));
    const peers = await Promise.all(this.#servers.map((server) => nextMessage<PeerPorts>(server)));
    for (const server of this.#servers) server.send({ kind: "peers", peers });
    const links = order.kind === "alone" ? 0 : order.servers - 1;
    const untilMs = performance.now() + READY_WITHIN_MS;
    while ((await this.report()).servers.some(({ linksUp }) => linksUp < links)) {
      if (performance.now() > untilMs) throw new Error(`the links do not stand after ${READY_WITHIN_MS} ms`);
      await pause(100);
    }
    if (order.clients === 0) return;
    const clients = this.#fork("mesh-clients.ts", { ...order, urls: peers.map(({ gameUrl }) => gameUrl) });
    await nextMessage(clients);
    this.#clients = clients;
  }

  #fork(file: string, order: object): ChildProcess {
    const child = fork(new URL(file, import.meta.url), [JSON.stringify(order)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#children.push(child);
    return child;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function ask<T>(child: ChildProcess, message: string | object): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send(message);
  return answer;
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const [what, message] = await Promise.race([
    once(child, "message", { signal: ended.signal }).then(([value]) => ["message", value] as const),
    once(child, "exit", { signal: ended.signal }).then(([code]) => ["exit", code] as const),
  ]).finally(() => ended.abort());
  if (what === "exit") throw new Error(`a process of the run ended with ${String(message)}`);
  return message as T;
}
