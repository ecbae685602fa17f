import { connect } from "node:net";
import { backoffMs, Prng } from "@ows/base";
import type { ExchangeDeclaration } from "@ows/protocol/bus";
import type { Bus, DeliveryHandler, PublishResult, QueueOptions } from "../bus.ts";
import { BusError } from "../bus.ts";
import { MessageSocket } from "./message-socket.ts";
import { type ClientMessage, parseServerMessage, proofOf, type ServerMessage } from "./wire.ts";

export interface RemoteBusOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** How long a call waits for the broker, connection and answer together. */
  readonly callTimeoutMs?: number;
  readonly onHandlerError: (error: unknown) => void;
  /** Told why each connection ended or could not be made. */
  readonly onDisconnect?: (reason: string) => void;
}

const MAX_PENDING_CALLS = 1_024;
const RECONNECT = { firstMs: 50, maxMs: 2_000 };

type Call = Extract<ClientMessage, { id: number }>;
type CallWithoutId = Call extends infer One ? (One extends Call ? Omit<One, "id"> : never) : never;

interface PendingCall {
  readonly resolve: (result: string) => void;
  readonly reject: (error: BusError) => void;
}

interface Consumption {
  readonly options: QueueOptions;
  readonly handler: DeliveryHandler;
  /** Only what stood once is made again after a reconnect. */
  isMade: boolean;
  running: Promise<void> | undefined;
}

/** A session with a broker that another process serves. It reconnects for ever, and makes its queues again. */
export class RemoteBus implements Bus {
  readonly #options: RemoteBusOptions;
  readonly #prng = Prng.fromSeed(process.pid);
  readonly #pending = new Map<number, PendingCall>();
  readonly #consumptions = new Map<number, Consumption>();
  readonly #listeners = new Set<(isConnected: boolean) => void>();
  readonly #stop = new AbortController();
  #socket: MessageSocket<ServerMessage, ClientMessage> | undefined;
  #isConnected = false;
  #nextId = 1;
  readonly #loop: Promise<void>;

  constructor(options: RemoteBusOptions) {
    this.#options = options;
    this.#loop = this.#stayConnected();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  onConnectionChange(listener: (isConnected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async declare(exchange: ExchangeDeclaration): Promise<void> {
    await this.#call({ op: "declare", exchange: plain(exchange) });
  }

  async publish(exchange: ExchangeDeclaration, routingKey: string, body: Uint8Array): Promise<PublishResult> {
    const text = Buffer.from(body).toString("base64");
    const result = await this.#call({ op: "publish", exchange: plain(exchange), routingKey, body: text });
    return result === "routed" ? "routed" : "unroutable";
  }

  async consume(options: QueueOptions, handler: DeliveryHandler): Promise<AsyncDisposable> {
    const queue = this.#nextId++;
    // Known before the broker hears of it: the first message may come together with the answer.
    const consumption: Consumption = { options, handler, isMade: false, running: undefined };
    this.#consumptions.set(queue, consumption);
    try {
      await this.#call(consumeCall(queue, options));
      consumption.isMade = true;
    } catch (error) {
      this.#consumptions.delete(queue);
      throw error;
    }
    return {
      [Symbol.asyncDispose]: async () => {
        const running = this.#consumptions.get(queue)?.running;
        if (!this.#consumptions.delete(queue)) return;
        // With the connection gone the queue is gone too.
        if (this.#isConnected) await this.#call({ op: "cancel", queue }).catch(() => {});
        await running;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#socket?.close("closed by this side");
    await this.#loop;
    for (const { running } of this.#consumptions.values()) await running;
    this.#consumptions.clear();
  }

  async #stayConnected(): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      const { reason, wasWelcome } = await this.#connectOnce();
      this.#options.onDisconnect?.(reason);
      if (wasWelcome) attempt = 0;
      if (!this.#stop.signal.aborted) await pause(backoffMs(attempt, this.#prng, RECONNECT), this.#stop.signal);
    }
    for (const call of this.#pending.values()) call.reject(new BusError("closed", "the bus was closed"));
    this.#pending.clear();
  }

  /** Lives as long as one connection. */
  async #connectOnce(): Promise<{ readonly reason: string; readonly wasWelcome: boolean }> {
    const { host, port } = this.#options;
    let wasWelcome = false;
    const socket = new MessageSocket<ServerMessage, ClientMessage>(
      connect({ host, port }),
      parseServerMessage,
      (message) => {
        if (message.op === "welcome") {
          wasWelcome = true;
          this.#welcome();
        } else this.#receive(socket, message);
      },
    );
    this.#socket = socket;
    const reason = await socket.closed;
    this.#socket = undefined;
    for (const call of this.#pending.values()) {
      call.reject(new BusError("unavailable", `the bus at ${host}:${port} was lost: ${reason}`));
    }
    this.#pending.clear();
    this.#setConnected(false);
    return { reason, wasWelcome };
  }

  #welcome(): void {
    for (const [queue, { options, isMade }] of this.#consumptions) {
      if (!isMade) continue;
      this.#send(consumeCall(queue, options)).catch((error: unknown) => this.#options.onHandlerError(error));
    }
    this.#setConnected(true);
  }

  #receive(socket: MessageSocket<ServerMessage, ClientMessage>, message: ServerMessage): void {
    switch (message.op) {
      case "challenge":
        socket.send({ op: "hello", proof: proofOf(this.#options.secret, message.nonce) });
        return;
      case "answer":
        this.#take(message.id)?.resolve(message.result);
        return;
      case "refusal":
        this.#take(message.id)?.reject(new BusError(message.code, message.reason));
        return;
      case "deliver":
        this.#deliver(socket, message);
        return;
      case "welcome":
        return;
    }
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }

  #deliver(
    socket: MessageSocket<ServerMessage, ClientMessage>,
    { queue, exchange, routingKey, body }: Extract<ServerMessage, { op: "deliver" }>,
  ): void {
    const consumption = this.#consumptions.get(queue);
    // Just cancelled: the queue is about to end.
    if (consumption === undefined) return;
    const handle = async () => {
      // After a reconnect the last connection's message may still be in hand.
      await consumption.running;
      try {
        await consumption.handler({ exchange, routingKey, body: Buffer.from(body, "base64") });
      } catch (error) {
        this.#options.onHandlerError(error);
      }
      socket.send({ op: "done", queue });
    };
    consumption.running = handle();
  }

  async #call(call: CallWithoutId): Promise<string> {
    if (this.#stop.signal.aborted) throw new BusError("closed", "the bus was closed");
    const { host, port, callTimeoutMs = 5_000 } = this.#options;
    const timeout = AbortSignal.timeout(callTimeoutMs);
    const late = () => new BusError("unavailable", `the bus at ${host}:${port} did not answer in ${callTimeoutMs} ms`);
    if (!this.#isConnected) await this.#connected(AbortSignal.any([timeout, this.#stop.signal]), late);
    return this.#send(call, timeout, late);
  }

  #send(call: CallWithoutId, timeout?: AbortSignal, late?: () => BusError): Promise<string> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.reject(new BusError("unavailable", "the bus was lost"));
    if (this.#pending.size >= MAX_PENDING_CALLS) {
      return Promise.reject(new BusError("unavailable", `${MAX_PENDING_CALLS} calls wait for the bus already`));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const onTimeout = () => {
        this.#pending.delete(id);
        if (late !== undefined) reject(late());
      };
      timeout?.addEventListener("abort", onTimeout, { once: true });
      const settled = () => timeout?.removeEventListener("abort", onTimeout);
      this.#pending.set(id, {
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      socket.send({ ...call, id } as Call);
    });
  }

  #connected(signal: AbortSignal, late: () => BusError): Promise<void> {
    return new Promise((resolve, reject) => {
      const stopListening = this.onConnectionChange((isConnected) => {
        if (isConnected) finish(resolve);
      });
      const onAbort = () =>
        finish(() => reject(this.#stop.signal.aborted ? new BusError("closed", "the bus was closed") : late()));
      const finish = (settle: () => void) => {
        stopListening();
        signal.removeEventListener("abort", onAbort);
        settle();
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #setConnected(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    for (const listener of [...this.#listeners]) listener(isConnected);
  }
}

function consumeCall(queue: number, { bindings, capacity }: QueueOptions): CallWithoutId {
  const plainBindings = bindings.map(({ exchange, routingKey }) => ({ exchange: plain(exchange), routingKey }));
  return { op: "consume", queue, bindings: plainBindings, capacity };
}

/** A topic carries functions beside its exchange's attributes; only these travel. */
function plain({ exchange, type, durable, autoDelete }: ExchangeDeclaration): ExchangeDeclaration {
  return { exchange, type, durable, autoDelete };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish, { once: true });
  });
}
