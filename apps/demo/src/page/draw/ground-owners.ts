import type { Camera } from "./camera.ts";

/** Ground of one server, in metres. */
export type Area = {
  readonly zoneInstanceId: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
};

/** Told apart on grass, on earth and on stone, and by people who see few colours. */
const COLOURS = ["42 96 255", "255 122 20", "188 60 255", "0 190 190", "255 60 120", "250 220 40"] as const;
const FAR_APART_MS = 10_000;
const CLOSE_MS = 2_000;

/** Who owns which ground of the zone, as management tells it: shown as a tint. Nothing on a zone of one server. */
export class GroundOwners {
  isShown = true;
  #zone = "";
  #areas: readonly Area[] = [];
  /** Servers by id; the place in it is the colour. */
  #servers: readonly number[] = [];
  #askAtMs = 0;
  #isAsking = false;

  get isDivided(): boolean {
    return this.#servers.length > 1;
  }

  /** The colour of a server, for `rgb()`; `undefined` when the ground is not divided. */
  colourOf(zoneInstanceId: number): string | undefined {
    const index = this.#servers.indexOf(zoneInstanceId);
    return this.isDivided && index >= 0 ? COLOURS[index % COLOURS.length] : undefined;
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
    if (!this.isShown || !this.isDivided) return;
    for (const area of this.#areas) {
      const left = Math.max(0, Math.round(camera.toScreenX(area.minX)));
      const right = Math.min(camera.width, Math.round(camera.toScreenX(area.maxX)));
      const top = Math.max(0, Math.round(camera.toScreenY(area.maxY)));
      const bottom = Math.min(camera.height, Math.round(camera.toScreenY(area.minY)));
      if (left >= right || top >= bottom) continue;
      context.fillStyle = `rgb(${this.colourOf(area.zoneInstanceId)} / 13%)`;
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
    this.#servers = [...new Set(areas.map(({ zoneInstanceId }) => zoneInstanceId))].sort((a, b) => a - b);
  }
}

function hasAreas(value: unknown): value is { readonly areas: readonly Area[] } {
  return typeof value === "object" && value !== null && "areas" in value && Array.isArray(value.areas);
}
