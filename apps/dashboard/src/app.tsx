import { useState } from "react";
import { fetchOverview, type Instance, type Overview } from "./api.ts";
import { LiveMapCard } from "./map/live-map-card.tsx";
import { MeshCards } from "./mesh/mesh-cards.tsx";
import { Alerts } from "./parts/alerts.tsx";
import { Header } from "./parts/header.tsx";
import { InstanceTable } from "./parts/instance-table.tsx";
import { LauncherList } from "./parts/launcher-list.tsx";
import { PlayerList } from "./parts/player-list.tsx";
import { ServiceList } from "./parts/service-list.tsx";
import { Tiles } from "./parts/tiles.tsx";
import { ZoneList } from "./parts/zone-list.tsx";
import { usePoll } from "./use-poll.ts";

const EVERY_MS = 1000;

export function App() {
  const overview = usePoll("overview", fetchOverview, EVERY_MS);
  const [chosen, choose] = useState<number>();
  const { data } = overview;
  const selected = data === undefined ? undefined : selectedInstance(data, chosen);
  return (
    <>
      <Header overview={overview} />
      <main>
        <Alerts overview={overview} />
        {data === undefined ? (
          <p className="empty">{overview.problem === "" ? "Asking the services …" : ""}</p>
        ) : (
          <>
            <Tiles overview={data} />
            <div className="columns">
              <div className="stack">
                <InstanceTable instances={data.instances} selected={selected?.zoneInstanceId} onSelect={choose} />
                <MeshCards />
                <div className="people-card">
                  <PlayerList players={data.players} pendingJoins={data.pendingJoins} />
                </div>
              </div>
              <div className="stack">
                <LiveMapCard instance={selected} />
                <ServiceList services={data.services} />
                <LauncherList launchers={data.launchers} />
                <ZoneList zones={data.zones} instances={data.instances} />
              </div>
            </div>
          </>
        )}
      </main>
    </>
  );
}

/** The instance that was clicked as long as it exists, else the one with most to see. */
function selectedInstance(overview: Overview, chosen: number | undefined): Instance | undefined {
  const clicked = overview.instances.find((instance) => instance.zoneInstanceId === chosen);
  if (clicked !== undefined) return clicked;
  return overview.instances.reduce<Instance | undefined>(
    (best, next) => ((next.server?.entities ?? -1) > (best?.server?.entities ?? -1) ? next : best),
    overview.instances[0],
  );
}
