import type { Camera } from "./camera.ts";

/** Ground of one server, in metres. */
export type Area = {
  readonly zoneInstanceId: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
};

/** Told apart on grass, on earth and on stone, in the order of the dashboard's. */
const COLOURS = [
  "42 96 255",
  "255 122 20",
  "188 60 255",
  "0 190 190",
  "255 60 120",
  "250 220 40",
  "110 190 20",
  "120 130 150",
] as const;
const FAR_APART_MS = 10_000;
const CLOSE_MS = 2_000;

/** Who owns which ground of the zone, as management tells it: shown as a tint. Nothing on a zone of one server. */
export class GroundOwners {
  isShown = true;
  #zone = "";
  #areas: readonly Area[] = [];
  #isDivided = false;
  #askAtMs = 0;
  #isAsking = false;

  get isDivided(): boolean {
    return this.#isDivided;
  }

  /** The colour of a server, for `rgb()`, whoever else comes and goes; `undefined` when the ground is not divided. */
  colourOf(zoneInstanceId: number): string | undefined {
    return this.isDivided ? COLOURS[(zoneInstanceId - 1) % COLOURS.length] : undefined;
  }

  /** Ground with its owner's colour; nothing while it is not shown. */
  tints(): readonly (Area & { readonly colour: string })[] {
    if (!this.isShown) return [];
    return this.#areas.flatMap((area) => {
      const colour = this.colourOf(area.zoneInstanceId);
      return colour === undefined ? [] : [{ ...area, colour }];
    });
  }

  /** Keeps up with the zone and its borders. */
  follow(zoneName: string, nowMs: number): void {
    if (zoneName !== this.#zone) {
      this.#zone = zoneName;
      this.#take([]);
      this.#askAtMs = 0;
    }
    if (!this.isShown || this.#isAsking || zoneName === "" || nowMs < this.#askAtMs) return;
    this.#isAsking = true;
    void this.#ask(zoneName).finally(() => {
      this.#isAsking = false;
      this.#askAtMs = nowMs + (this.isDivided ? CLOSE_MS : FAR_APART_MS);
    });
  }

  draw(context: CanvasRenderingContext2D, camera: Camera): void {
    for (const area of this.tints()) {
      const left = Math.max(0, Math.round(camera.toScreenX(area.minX)));
      const right = Math.min(camera.width, Math.round(camera.toScreenX(area.maxX)));
      const top = Math.max(0, Math.round(camera.toScreenY(area.maxY)));
      const bottom = Math.min(camera.height, Math.round(camera.toScreenY(area.minY)));
      if (left >= right || top >= bottom) continue;
      context.fillStyle = `rgb(${area.colour} / 13%)`;
      context.fillRect(left, top, right - left, bottom - top);
    }
  }

  /** What can't be had is not shown: the tint is an extra. */
  async #ask(zoneName: string): Promise<void> {
    const response = await fetch(`./partition.json?zone=${encodeURIComponent(zoneName)}`).catch(() => undefined);
    const found: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined;
    if (zoneName === this.#zone && hasAreas(found)) this.#take(found.areas);
  }

  #take(areas: readonly Area[]): void {
    this.#areas = areas;
    this.#isDivided = new Set(areas.map(({ zoneInstanceId }) => zoneInstanceId)).size > 1;
  }
}

function hasAreas(value: unknown): value is { readonly areas: readonly Area[] } {
  return typeof value === "object" && value !== null && "areas" in value && Array.isArray(value.areas);
}
