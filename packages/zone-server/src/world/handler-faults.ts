import type { Logger } from "@ows/service-kit";

/** Kinds of fault that are told apart; beyond them faults are only counted. */
const MAX_KINDS = 1000;

/**
 * What game code did wrong: an exception never stops a tick. The first of each kind is logged with class and handler,
 * the rest are counted.
 */
export class HandlerFaults {
  readonly #logger: Logger;
  readonly #counts = new Map<string, number>();
  total = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  report(className: string, handler: string, error: unknown): void {
    this.total++;
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const kind = `${className}.${handler} ${words.replaceAll(/\d+/g, "#").slice(0, 200)}`;
    const count = this.#counts.get(kind) ?? 0;
    if (count === 0 && this.#counts.size >= MAX_KINDS) return;
    this.#counts.set(kind, count + 1);
    if (count === 0) {
      this.#logger.error({ class: className, handler, err: error }, `${className}.${handler} threw; the tick goes on`);
    }
  }

  /** How often each kind happened. */
  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
