import type { Overview } from "../api.ts";
import { count, formatAge } from "../format.ts";
import { Card } from "./card.tsx";

export function LauncherList({ launchers }: { readonly launchers: Overview["launchers"] }) {
  return (
    <Card title="Launchers" note="world servers">
      {launchers.length === 0 ? <p className="empty">None has registered.</p> : null}
      <ul className="lines">
        {launchers.map((launcher) => (
          <li key={launcher.worldServerId}>
            <span className="state" data-tone={launcher.isActive ? "good" : "quiet"}>
              {launcher.isActive ? "active" : "off"}
            </span>
            <span>
              #{launcher.worldServerId} on {launcher.serverIP}
            </span>
            <small>
              {count(launcher.numberOfInstances, "zone server", "zone servers")} of {launcher.maxNumberOfInstances}
              {launcher.heartbeatAgeMs === null ? "" : `, heard ${formatAge(launcher.heartbeatAgeMs)} ago`}
            </small>
          </li>
        ))}
      </ul>
    </Card>
  );
}
