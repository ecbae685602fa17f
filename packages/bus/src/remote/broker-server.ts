import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Delivery } from "../bus.ts";
import { BusError } from "../bus.ts";
import type { MemoryBroker, MemoryQueue } from "../memory-broker.ts";
import { MessageSocket } from "./message-socket.ts";
import { type ClientMessage, isProof, parseClientMessage, type ServerMessage } from "./wire.ts";

export interface BrokerServerOptions {
  readonly broker: MemoryBroker;
  readonly secret: string;
  /** 0 lets the system choose; see `port` of the result. */
  readonly port: number;
  readonly host?: string;
  readonly maxConnections?: number;
  /** How long a connection may take to prove itself. */
  readonly helloTimeoutMs?: number;
}

export interface BrokerServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves a broker of this process to others on the same machine that have the secret. */
export async function serveBroker(options: BrokerServerOptions): Promise<BrokerServer> {
  const sessions = new Set<Session>();
  const server = createServer((socket) => {
    const session = new Session(socket, options);
    sessions.add(session);
    void session.ended.then(() => sessions.delete(session));
  });
  server.maxConnections = options.maxConnections ?? 64;
  server.listen(options.port, options.host ?? "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.close("the broker stops");
      await Promise.all([closed, ...[...sessions].map((session) => session.ended)]);
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

type Request = Exclude<ClientMessage, { op: "hello" | "done" }>;

/** One client: its queues end with its connection. */
class Session {
  readonly ended: Promise<void>;
  readonly #socket: MessageSocket<ClientMessage, ServerMessage>;
  readonly #options: BrokerServerOptions;
  readonly #nonce = randomBytes(24).toString("base64url");
  readonly #queues = new Map<number, RemoteQueue>();
  #isProven = false;

  constructor(socket: Socket, options: BrokerServerOptions) {
    this.#options = options;
    this.#socket = new MessageSocket(socket, parseClientMessage, (message) => this.#receive(message));
    const timer = setTimeout(() => {
      if (!this.#isProven) this.close("no proof in time");
    }, options.helloTimeoutMs ?? 2_000);
    this.ended = this.#socket.closed.then(async () => {
      clearTimeout(timer);
      await Promise.all([...this.#queues.values()].map((queue) => queue.end()));
    });
    this.#socket.send({ op: "challenge", nonce: this.#nonce });
  }

  close(reason: string): void {
    this.#socket.close(reason);
  }

  #receive(message: ClientMessage): void {
    if (message.op === "hello") {
      this.#hear(message.proof);
    } else if (!this.#isProven) {
      this.close(`${message.op} before hello`);
    } else if (message.op === "done") {
      this.#queues.get(message.queue)?.done();
    } else {
      this.#answer(message);
    }
  }

  #hear(proof: string): void {
    if (!isProof(this.#options.secret, this.#nonce, proof)) {
      this.close("wrong secret");
      return;
    }
    this.#isProven = true;
    this.#socket.send({ op: "welcome" });
  }

  #answer(message: Request): void {
    const { id } = message;
    try {
      this.#socket.send({ op: "answer", id, result: this.#carryOut(message) });
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      const code = error.code === "conflict" ? "conflict" : "refused";
      this.#socket.send({ op: "refusal", id, code, reason: error.message });
    }
  }

  #carryOut(message: Request): string {
    const { broker } = this.#options;
    switch (message.op) {
      case "declare":
        broker.declare(message.exchange);
        return "declared";
      case "publish":
        return broker.publish(message.exchange, message.routingKey, Buffer.from(message.body, "base64"));
      case "consume": {
        const { queue, bindings, capacity } = message;
        if (this.#queues.has(queue)) throw new BusError("refused", `queue ${queue} exists already`);
        const remote = new RemoteQueue((delivery) =>
          this.#socket.send({ op: "deliver", queue, ...delivery, body: Buffer.from(delivery.body).toString("base64") }),
        );
        remote.attach(broker.consume({ bindings, capacity }, (delivery) => remote.deliver(delivery)));
        this.#queues.set(queue, remote);
        return "consuming";
      }
      case "cancel":
        void this.#queues.get(message.queue)?.end();
        this.#queues.delete(message.queue);
        return "cancelled";
    }
  }
}

/** Holds the next message back until the client has handled the last one. */
class RemoteQueue {
  readonly #send: (delivery: Delivery) => void;
  #queue: MemoryQueue | undefined;
  #finish: (() => void) | undefined;

  constructor(send: (delivery: Delivery) => void) {
    this.#send = send;
  }

  attach(queue: MemoryQueue): void {
    this.#queue = queue;
  }

  deliver(delivery: Delivery): Promise<void> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#send(delivery);
    });
  }

  done(): void {
    this.#finish?.();
    this.#finish = undefined;
  }

  async end(): Promise<void> {
    this.done();
    await this.#queue?.[Symbol.asyncDispose]();
  }
}
