import type { Overview } from "../api.ts";
import { formatAge } from "../format.ts";
import { useNow } from "../use-now.ts";
import type { Polled } from "../use-poll.ts";
import { STALE_AFTER_MS } from "./header.tsx";

/** What is wrong, in sentences; nothing when all is well. */
export function Alerts({ overview }: { readonly overview: Polled<Overview> }) {
  const nowMs = useNow(1000);
  const sentences = alertsOf(overview, nowMs);
  if (sentences.length === 0) return null;
  return (
    <ul className="alerts" role="alert">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function alertsOf({ data, atMs, problem }: Polled<Overview>, nowMs: number): readonly string[] {
  const sentences: string[] = [];
  const ageMs = nowMs - atMs;
  if (problem !== "" && data === undefined) sentences.push(`No data: ${problem}.`);
  if (problem !== "" && data !== undefined && ageMs >= STALE_AFTER_MS) {
    sentences.push(`Everything below is ${formatAge(ageMs)} old: ${problem}. Trying again every second.`);
  }
  if (data === undefined) return sentences;
  for (const service of data.services) {
    if (!service.isUp) sentences.push(`${service.name} is down: ${service.problem}.`);
  }
  if (data.meshAgeMs !== null && data.meshAgeMs >= STALE_AFTER_MS) {
    sentences.push(`Launchers, zones and instances are as they were ${formatAge(data.meshAgeMs)} ago.`);
  }
  if (data.meshAgeMs !== null && !data.launchers.some((launcher) => launcher.isActive)) {
    sentences.push("No launcher is active: zones that are not running can't be started.");
  }
  return sentences;
}
