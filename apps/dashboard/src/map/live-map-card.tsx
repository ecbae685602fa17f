import { useEffect, useState } from "react";
import { fetchLiveMap, type Instance, type LiveMap, type Mesh } from "../api.ts";
import { count } from "../format.ts";
import { Card } from "../parts/card.tsx";
import { usePoll } from "../use-poll.ts";
import { EntityDetails } from "./entity-details.tsx";
import { MapCanvas } from "./map-canvas.tsx";
import { MapLegend } from "./map-legend.tsx";
import { MapMotion } from "./map-motion.ts";

const EVERY_MS = 1000;

type LiveMapCardProps = {
  readonly instance: Instance | undefined;
  readonly mesh: Mesh | undefined;
  readonly onServer: (zoneInstanceId: number) => void;
  /** Show the handoffs of this entity. */
  readonly onHandoffs: (entity: string) => void;
};

export function LiveMapCard({ instance, mesh, onServer, onHandoffs }: LiveMapCardProps) {
  const id = instance?.server === null ? undefined : instance?.zoneInstanceId;
  const ask = id === undefined ? undefined : (signal: AbortSignal) => fetchLiveMap(id, signal);
  const { data, problem } = usePoll(`map ${id}`, ask, EVERY_MS);
  // While another server of the same ground is asked, what was seen last stays.
  const [last, setLast] = useState<LiveMap>();
  if (data !== undefined && data !== last) setLast(data);
  if (instance === undefined) return null;
  const isSameGround = last?.zoneName === instance.zoneName && (mesh !== undefined || last.zoneInstanceId === id);
  const map = data ?? (isSameGround ? last : undefined);
  if (map === undefined) {
    const asking = problem === "" && id !== undefined ? "Asking the zone server …" : "";
    const why = asking || problem || instance.problem || instance.reason;
    return (
      <Card title={`Map of ${instance.zoneName} #${instance.zoneInstanceId}`}>
        <p className="empty">{why === "" ? `The zone server is ${instance.state}.` : why}</p>
      </Card>
    );
  }
  return <MapOf key={map.zoneName} {...{ map, problem, mesh, onServer, onHandoffs }} />;
}

type MapOfProps = Pick<LiveMapCardProps, "mesh" | "onServer" | "onHandoffs"> & {
  readonly map: LiveMap;
  readonly problem: string;
};

function MapOf({ map, problem, mesh, onServer, onHandoffs }: MapOfProps) {
  const [motion] = useState(() => new MapMotion(EVERY_MS));
  const [chosen, choose] = useState<number>();
  useEffect(() => motion.accept(map, performance.now()), [motion, map]);
  const isShared = map.areas.length > 0;
  return (
    <Card
      title={isShared ? `Map of ${map.zoneName}` : `Map of ${map.zoneName} #${map.zoneInstanceId}`}
      note={noteOf(map, problem)}
    >
      <MapCanvas map={map} motion={motion} chosen={chosen} onChoose={choose} />
      <MapLegend map={map} onServer={onServer} />
      {chosen === undefined ? (
        <p className="empty">Click an entity for where it belongs{isShared ? " and why it has not moved" : ""}.</p>
      ) : (
        <EntityDetails key={chosen} id={chosen} {...{ map, mesh, onHandoffs }} onClose={() => choose(undefined)} />
      )}
    </Card>
  );
}

function noteOf({ entities }: LiveMap, problem: string): string {
  return problem === ""
    ? count(entities.length, "entity", "entities")
    : "not answering; this is the last that was seen";
}
