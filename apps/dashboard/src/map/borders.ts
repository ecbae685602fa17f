import type { LiveMap } from "../api.ts";
import { serverColour } from "../mesh/server-colours.ts";
import { toPixels, type View } from "./view.ts";

type Area = LiveMap["areas"][number];

/** A stretch of border between the ground of two servers, in metres. */
export type Border = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };

/** Where ground of one server touches ground of another. */
export function bordersOf(areas: readonly Area[]): readonly Border[] {
  const borders: Border[] = [];
  for (const a of areas) {
    for (const b of areas) {
      if (a.zoneInstanceId === b.zoneInstanceId) continue;
      const [lowY, highY] = [Math.max(a.minY, b.minY), Math.min(a.maxY, b.maxY)];
      if (a.maxX === b.minX && lowY < highY) borders.push({ x1: a.maxX, y1: lowY, x2: a.maxX, y2: highY });
      const [lowX, highX] = [Math.max(a.minX, b.minX), Math.min(a.maxX, b.maxX)];
      if (a.maxY === b.minY && lowX < highX) borders.push({ x1: lowX, y1: a.maxY, x2: highX, y2: a.maxY });
    }
  }
  return borders;
}

/** Tints the ground by its server and draws the borders; nothing where one server has it all. */
export function drawAreas(
  context: CanvasRenderingContext2D,
  areas: readonly Area[],
  view: View,
  colours: { readonly servers: readonly string[]; readonly text: string },
): void {
  if (new Set(areas.map(({ zoneInstanceId }) => zoneInstanceId)).size < 2) return;
  context.globalAlpha = 0.16;
  for (const area of areas) {
    const corner = toPixels(view, area.minX, area.maxY);
    const opposite = toPixels(view, area.maxX, area.minY);
    context.fillStyle = colours.servers[serverColour(area.zoneInstanceId)] ?? colours.text;
    context.fillRect(corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y);
  }
  context.globalAlpha = 0.8;
  context.strokeStyle = colours.text;
  context.lineWidth = 1.5;
  context.setLineDash([6, 4]);
  context.beginPath();
  for (const { x1, y1, x2, y2 } of bordersOf(areas)) {
    const [from, to] = [toPixels(view, x1, y1), toPixels(view, x2, y2)];
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The border of a server's ground that is nearest to a place, and whose ground begins there; `undefined` without one. */
export function nearestBorder(
  areas: readonly Area[],
  zoneInstanceId: number,
  { x, y }: { readonly x: number; readonly y: number },
): { readonly metres: number; readonly server: number } | undefined {
  const away = ({ minX, minY, maxX, maxY }: Area) =>
    Math.hypot(Math.max(minX - x, 0, x - maxX), Math.max(minY - y, 0, y - maxY));
  return areas
    .filter((area) => area.zoneInstanceId !== zoneInstanceId)
    .map((area) => ({ metres: away(area), server: area.zoneInstanceId }))
    .reduce<{ metres: number; server: number } | undefined>(
      (best, next) => (best === undefined || next.metres < best.metres ? next : best),
      undefined,
    );
}
