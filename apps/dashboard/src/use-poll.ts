import { useEffect, useState } from "react";

export type Polled<Data> = {
  /** The last good answer; it stays while later ones fail. */
  readonly data: Data | undefined;
  /** When it came, on `performance.now()`; 0 for never. */
  readonly atMs: number;
  /** Why the latest attempt failed; empty when it did not. */
  readonly problem: string;
};

const NOTHING = { data: undefined, atMs: 0, problem: "" };

/**
 * Asks again and again while the page is visible: the next question follows `everyMs` after the answer, so a slow
 * service is never asked twice at a time. A new `key` starts from nothing.
 */
export function usePoll<Data>(
  key: string,
  ask: ((signal: AbortSignal) => Promise<Data>) | undefined,
  everyMs: number,
): Polled<Data> {
  const [state, setState] = useState<Polled<Data> & { readonly key: string }>({ ...NOTHING, key });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ask` is new at each render; the key says when it means something else
  useEffect(() => {
    if (ask === undefined) return;
    const stop = new AbortController();
    let timer = 0;
    const again = () => {
      clearTimeout(timer);
      if (!stop.signal.aborted && document.visibilityState === "visible") timer = window.setTimeout(run, everyMs);
    };
    const run = () => {
      ask(stop.signal)
        .then((data) => setState({ key, data, atMs: performance.now(), problem: "" }))
        .catch((error: unknown) => {
          if (stop.signal.aborted) return;
          const problem = error instanceof Error ? error.message : String(error);
          setState((last) => ({ ...(last.key === key ? last : NOTHING), key, problem }));
        })
        .finally(again);
    };
    const onVisibility = () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") run();
    };
    document.addEventListener("visibilitychange", onVisibility);
    run();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [key, everyMs]);
  return state.key === key ? state : NOTHING;
}
