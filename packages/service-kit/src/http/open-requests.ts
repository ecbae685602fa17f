import type { FastifyReply } from "fastify";

/** The requests being answered: bounded, and all cancelled together when a stopping service runs out of patience. */
export class OpenRequests {
  readonly capacity: number;
  readonly #open = new Set<AbortController>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get isFull(): boolean {
    return this.#open.size >= this.capacity;
  }

  /** Answers a signal that aborts when the caller hangs up before its answer, or at `cancelAll`. */
  add(reply: FastifyReply): AbortSignal {
    const controller = new AbortController();
    this.#open.add(controller);
    reply.raw.once("close", () => {
      this.#open.delete(controller);
      if (!reply.raw.writableFinished) controller.abort();
    });
    return controller.signal;
  }

  cancelAll(): void {
    for (const controller of this.#open) controller.abort();
  }
}
