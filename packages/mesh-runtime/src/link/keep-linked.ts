import { type BackoffLimits, backoffMs, type Prng } from "@ows/base";
import type { Link, LinkEnd } from "./link.ts";
import { LinkError } from "./link.ts";

export interface KeepLinkedOptions {
  /** One try, as `LinkTransport.connect` makes it. */
  readonly connect: (signal: AbortSignal) => Promise<Link>;
  /** Called with each new link, at once. */
  readonly onLink: (link: Link) => void;
  /** Called for each link that ended and each try that failed; `wasLinked` tells them apart. */
  readonly onDown: (end: LinkEnd, wasLinked: boolean) => void;
  readonly prng: Prng;
  readonly backoff?: BackoffLimits;
}

const DEFAULT_BACKOFF: BackoffLimits = { firstMs: 50, maxMs: 2_000 };

export interface KeptLink extends AsyncDisposable {
  /** The peer is there now, somebody says: the pause before the next try, if there is one, ends. */
  retryNow(): void;
}

/** Keeps a link to one peer, with growing pauses between tries, until it is disposed; then it says goodbye. */
export function keepLinked(options: KeepLinkedOptions): KeptLink {
  const stop = new AbortController();
  const pause = new Pause(stop.signal);
  let current: Link | undefined;
  const loop = stayLinked(options, pause, stop.signal, (link) => {
    current = link;
  });
  return {
    retryNow: () => pause.end(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      current?.close("stopping", "this side stops");
      await loop;
    },
  };
}

async function stayLinked(
  options: KeepLinkedOptions,
  pause: Pause,
  signal: AbortSignal,
  setCurrent: (link: Link | undefined) => void,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      const link = await options.connect(signal);
      attempt = 0;
      setCurrent(link);
      if (signal.aborted) link.close("stopping", "this side stops");
      else options.onLink(link);
      options.onDown(await link.ended, true);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      options.onDown(error.end, false);
    } finally {
      setCurrent(undefined);
    }
    if (!signal.aborted) await pause.take(backoffMs(attempt, options.prng, options.backoff ?? DEFAULT_BACKOFF));
  }
}

/** One pause at a time, which ends early when it is told to or `signal` aborts. */
class Pause {
  readonly #signal: AbortSignal;
  #finish: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.end(), { once: true });
  }

  end(): void {
    this.#finish?.();
  }

  take(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(), ms);
      this.#finish = () => {
        clearTimeout(timer);
        this.#finish = undefined;
        resolve();
      };
      if (this.#signal.aborted) this.end();
    });
  }
}
