import { BoundedQueue } from "@ows/base";
import type { ExchangeDeclaration } from "@ows/protocol/bus";
import type { Delivery, DeliveryHandler, PublishResult, QueueOptions } from "./bus.ts";
import { BusError } from "./bus.ts";

export type HandlerErrorListener = (error: unknown, delivery: Delivery) => void;

/** Exchanges and queues in the memory of one process: what `ows dev` uses in place of RabbitMQ. */
export class MemoryBroker {
  readonly #exchanges = new Map<string, ExchangeDeclaration>();
  readonly #queues = new Set<MemoryQueue>();
  readonly #onHandlerError: HandlerErrorListener;

  constructor(onHandlerError: HandlerErrorListener) {
    this.#onHandlerError = onHandlerError;
  }

  /** Throws `conflict` when the exchange exists with other attributes, as a real broker does. */
  declare(declaration: ExchangeDeclaration): void {
    const known = this.#exchanges.get(declaration.exchange);
    if (known === undefined) {
      const { exchange, type, durable, autoDelete } = declaration;
      this.#exchanges.set(exchange, { exchange, type, durable, autoDelete });
      return;
    }
    for (const attribute of ["type", "durable", "autoDelete"] as const) {
      if (known[attribute] === declaration[attribute]) continue;
      const { exchange } = declaration;
      const was = `${attribute} ${known[attribute]}`;
      throw new BusError("conflict", `exchange ${exchange} has ${was}, not ${declaration[attribute]}`);
    }
  }

  publish(exchange: ExchangeDeclaration, routingKey: string, body: Uint8Array): PublishResult {
    this.declare(exchange);
    let result: PublishResult = "unroutable";
    for (const queue of this.#queues) {
      if (!queue.isBoundTo(exchange.exchange, routingKey)) continue;
      if (queue.offer({ exchange: exchange.exchange, routingKey, body: body.slice() })) result = "routed";
    }
    return result;
  }

  consume(options: QueueOptions, handler: DeliveryHandler): MemoryQueue {
    for (const { exchange } of options.bindings) this.declare(exchange);
    const queue = new MemoryQueue(options, handler, this.#onHandlerError, () => this.#queues.delete(queue));
    this.#queues.add(queue);
    return queue;
  }
}

/** One consumer's queue: hands out one message at a time. */
export class MemoryQueue implements AsyncDisposable {
  readonly #bindings: ReadonlySet<string>;
  readonly #waiting: BoundedQueue<Delivery>;
  readonly #handler: DeliveryHandler;
  readonly #onHandlerError: HandlerErrorListener;
  readonly #onEnd: () => void;
  #isEnded = false;
  #running: Promise<void> | undefined;

  constructor(
    { bindings, capacity }: QueueOptions,
    handler: DeliveryHandler,
    onHandlerError: HandlerErrorListener,
    onEnd: () => void,
  ) {
    this.#bindings = new Set(bindings.map(({ exchange, routingKey }) => bindingKey(exchange.exchange, routingKey)));
    this.#waiting = new BoundedQueue(capacity);
    this.#handler = handler;
    this.#onHandlerError = onHandlerError;
    this.#onEnd = onEnd;
  }

  isBoundTo(exchange: string, routingKey: string): boolean {
    return this.#bindings.has(bindingKey(exchange, routingKey));
  }

  offer(delivery: Delivery): boolean {
    if (this.#isEnded || !this.#waiting.push(delivery)) return false;
    this.#running ??= this.#drain();
    return true;
  }

  async #drain(): Promise<void> {
    // A publisher never runs its consumers' code.
    await Promise.resolve();
    for (let next = this.#waiting.shift(); next !== undefined && !this.#isEnded; next = this.#waiting.shift()) {
      try {
        await this.#handler(next);
      } catch (error) {
        this.#onHandlerError(error, next);
      }
    }
    this.#running = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
    this.#waiting.clear();
    await this.#running;
  }
}

function bindingKey(exchange: string, routingKey: string): string {
  return `${exchange}\n${routingKey}`;
}
