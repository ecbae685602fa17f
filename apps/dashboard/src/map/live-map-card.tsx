import { useEffect, useRef, useState } from "react";
import { fetchLiveMap, type Instance, type LiveMap } from "../api.ts";
import { count } from "../format.ts";
import { serverColours } from "../mesh/server-colours.ts";
import { Card } from "../parts/card.tsx";
import { usePoll } from "../use-poll.ts";
import { drawMap, readColours } from "./draw-map.ts";
import { legendOf } from "./legend.ts";
import { MapMotion } from "./map-motion.ts";
import { fitView, type View, zoomView } from "./view.ts";

const EVERY_MS = 1000;

export function LiveMapCard({ instance }: { readonly instance: Instance | undefined }) {
  const id = instance?.server === null ? undefined : instance?.zoneInstanceId;
  const ask = id === undefined ? undefined : (signal: AbortSignal) => fetchLiveMap(id, signal);
  const { data, problem } = usePoll(`map ${id}`, ask, EVERY_MS);
  if (instance === undefined) return null;
  const title = `Map of ${instance.zoneName} #${instance.zoneInstanceId}`;
  const isShared = (data?.areas.length ?? 0) > 0;
  if (data === undefined) {
    const why =
      problem === "" && id !== undefined ? "Asking the zone server …" : problem || instance.problem || instance.reason;
    return (
      <Card title={title}>
        <p className="empty">{why === "" ? `The zone server is ${instance.state}.` : why}</p>
      </Card>
    );
  }
  return (
    <Card
      title={isShared ? `Map of ${instance.zoneName}` : title}
      note={
        problem === ""
          ? count(data.entities.length, "entity", "entities")
          : "not answering; this is the last that was seen"
      }
    >
      <MapCanvas key={data.zoneInstanceId} map={data} />
      <ul className="legend">
        {legendOf(data).map(({ name, colour, number }) => (
          <li key={name} style={{ color: `var(--class-${colour})` }}>
            <span>{name}</span> <small>{number}</small>
          </li>
        ))}
        {[...serverColours(data.areas)].map(([server, colour]) => (
          <li key={server} className="owner" style={{ color: `var(--server-${colour})` }}>
            <span>Ground of #{server}</span>{" "}
            <small>{data.entities.filter((entity) => entity.zoneInstanceId === server).length}</small>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Draws at the display's rate, gliding between the positions of the last two answers. */
function MapCanvas({ map }: { readonly map: LiveMap }) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const [motion] = useState(() => new MapMotion(EVERY_MS));
  const [view, setView] = useState<View>();
  useEffect(() => motion.accept(map, performance.now()), [motion, map]);
  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return;
    let frame = 0;
    const draw = () => {
      const current = view ?? fitView(map.bounds, canvas.clientWidth, canvas.clientHeight);
      drawMap(canvas, { map, view: current, places: motion.placesAt(performance.now()), colours: readColours(canvas) });
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [map, motion, view]);
  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return;
    const startView = () => fitView(map.bounds, canvas.clientWidth, canvas.clientHeight);
    // React's own wheel listener is passive and could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY / 400);
      setView((last) => zoomView(last ?? startView(), factor, event.offsetX, event.offsetY));
    };
    canvas.addEventListener("wheel", onWheel, { passive: false });
    return () => canvas.removeEventListener("wheel", onWheel);
  }, [map.bounds]);
  return (
    <div className="map">
      <canvas
        ref={canvasRef}
        role="img"
        aria-label={`${map.zoneName}: ${count(map.entities.length, "entity", "entities")}`}
        onPointerMove={(event) => {
          if (event.buttons !== 1) return;
          const { movementX, movementY, currentTarget } = event;
          setView((last) => {
            const from = last ?? fitView(map.bounds, currentTarget.clientWidth, currentTarget.clientHeight);
            return {
              ...from,
              left: from.left - movementX / from.pixelsPerMetre,
              top: from.top + movementY / from.pixelsPerMetre,
            };
          });
        }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      />
      {view === undefined ? null : (
        <button type="button" className="whole" onClick={() => setView(undefined)}>
          Whole zone
        </button>
      )}
    </div>
  );
}
