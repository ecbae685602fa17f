import { useState } from "react";
import { fetchMeshes, fetchOverview, type Instance, type Mesh, type Overview } from "./api.ts";
import { type Chosen, LiveMapCard } from "./map/live-map-card.tsx";
import { HandoffCard } from "./mesh/handoff-card.tsx";
import { MeshCard } from "./mesh/mesh-card.tsx";
import { Alerts } from "./parts/alerts.tsx";
import { Header } from "./parts/header.tsx";
import { InstanceTable } from "./parts/instance-table.tsx";
import { LauncherList } from "./parts/launcher-list.tsx";
import { PlayerList } from "./parts/player-list.tsx";
import { ServiceList } from "./parts/service-list.tsx";
import { Tiles } from "./parts/tiles.tsx";
import { ZoneList } from "./parts/zone-list.tsx";
import { useHistory } from "./use-history.ts";
import { usePoll } from "./use-poll.ts";

const EVERY_MS = 1000;

export function App() {
  const overview = usePoll("overview", fetchOverview, EVERY_MS);
  const polled = usePoll("meshes", fetchMeshes, EVERY_MS);
  const before = useHistory(polled.data, polled.atMs);
  const [server, chooseServer] = useState<number>();
  const [chosen, choose] = useState<Chosen>();
  /** What is looked for among the handoffs. */
  const [wanted, want] = useState("");
  const { data } = overview;
  const selected = data === undefined ? undefined : selectedInstance(data, server);
  const meshes = polled.data?.meshes ?? [];
  const meshBefore = ({ meshInstanceId }: Mesh) =>
    before?.data.meshes.find((mesh) => mesh.meshInstanceId === meshInstanceId);
  const seconds = (polled.atMs - (before?.atMs ?? polled.atMs)) / 1000;
  const meshOfSelected = meshes.find(({ servers }) =>
    servers.some((server) => server.zoneInstanceId === selected?.zoneInstanceId),
  );
  return (
    <>
      <Header overview={overview} />
      <main>
        <Alerts overview={overview} meshes={meshes} />
        {data === undefined ? (
          <p className="empty">{overview.problem === "" ? "Asking the services …" : ""}</p>
        ) : (
          <>
            <Tiles overview={data} />
            <div className="columns">
              <div className="stack">
                <InstanceTable instances={data.instances} selected={selected?.zoneInstanceId} onSelect={chooseServer} />
                {meshes.map((mesh) => (
                  <MeshCard key={mesh.meshInstanceId} {...{ mesh, seconds }} before={meshBefore(mesh)} />
                ))}
                <div className="people-card">
                  <PlayerList
                    players={data.players}
                    pendingJoins={data.pendingJoins}
                    onChoose={(player) => {
                      chooseServer(player.zoneInstanceId);
                      choose(player.characterName);
                    }}
                  />
                </div>
              </div>
              <div className="stack">
                <div className="map-card">
                  <LiveMapCard
                    instance={selected}
                    mesh={meshOfSelected}
                    onServer={chooseServer}
                    {...{ chosen }}
                    onChoose={choose}
                    onHandoffs={want}
                  />
                </div>
                {meshes.map((mesh) => (
                  <HandoffCard key={mesh.meshInstanceId} {...{ mesh, wanted }} onWanted={want} onChoose={choose} />
                ))}
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

/** The instance that was clicked as long as it runs, else the one with most to see. */
function selectedInstance(overview: Overview, wanted: number | undefined): Instance | undefined {
  const clicked = overview.instances.find((instance) => instance.zoneInstanceId === wanted);
  if (clicked !== undefined && clicked.state !== "gone") return clicked;
  return overview.instances.reduce<Instance | undefined>(
    (best, next) => ((next.server?.entities ?? -1) > (best?.server?.entities ?? -1) ? next : best),
    overview.instances[0],
  );
}
