import { drawAreas } from "./borders.ts";
import { drawEntities, drawNames, type EntityScene } from "./draw-entities.ts";
import { toPixels } from "./view.ts";

export function drawMap(canvas: HTMLCanvasElement, scene: EntityScene): void {
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
  { map, view, colours }: EntityScene,
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
