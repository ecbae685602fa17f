import { metresFromRoad, type Scenery } from "../../game/scenery.ts";
import { type Camera, TILT } from "./camera.ts";
import { hash2, noise2, ramp } from "./noise.ts";

const CHUNK_METRES = 16;
/** Colour samples per metre; they are blown up smoothly. */
const SAMPLES = 4;
const MAX_CHUNKS = 90;
const PAINTED_PER_FRAME = 2;

type Colour = readonly [number, number, number];
type Pond = { readonly x: number; readonly y: number; readonly radius: number };

const GRASS: Colour = [124, 172, 88];
const GRASS_DRY: Colour = [163, 188, 101];
const GRASS_DEEP: Colour = [92, 147, 84];
const EARTH: Colour = [203, 178, 128];
const SAND: Colour = [222, 205, 158];
const SHALLOW: Colour = [120, 190, 190];
const DEEP: Colour = [62, 132, 163];
const WOOD_DARK: Colour = [38, 66, 46];
const STONE: Colour = [104, 104, 116];
const NIGHT: Colour = [18, 17, 24];

/** The ground of a zone, painted in squares that are kept. */
export class Ground {
  readonly #scenery: Scenery;
  readonly #ponds: readonly Pond[];
  readonly #chunks = new Map<string, HTMLCanvasElement>();
  #scale = 0;

  constructor(scenery: Scenery) {
    this.#scenery = scenery;
    this.#ponds = scenery.props.filter((prop) => prop.kind === "pond");
  }

  draw(context: CanvasRenderingContext2D, camera: Camera): void {
    if (this.#scale !== camera.scale) {
      this.#chunks.clear();
      this.#scale = camera.scale;
    }
    const [r, g, b] = this.#scenery.ground === "grass" ? GRASS : NIGHT;
    context.fillStyle = `rgb(${r} ${g} ${b})`;
    context.fillRect(0, 0, camera.width, camera.height);
    const from = { x: chunkOf(camera.x - camera.metresWide / 2), y: chunkOf(camera.y - camera.metresHigh / 2) };
    const to = { x: chunkOf(camera.x + camera.metresWide / 2), y: chunkOf(camera.y + camera.metresHigh / 2) };
    let budget = this.#chunks.size === 0 ? 100 : PAINTED_PER_FRAME;
    for (let x = from.x - 1; x <= to.x + 1; x++) {
      for (let y = from.y - 1; y <= to.y + 1; y++) {
        const isVisible = x >= from.x && x <= to.x && y >= from.y && y <= to.y;
        const known = this.#chunks.get(`${x},${y}`);
        if (known === undefined && (budget > 0 || isVisible)) budget--;
        else if (known === undefined) continue;
        const chunk = known ?? this.#paint(x, y);
        if (isVisible) this.#place(context, camera, chunk, x, y);
      }
    }
  }

  #place(context: CanvasRenderingContext2D, camera: Camera, chunk: HTMLCanvasElement, x: number, y: number): void {
    const left = Math.round(camera.toScreenX(x * CHUNK_METRES));
    const right = Math.round(camera.toScreenX((x + 1) * CHUNK_METRES));
    const top = Math.round(camera.toScreenY((y + 1) * CHUNK_METRES));
    const bottom = Math.round(camera.toScreenY(y * CHUNK_METRES));
    context.drawImage(chunk, left, top, right - left, bottom - top);
  }

  #paint(chunkX: number, chunkY: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.width = CHUNK_METRES * this.#scale;
    canvas.height = Math.round(CHUNK_METRES * this.#scale * TILT);
    const context = canvas.getContext("2d");
    if (context !== null) {
      this.#paintColours(context, chunkX, chunkY);
      if (this.#scenery.ground === "grass") this.#paintPlants(context, chunkX, chunkY);
      else this.#paintFlagstones(context, chunkX, chunkY);
    }
    this.#remember(`${chunkX},${chunkY}`, canvas);
    return canvas;
  }

  #remember(key: string, canvas: HTMLCanvasElement): void {
    this.#chunks.set(key, canvas);
    if (this.#chunks.size <= MAX_CHUNKS) return;
    const oldest = this.#chunks.keys().next();
    if (!oldest.done) this.#chunks.delete(oldest.value);
  }

  /** One sample beyond each edge, so that neighbours blend into each other. */
  #paintColours(context: CanvasRenderingContext2D, chunkX: number, chunkY: number): void {
    const size = CHUNK_METRES * SAMPLES + 2;
    const image = new ImageData(size, size);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const x = chunkX * CHUNK_METRES + (column - 0.5) / SAMPLES;
        const y = (chunkY + 1) * CHUNK_METRES - (row - 0.5) / SAMPLES;
        const [r, g, b] = this.#colourAt(x, y);
        const at = (row * size + column) * 4;
        image.data[at] = r;
        image.data[at + 1] = g;
        image.data[at + 2] = b;
        image.data[at + 3] = 255;
      }
    }
    const small = document.createElement("canvas");
    small.width = size;
    small.height = size;
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingQuality = "high";
    const { width, height } = context.canvas;
    context.drawImage(small, 1, 1, size - 2, size - 2, 0, 0, width, height);
  }

  #colourAt(x: number, y: number): Colour {
    const { bounds, ground } = this.#scenery;
    const outside = Math.max(bounds.minX - x, x - bounds.maxX, bounds.minY - y, y - bounds.maxY);
    if (ground === "stone") {
      const shade = mix(STONE, [92, 90, 106], noise2(x / 9, y / 9));
      return mix(shade, NIGHT, ramp(outside, -0.4, 0.8));
    }
    const wobble = (noise2(x / 2.3, y / 2.3) - 0.5) * 2.4;
    let colour = mix(GRASS, GRASS_DRY, ramp(noise2(x / 31, y / 31), 0.52, 0.8));
    colour = mix(colour, GRASS_DEEP, ramp(noise2(x / 17 + 50, y / 17), 0.55, 0.85) * 0.8);
    colour = mix(colour, [255, 255, 225], noise2(x / 1.3, y / 1.3) * 0.05);
    if (this.#scenery.props.length > 0) {
      const plaza = Math.hypot(x, y - 4) - 11;
      const road = Math.min(metresFromRoad(x, y) - 1.7, plaza) + wobble * 0.7;
      colour = mix(colour, EARTH, (1 - ramp(road, -0.5, 0.9)) * 0.92);
    }
    colour = this.#withPonds(colour, x, y, wobble);
    return mix(colour, WOOD_DARK, ramp(outside + wobble, -3, 4));
  }

  #withPonds(colour: Colour, x: number, y: number, wobble: number): Colour {
    for (const pond of this.#ponds) {
      const shore = Math.hypot(x - pond.x, y - pond.y) - pond.radius + 0.5 + wobble * 0.5;
      if (shore > 3) continue;
      const beach = mix(colour, SAND, 1 - ramp(shore, 0.7, 2.4));
      const water = mix(SHALLOW, DEEP, ramp(-shore, 0.5, 8));
      return mix(beach, water, 1 - ramp(shore, -0.1, 0.35));
    }
    return colour;
  }

  /** Tufts, flowers and pebbles, a fixed number for each square metre. */
  #paintPlants(context: CanvasRenderingContext2D, chunkX: number, chunkY: number): void {
    const s = this.#scale;
    for (let i = 0; i < 230; i++) {
      // Away from the edges: a square ends there, and would cut them in half.
      const u = 0.015 + 0.97 * hash2(chunkX * 7919 + i, chunkY * 104_729);
      const v = 0.015 + 0.96 * hash2(chunkX * 7919 - i, chunkY * 104_729 + 13);
      const x = (chunkX + u) * CHUNK_METRES;
      const y = (chunkY + v) * CHUNK_METRES;
      const px = u * CHUNK_METRES * s;
      const py = (1 - v) * CHUNK_METRES * s * TILT;
      if (this.#isWater(x, y)) continue;
      const onRoad = this.#scenery.props.length > 0 && (metresFromRoad(x, y) < 2.4 || Math.hypot(x, y - 4) < 12);
      const pick = hash2(i + 31 * chunkX, chunkY * 17 + 5);
      if (onRoad) {
        if (pick < 0.2) pebble(context, px, py, s * (0.05 + pick * 0.3));
      } else if (pick < 0.09 && noise2(x / 12 + 9, y / 12) > 0.5) {
        flower(context, px, py, s * 0.09, Math.floor(noise2(x / 25, y / 25 + 40) * 6.99));
      } else {
        tuft(context, px, py, s * (0.14 + pick * 0.2), pick);
      }
    }
  }

  #isWater(x: number, y: number): boolean {
    return this.#ponds.some((pond) => Math.hypot(x - pond.x, y - pond.y) < pond.radius + 1.4);
  }

  #paintFlagstones(context: CanvasRenderingContext2D, chunkX: number, chunkY: number): void {
    const s = this.#scale;
    const { bounds } = this.#scenery;
    for (let row = 0; row < CHUNK_METRES / 2; row++) {
      for (let column = -1; column < CHUNK_METRES / 2; column++) {
        const y = chunkY * CHUNK_METRES + row * 2;
        const x = chunkX * CHUNK_METRES + column * 2 + ((row + chunkY * 8) % 2 === 0 ? 0 : 1);
        if (x < bounds.minX - 1 || x > bounds.maxX - 1 || y < bounds.minY || y >= bounds.maxY) continue;
        const shade = hash2(x, y);
        const px = (x - chunkX * CHUNK_METRES) * s;
        const py = (CHUNK_METRES - (y - chunkY * CHUNK_METRES) - 2) * s * TILT;
        const gap = s * 0.06;
        context.fillStyle =
          shade > 0.5 ? `rgb(255 250 235 / ${(shade - 0.5) * 0.13})` : `rgb(10 8 20 / ${(0.5 - shade) * 0.3})`;
        context.beginPath();
        context.roundRect(px + gap, py + gap, 2 * s - 2 * gap, 2 * s * TILT - 2 * gap, s * 0.16);
        context.fill();
        context.strokeStyle = "rgb(20 18 30 / 45%)";
        context.lineWidth = Math.max(1, s * 0.05);
        context.stroke();
      }
    }
  }
}

function chunkOf(metres: number): number {
  return Math.floor(metres / CHUNK_METRES);
}

function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function tuft(context: CanvasRenderingContext2D, x: number, y: number, size: number, pick: number): void {
  context.strokeStyle = pick > 0.55 ? "rgb(70 122 60 / 42%)" : "rgb(196 218 130 / 42%)";
  context.lineWidth = Math.max(1, size * 0.22);
  context.lineCap = "round";
  context.beginPath();
  context.moveTo(x - size * 0.4, y - size * 0.7);
  context.lineTo(x, y);
  context.lineTo(x + size * 0.1, y - size);
  context.moveTo(x, y);
  context.lineTo(x + size * 0.55, y - size * 0.6);
  context.stroke();
}

const PETALS = ["#fff6e0", "#ffe27a", "#f6a5c0", "#c9b6f2", "#ffffff", "#ffcf8a", "#9fd3f5"] as const;

function flower(context: CanvasRenderingContext2D, x: number, y: number, size: number, kind: number): void {
  context.fillStyle = PETALS[kind] ?? PETALS[0];
  for (let petal = 0; petal < 5; petal++) {
    const angle = (petal / 5) * 2 * Math.PI;
    context.beginPath();
    context.arc(x + Math.cos(angle) * size * 0.7, y + Math.sin(angle) * size * 0.6, size * 0.52, 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = "#e8a33a";
  context.beginPath();
  context.arc(x, y, size * 0.42, 0, 2 * Math.PI);
  context.fill();
}

function pebble(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.fillStyle = "rgb(150 128 92 / 55%)";
  context.beginPath();
  context.ellipse(x, y, size, size * 0.7, 0, 0, 2 * Math.PI);
  context.fill();
}
