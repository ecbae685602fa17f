import type { Overview } from "../api.ts";
import { formatAge } from "../format.ts";
import { useNow } from "../use-now.ts";
import type { Polled } from "../use-poll.ts";

/** Data older than this is no longer called live. */
export const STALE_AFTER_MS = 3500;

export function Header({ overview }: { readonly overview: Polled<Overview> }) {
  const nowMs = useNow(500);
  const ageMs = overview.data === undefined ? undefined : nowMs - overview.atMs;
  const isLive = ageMs !== undefined && ageMs < STALE_AFTER_MS;
  return (
    <header className="top">
      <h1>
        <img src="./icon.svg" alt="" width="28" height="28" /> OWS Mesh
      </h1>
      <p className="customer">
        Customer <code>{overview.data?.customerGuid ?? "…"}</code>
      </p>
      <nav>
        <a href="/demo/">Play the demo</a>
        <a href="/swagger">API</a>
      </nav>
      <p className="freshness" data-tone={isLive ? "good" : "bad"} role="status">
        {isLive ? "live" : ageMs === undefined ? "connecting" : `${formatAge(ageMs)} old`}
      </p>
    </header>
  );
}
