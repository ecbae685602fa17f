import type { LiveMap, MapEntity } from "../api.ts";
import { serverColour } from "../mesh/server-colours.ts";
import type { Colours } from "./colours.ts";
import { legendOf } from "./legend.ts";
import type { Place } from "./map-motion.ts";
import { toPixels, type View } from "./view.ts";

export type EntityScene = {
  readonly map: LiveMap;
  readonly view: View;
  readonly places: ReadonlyMap<number, Place>;
  readonly colours: Colours;
  /** Marked; it may be gone. */
  readonly chosen: number | undefined;
};

const NAME_HEIGHT_PIXELS = 12;
/** Names looked at in one frame; the ground is full long before. */
const MOST_NAMES = 400;
const GHOST_DASH = [2, 2];

/**
 * Players are larger than what is none. On shared ground the colour is the owner's, elsewhere the class's. A ghost is a
 * dashed ring in its owner's colour, around its owner's dot where both agree on the place.
 */
export function drawEntities(context: CanvasRenderingContext2D, scene: EntityScene): void {
  const { map, view, colours } = scene;
  const radius = Math.min(7, Math.max(3, view.pixelsPerMetre * 0.8));
  const fillOf = fillsOf(map, colours);
  // Players last, so that nothing lies on them.
  const [others, players] = [map.entities.filter(isNoPlayer), map.entities.filter((entity) => !isNoPlayer(entity))];
  drawDots(context, scene, others, radius, fillOf);
  drawGhosts(context, scene, radius);
  drawDots(context, scene, players, radius * 1.6, fillOf);
  drawChosen(context, scene, radius);
}

function isNoPlayer({ name }: MapEntity): boolean {
  return name === "";
}

function fillsOf(map: LiveMap, { servers, classes, text }: Colours): (entity: MapEntity) => string {
  if (map.areas.length > 0) return ({ zoneInstanceId }) => servers[serverColour(zoneInstanceId)] ?? text;
  const byClass = new Map(legendOf(map).map(({ name, colour }) => [name, classes[colour] ?? text]));
  return (entity) => byClass.get(isNoPlayer(entity) ? entity.className : "Players") ?? text;
}

/** One path per colour: a path per entity costs ten times as much. */
function drawDots(
  context: CanvasRenderingContext2D,
  { view, places, colours }: EntityScene,
  entities: readonly MapEntity[],
  radius: number,
  fillOf: (entity: MapEntity) => string,
): void {
  const byFill = Map.groupBy(entities, (entity) => `${isNoPlayer(entity) || entity.isConnected} ${fillOf(entity)}`);
  for (const [key, group] of byFill) {
    const isFilled = key.startsWith("true");
    const colour = key.slice(key.indexOf(" ") + 1);
    context.beginPath();
    for (const entity of group) {
      const { x, y } = toPixels(view, ...placeOf(places, entity));
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.fillStyle = colour;
    context.strokeStyle = isFilled ? colours.ground : colour;
    context.lineWidth = isFilled ? 1 : 1.5;
    if (isFilled) context.fill();
    context.stroke();
  }
}

function drawGhosts(
  context: CanvasRenderingContext2D,
  { map, view, places, colours }: EntityScene,
  radius: number,
): void {
  const players = new Set(map.entities.filter((entity) => !isNoPlayer(entity)).map(({ id }) => id));
  context.setLineDash(GHOST_DASH);
  context.lineWidth = 1.3;
  for (const [owner, ghosts] of Map.groupBy(map.ghosts, (ghost) => ghost.owner)) {
    context.beginPath();
    for (const ghost of ghosts) {
      const { x, y } = toPixels(view, ...placeOf(places, { ...ghost, id: -ghost.id }));
      const size = (players.has(ghost.id) ? radius * 1.6 : radius) + 2.5;
      context.moveTo(x + size, y);
      context.arc(x, y, size, 0, 2 * Math.PI);
    }
    context.strokeStyle = colours.servers[serverColour(owner)] ?? colours.text;
    context.stroke();
  }
  context.setLineDash([]);
}

function drawChosen(context: CanvasRenderingContext2D, scene: EntityScene, radius: number): void {
  const { map, view, places, colours, chosen } = scene;
  const entity = map.entities.find(({ id }) => id === chosen);
  if (entity === undefined) return;
  const { x, y } = toPixels(view, ...placeOf(places, entity));
  context.beginPath();
  context.arc(x, y, radius * 1.6 + 6, 0, 2 * Math.PI);
  context.strokeStyle = colours.text;
  context.lineWidth = 2;
  context.stroke();
}

/** Names where there is room: one that would lie on another is left out until they part. */
export function drawNames(context: CanvasRenderingContext2D, { map, view, places, colours }: EntityScene): void {
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.lineWidth = 3;
  context.strokeStyle = colours.ground;
  context.fillStyle = colours.text;
  const drawn: NameBox[] = [];
  // In the order of their ids, so that the same ones keep their names from frame to frame.
  const players = map.entities.filter((entity) => !isNoPlayer(entity)).sort((a, b) => a.id - b.id);
  for (const player of players.slice(0, MOST_NAMES)) {
    const { x, y } = toPixels(view, ...placeOf(places, player));
    const half = context.measureText(player.name).width / 2 + 2;
    const box = { left: x - half, right: x + half, y: y - 9 };
    if (drawn.some((other) => isOver(box, other))) continue;
    drawn.push(box);
    context.strokeText(player.name, x, box.y);
    context.fillText(player.name, x, box.y);
  }
  context.textAlign = "start";
}

type NameBox = { readonly left: number; readonly right: number; readonly y: number };

function isOver(a: NameBox, b: NameBox): boolean {
  return Math.abs(a.y - b.y) < NAME_HEIGHT_PIXELS && a.left < b.right && b.left < a.right;
}

function placeOf(places: ReadonlyMap<number, Place>, seen: Place & { readonly id: number }): [number, number] {
  const { x, y } = places.get(seen.id) ?? seen;
  return [x, y];
}
