import type { Overview } from "../api.ts";
import { count } from "../format.ts";
import { Card } from "./card.tsx";

type ZoneListProps = { readonly zones: Overview["zones"]; readonly instances: Overview["instances"] };

export function ZoneList({ zones, instances }: ZoneListProps) {
  return (
    <Card title="Zones">
      <ul className="lines">
        {zones.map((zone) => {
          const running = instances.filter(
            (instance) => instance.zoneName === zone.zoneName && instance.state !== "gone",
          ).length;
          return (
            <li key={zone.mapId}>
              <span className="state" data-tone={running > 0 ? "good" : "quiet"}>
                {running > 0 ? count(running, "instance", "instances") : "asleep"}
              </span>
              <span>{zone.zoneName}</span>
              <small>
                map {zone.mapName}, players {zone.softPlayerCap}–{zone.hardPlayerCap}
              </small>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
