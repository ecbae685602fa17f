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

export type Chosen = number | string | undefined;

type LiveMapCardProps = {
  readonly instance: Instance | undefined;
  readonly mesh: Mesh | undefined;
  /** An entity by its id, or a player by the name; they may be gone. */
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
  readonly onServer: (zoneInstanceId: number) => void;
  /** Show the handoffs of this entity. */
  readonly onHandoffs: (entity: string) => void;
};

export function LiveMapCard({ instance, ...props }: LiveMapCardProps) {
  const id = instance?.server === null ? undefined : instance?.zoneInstanceId;
  const ask = id === undefined ? undefined : (signal: AbortSignal) => fetchLiveMap(id, signal);
  const { data, problem } = usePoll(`map ${id}`, ask, EVERY_MS);
  // While another server of the same ground is asked, what was seen last stays.
  const [last, setLast] = useState<LiveMap>();
  if (data !== undefined && data !== last) setLast(data);
  if (instance === undefined) return null;
  const isSameGround = last?.zoneName === instance.zoneName && (props.mesh !== undefined || last.zoneInstanceId === id);
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
  return <MapOf key={map.zoneName} {...{ ...props, map, problem }} />;
}

type MapOfProps = Omit<LiveMapCardProps, "instance"> & { readonly map: LiveMap; readonly problem: string };

function MapOf({ map, problem, mesh, chosen, onChoose, onServer, onHandoffs }: MapOfProps) {
  const [motion] = useState(() => new MapMotion(EVERY_MS));
  const id = typeof chosen === "string" ? map.entities.find(({ name }) => name === chosen)?.id : chosen;
  useEffect(() => motion.accept(map, performance.now()), [motion, map]);
  const isShared = map.areas.length > 0;
  return (
    <Card
      title={isShared ? `Map of ${map.zoneName}` : `Map of ${map.zoneName} #${map.zoneInstanceId}`}
      note={noteOf(map, problem)}
    >
      <MapCanvas map={map} motion={motion} chosen={id} onChoose={onChoose} />
      <MapLegend map={map} onServer={onServer} />
      {id === undefined ? (
        <p className="empty">Click an entity for where it belongs{isShared ? " and why it has not moved" : ""}.</p>
      ) : (
        <EntityDetails key={id} {...{ id, map, mesh, onHandoffs }} onClose={() => onChoose(undefined)} />
      )}
    </Card>
  );
}

function noteOf({ entities }: LiveMap, problem: string): string {
  return problem === ""
    ? count(entities.length, "entity", "entities")
    : "not answering; this is the last that was seen";
}
