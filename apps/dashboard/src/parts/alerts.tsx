import type { Mesh, Overview } from "../api.ts";
import { formatAge } from "../format.ts";
import { useNow } from "../use-now.ts";
import type { Polled } from "../use-poll.ts";
import { STALE_AFTER_MS } from "./header.tsx";

/** How long the loss of a server is said on top of everything. */
const LOSS_SHOWN_MS = 60_000;

type AlertsProps = { readonly overview: Polled<Overview>; readonly meshes: readonly Mesh[] };

/** What is wrong, in sentences; nothing when all is well. */
export function Alerts({ overview, meshes }: AlertsProps) {
  const nowMs = useNow(1000);
  const sentences = [...alertsOf(overview, nowMs), ...meshes.flatMap(meshAlerts)];
  if (sentences.length === 0) return null;
  return (
    <ul className="alerts" role="alert">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function meshAlerts({ zoneName, isSettling, losses, servers }: Mesh): readonly string[] {
  const recent = losses.filter(({ ageMs }) => ageMs < LOSS_SHOWN_MS);
  const sentences = recent.map(
    ({ zoneInstanceId, ageMs }) =>
      `Server #${zoneInstanceId} of ${zoneName} was lost ${formatAge(ageMs)} ago; ${servers.length === 1 ? "one server carries" : `${servers.length} servers carry`} on.`,
  );
  if (isSettling) sentences.push(`What a dead server of ${zoneName} had is being given to others.`);
  return sentences;
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
