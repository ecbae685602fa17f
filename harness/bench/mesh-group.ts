import type { ChildProcess } from "node:child_process";
import type { CrowdReport } from "./crowd-process.ts";
import type { ClientsReport } from "./mesh-clients.ts";
import { type MeshOrder, serverIds } from "./mesh-order.ts";
import type { ServerReport } from "./mesh-server-process.ts";
import { ask, nextMessage, Processes, pause } from "./processes.ts";
import type { PeerPorts } from "./start-mesh-server.ts";

/** Longest wait for processes to start and links to stand. */
const READY_WITHIN_MS = 30_000;

/** Light clients of one process: it must not be what is measured. */
const CROWD_PER_PROCESS = 160;

export type GroupReport = {
  readonly servers: readonly ServerReport[];
  readonly clients: ClientsReport | undefined;
  readonly crowds: readonly CrowdReport[];
};

/** The servers of one run, a process each, and processes of clients. */
export class MeshGroup implements AsyncDisposable {
  readonly #processes = new Processes();
  #servers: ChildProcess[] = [];
  #clients: ChildProcess | undefined;
  readonly #crowds: ChildProcess[] = [];

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
    const [servers, clients, crowds] = await Promise.all([
      Promise.all(this.#servers.map((server) => ask<ServerReport>(server, { kind: "report" }))),
      this.#clients === undefined ? undefined : ask<ClientsReport>(this.#clients, "report"),
      Promise.all(this.#crowds.map((crowd) => ask<CrowdReport>(crowd, "report"))),
    ]);
    return { servers, clients, crowds };
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
    const urls = peers.map(({ gameUrl }) => gameUrl);
    if (order.clients > 0) {
      const clients = this.#processes.start("mesh-clients.ts", { ...order, urls });
      await nextMessage(clients);
      this.#clients = clients;
    }
    for (let first = 0; first < order.crowd; first += CROWD_PER_PROCESS) {
      const count = Math.min(CROWD_PER_PROCESS, order.crowd - first);
      this.#crowds.push(this.#processes.start("crowd-process.ts", { ...order, urls, first, count }));
    }
    await Promise.all(this.#crowds.map((crowd) => nextMessage(crowd)));
  }
}
