import type { LiveMap } from "../api.ts";

/** What the canvas shows: the metres at its upper left corner, and its scale. North (y) is up. */
export type View = { readonly left: number; readonly top: number; readonly pixelsPerMetre: number };

const MARGIN_PIXELS = 12;

/** The whole zone in the middle of a canvas of this size. */
export function fitView(bounds: LiveMap["bounds"], width: number, height: number): View {
  const spanX = Math.max(1, bounds.maxX - bounds.minX);
  const spanY = Math.max(1, bounds.maxY - bounds.minY);
  const pixelsPerMetre = Math.max(
    0.01,
    Math.min((width - 2 * MARGIN_PIXELS) / spanX, (height - 2 * MARGIN_PIXELS) / spanY),
  );
  return {
    left: (bounds.minX + bounds.maxX) / 2 - width / 2 / pixelsPerMetre,
    top: (bounds.minY + bounds.maxY) / 2 + height / 2 / pixelsPerMetre,
    pixelsPerMetre,
  };
}

/** Zooms so that what lies under the pixel (x, y) stays there. */
export function zoomView(view: View, factor: number, x: number, y: number): View {
  const pixelsPerMetre = Math.min(200, Math.max(0.02, view.pixelsPerMetre * factor));
  return {
    left: view.left + x / view.pixelsPerMetre - x / pixelsPerMetre,
    top: view.top - y / view.pixelsPerMetre + y / pixelsPerMetre,
    pixelsPerMetre,
  };
}

export function toPixels(view: View, x: number, y: number): { readonly x: number; readonly y: number } {
  return { x: (x - view.left) * view.pixelsPerMetre, y: (view.top - y) * view.pixelsPerMetre };
}

/** What is nearest to a pixel and not further than `reachPixels`; `undefined` for nothing there. */
export function pick<Thing extends { readonly x: number; readonly y: number }>(
  view: View,
  things: Iterable<Thing>,
  at: { readonly x: number; readonly y: number },
  reachPixels: number,
): Thing | undefined {
  let best: Thing | undefined;
  let bestPixels = reachPixels;
  for (const thing of things) {
    const { x, y } = toPixels(view, thing.x, thing.y);
    const pixels = Math.hypot(x - at.x, y - at.y);
    if (pixels > bestPixels) continue;
    best = thing;
    bestPixels = pixels;
  }
  return best;
}
