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

/** Keeps a link to one peer, with growing pauses between tries, until it is disposed; then it says goodbye. */
export function keepLinked(options: KeepLinkedOptions): AsyncDisposable {
  const stop = new AbortController();
  let current: Link | undefined;
  const loop = stayLinked(options, stop.signal, (link) => {
    current = link;
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      current?.close("stopping", "this side stops");
      await loop;
    },
  };
}

async function stayLinked(
  options: KeepLinkedOptions,
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
    if (!signal.aborted) await pause(backoffMs(attempt, options.prng, options.backoff ?? DEFAULT_BACKOFF), signal);
  }
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
