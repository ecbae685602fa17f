import type { ExchangeDeclaration } from "@ows/protocol/bus";
import type { Bus, DeliveryHandler, PublishResult, QueueOptions } from "./bus.ts";
import { BusError } from "./bus.ts";
import type { MemoryBroker, MemoryQueue } from "./memory-broker.ts";

/** A session with a broker in this process. */
export class MemoryBus implements Bus {
  readonly #broker: MemoryBroker;
  readonly #queues = new Set<MemoryQueue>();
  #isClosed = false;

  constructor(broker: MemoryBroker) {
    this.#broker = broker;
  }

  get isConnected(): boolean {
    return !this.#isClosed;
  }

  onConnectionChange(): () => void {
    return () => {};
  }

  async declare(exchange: ExchangeDeclaration): Promise<void> {
    this.#assertOpen();
    this.#broker.declare(exchange);
  }

  async publish(exchange: ExchangeDeclaration, routingKey: string, body: Uint8Array): Promise<PublishResult> {
    this.#assertOpen();
    return this.#broker.publish(exchange, routingKey, body);
  }

  async consume(options: QueueOptions, handler: DeliveryHandler): Promise<AsyncDisposable> {
    this.#assertOpen();
    const queue = this.#broker.consume(options, handler);
    this.#queues.add(queue);
    return {
      [Symbol.asyncDispose]: async () => {
        this.#queues.delete(queue);
        await queue[Symbol.asyncDispose]();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#queues].map((queue) => queue[Symbol.asyncDispose]()));
    this.#queues.clear();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new BusError("closed", "the bus was closed");
  }
}
