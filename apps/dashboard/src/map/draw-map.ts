import type { LiveMap } from "../api.ts";
import { SERVER_COLOURS, serverColours } from "../mesh/server-colours.ts";
import { drawAreas } from "./borders.ts";
import { CLASS_COLOURS, legendOf } from "./legend.ts";
import type { Place } from "./map-motion.ts";
import { toPixels, type View } from "./view.ts";

export type Colours = {
  readonly ground: string;
  readonly outside: string;
  readonly line: string;
  readonly text: string;
  readonly classes: readonly string[];
  readonly servers: readonly string[];
};

type Scene = {
  readonly map: LiveMap;
  readonly view: View;
  readonly places: ReadonlyMap<number, Place>;
  readonly colours: Colours;
};

const NAME_HEIGHT_PIXELS = 12;
/** Names looked at in one frame; the ground is full long before. */
const MOST_NAMES = 400;

/** The colours of the style sheet, which knows whether it is dark. */
export function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: read("--map-ground"),
    outside: read("--map-outside"),
    line: read("--map-line"),
    text: read("--text"),
    servers: Array.from({ length: SERVER_COLOURS }, (_, index) => read(`--server-${index}`)),
    classes: Array.from({ length: CLASS_COLOURS }, (_, index) => read(`--class-${index}`)),
  };
}

export function drawMap(canvas: HTMLCanvasElement, scene: Scene): void {
  const ratio = window.devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawGround(context, scene, width, height);
  drawAreas(context, scene.map.areas, scene.view, scene.colours);
  drawEntities(context, scene);
  drawNames(context, scene);
}

function drawGround(
  context: CanvasRenderingContext2D,
  { map, view, colours }: Scene,
  width: number,
  height: number,
): void {
  context.fillStyle = colours.outside;
  context.fillRect(0, 0, width, height);
  const corner = toPixels(view, map.bounds.minX, map.bounds.maxY);
  const opposite = toPixels(view, map.bounds.maxX, map.bounds.minY);
  context.fillStyle = colours.ground;
  context.fillRect(corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y);
  const step = gridStep(view.pixelsPerMetre);
  context.beginPath();
  for (let x = Math.ceil(map.bounds.minX / step) * step; x <= map.bounds.maxX; x += step) {
    const at = toPixels(view, x, 0).x;
    context.moveTo(at, corner.y);
    context.lineTo(at, opposite.y);
  }
  for (let y = Math.ceil(map.bounds.minY / step) * step; y <= map.bounds.maxY; y += step) {
    const at = toPixels(view, 0, y).y;
    context.moveTo(corner.x, at);
    context.lineTo(opposite.x, at);
  }
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.stroke();
  context.strokeRect(corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y);
  context.fillStyle = colours.text;
  context.globalAlpha = 0.55;
  context.font = "11px system-ui, sans-serif";
  context.fillText(`grid ${step} m`, 8, height - 8);
  context.globalAlpha = 1;
}

/** Metres between two lines: 1, 2 or 5 times a power of ten, at least 40 pixels apart. */
function gridStep(pixelsPerMetre: number): number {
  const least = 40 / pixelsPerMetre;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? least;
}

function drawEntities(context: CanvasRenderingContext2D, { map, view, places, colours }: Scene): void {
  const colourOf = new Map(legendOf(map).map(({ name, colour }) => [name, colours.classes[colour] ?? colours.text]));
  const serverOf = serverColours(map.areas);
  const radius = Math.min(7, Math.max(2.5, view.pixelsPerMetre * 0.8));
  // Players last, so that nothing lies on them.
  for (const isPlayerTurn of [false, true]) {
    for (const entity of map.entities) {
      if ((entity.name !== "") !== isPlayerTurn) continue;
      const place = places.get(entity.id) ?? entity;
      const { x, y } = toPixels(view, place.x, place.y);
      context.beginPath();
      context.arc(x, y, isPlayerTurn ? radius * 1.6 : radius, 0, 2 * Math.PI);
      const colour = colourOf.get(isPlayerTurn ? "Players" : entity.className) ?? colours.text;
      context.fillStyle = colour;
      const server = serverOf.size > 1 ? serverOf.get(entity.zoneInstanceId) : undefined;
      const rim = isPlayerTurn && entity.isConnected ? colours.ground : colour;
      context.strokeStyle = server === undefined ? rim : (colours.servers[server] ?? rim);
      context.lineWidth = server === undefined || isPlayerTurn ? 1.5 : 1;
      if (!isPlayerTurn || entity.isConnected) context.fill();
      context.stroke();
    }
  }
}

/** Names where there is room: one that would lie on another is left out until they part. */
function drawNames(context: CanvasRenderingContext2D, { map, view, places, colours }: Scene): void {
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.lineWidth = 3;
  context.strokeStyle = colours.ground;
  context.fillStyle = colours.text;
  const drawn: NameBox[] = [];
  // In the order of their ids, so that the same ones keep their names from frame to frame.
  const players = map.entities.filter((entity) => entity.name !== "").sort((a, b) => a.id - b.id);
  for (const player of players.slice(0, MOST_NAMES)) {
    const place = places.get(player.id) ?? player;
    const { x, y } = toPixels(view, place.x, place.y);
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
