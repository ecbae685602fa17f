import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { LiveMap } from "../api.ts";
import { count } from "../format.ts";
import { readColours } from "./colours.ts";
import { drawMap } from "./draw-map.ts";
import type { MapMotion } from "./map-motion.ts";
import { fitView, pick, type View, zoomView } from "./view.ts";

const REACH_PIXELS = 18;
/** A pointer that moved further than this drags; else it clicks. */
const DRAG_PIXELS = 4;
/** What moves a few pixels in a second looks even at this rate, about 20 frames, at a third of the display's cost. */
const FRAME_MS = 40;

type MapCanvasProps = {
  readonly map: LiveMap;
  readonly motion: MapMotion;
  readonly chosen: number | undefined;
  readonly onChoose: (id: number | undefined) => void;
};

/** Draws evenly, gliding between the positions of the last two answers. Dragged, zoomed, and clicked for an entity. */
export function MapCanvas({ map, motion, chosen, onChoose }: MapCanvasProps) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const pressedAt = useRef<{ x: number; y: number; isDrag: boolean }>(undefined);
  const [view, setView] = useState<View>();
  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return;
    // Read anew with each answer: a switch to dark shows within a second.
    const colours = readColours(canvas);
    let [frame, timer] = [0, 0];
    const draw = () => {
      const current = view ?? fitView(map.bounds, canvas.clientWidth, canvas.clientHeight);
      drawMap(canvas, { map, view: current, places: motion.placesAt(performance.now()), colours, chosen });
      // A frame that is asked for costs the browser something even when nothing is drawn in it.
      timer = window.setTimeout(() => {
        frame = requestAnimationFrame(draw);
      }, FRAME_MS);
    };
    draw();
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [map, motion, view, chosen]);
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

  const currentView = (canvas: HTMLCanvasElement) =>
    view ?? fitView(map.bounds, canvas.clientWidth, canvas.clientHeight);
  const drag = (event: PointerEvent<HTMLCanvasElement>) => {
    const pressed = pressedAt.current;
    if (event.buttons !== 1 || pressed === undefined) return;
    const { movementX, movementY, currentTarget, nativeEvent } = event;
    if (Math.hypot(nativeEvent.offsetX - pressed.x, nativeEvent.offsetY - pressed.y) > DRAG_PIXELS)
      pressed.isDrag = true;
    if (!pressed.isDrag) return;
    const from = currentView(currentTarget);
    const [left, top] = [from.left - movementX / from.pixelsPerMetre, from.top + movementY / from.pixelsPerMetre];
    setView({ ...from, left, top });
  };
  const release = (event: PointerEvent<HTMLCanvasElement>) => {
    const pressed = pressedAt.current;
    pressedAt.current = undefined;
    if (pressed === undefined || pressed.isDrag) return;
    const places = motion.placesAt(performance.now());
    const shown = map.entities.map((entity) => ({ id: entity.id, ...(places.get(entity.id) ?? entity) }));
    onChoose(pick(currentView(event.currentTarget), shown, pressed, REACH_PIXELS)?.id);
  };
  const { minX, maxX, minY, maxY } = map.bounds;
  const aspect = Math.min(2, Math.max(0.8, (maxX - minX) / Math.max(1, maxY - minY)));
  return (
    <div className="map">
      <canvas
        ref={canvasRef}
        style={{ aspectRatio: aspect }}
        role="img"
        aria-label={`${map.zoneName}: ${count(map.entities.length, "entity", "entities")}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          pressedAt.current = { x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY, isDrag: false };
        }}
        onPointerMove={drag}
        onPointerUp={release}
        onPointerCancel={() => {
          pressedAt.current = undefined;
        }}
      />
      {view === undefined ? null : (
        <button type="button" className="whole" onClick={() => setView(undefined)}>
          Whole zone
        </button>
      )}
    </div>
  );
}
