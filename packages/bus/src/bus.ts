import type { ExchangeDeclaration } from "@ows/protocol/bus";

/** `unroutable`: no queue took the message – nobody listens to that key, or every listener's queue is full. */
export type PublishResult = "routed" | "unroutable";

export interface Binding {
  readonly exchange: ExchangeDeclaration;
  readonly routingKey: string;
}

/** A private queue that lives as long as its consumer. */
export interface QueueOptions {
  readonly bindings: readonly Binding[];
  /** Messages that may wait; what comes on top is refused to its publisher. */
  readonly capacity: number;
}

export interface Delivery {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Uint8Array;
}

export type DeliveryHandler = (delivery: Delivery) => void | Promise<void>;

/**
 * Carries messages between services and launchers. Delivery is at most once, and in order for one publisher and one
 * queue. Everything rejects with a `BusError`: `unavailable` when the broker can't be reached in time (a message may or
 * may not have been taken), `conflict` when an exchange was declared differently, `closed` after disposal.
 */
export interface Bus extends AsyncDisposable {
  readonly isConnected: boolean;
  /** Calls `listener` at each change; the answer stops that. */
  onConnectionChange(listener: (isConnected: boolean) => void): () => void;
  declare(exchange: ExchangeDeclaration): Promise<void>;
  /** Declares the exchange, and resolves once the broker has taken the message or knows that nobody listens. */
  publish(exchange: ExchangeDeclaration, routingKey: string, body: Uint8Array): Promise<PublishResult>;
  /**
   * Makes a queue and calls `handler` for one message at a time; a handler that fails loses that message only. The
   * queue is made again after a lost connection. Disposing ends it, and waits for a handler that runs.
   */
  consume(queue: QueueOptions, handler: DeliveryHandler): Promise<AsyncDisposable>;
}

export type BusErrorCode = "unavailable" | "conflict" | "closed" | "refused";

export class BusError extends Error {
  override readonly name = "BusError";
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
