import type { ChildProcess } from "node:child_process";
import type { ClientsReport } from "./mesh-clients.ts";
import { type MeshOrder, serverIds } from "./mesh-order.ts";
import type { ServerReport } from "./mesh-server-process.ts";
import { ask, nextMessage, Processes, pause } from "./processes.ts";
import type { PeerPorts } from "./start-mesh-server.ts";

/** Longest wait for processes to start and links to stand. */
const READY_WITHIN_MS = 30_000;

export type GroupReport = { readonly servers: readonly ServerReport[]; readonly clients: ClientsReport | undefined };

/** The servers of one run, a process each, and a process of clients. */
export class MeshGroup implements AsyncDisposable {
  readonly #processes = new Processes();
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
    await this.#processes[Symbol.asyncDispose]();
  }

  async #start(order: MeshOrder): Promise<void> {
    this.#servers = serverIds(order).map((self) => this.#processes.start("mesh-server-process.ts", { ...order, self }));
    const peers = await Promise.all(this.#servers.map((server) => nextMessage<PeerPorts>(server)));
    for (const server of this.#servers) server.send({ kind: "peers", peers });
    const links = order.kind === "alone" ? 0 : order.servers - 1;
    const untilMs = performance.now() + READY_WITHIN_MS;
    while ((await this.report()).servers.some(({ linksUp }) => linksUp < links)) {
      if (performance.now() > untilMs) throw new Error(`the links do not stand after ${READY_WITHIN_MS} ms`);
      await pause(100);
    }
    if (order.clients === 0) return;
    const clients = this.#processes.start("mesh-clients.ts", { ...order, urls: peers.map(({ gameUrl }) => gameUrl) });
    await nextMessage(clients);
    this.#clients = clients;
  }
}
