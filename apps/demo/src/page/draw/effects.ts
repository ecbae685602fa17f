import type { Camera } from "./camera.ts";

type Floating = {
  readonly text: string;
  readonly colour: string;
  readonly x: number;
  readonly y: number;
  readonly startMs: number;
};
type Spark = { x: number; y: number; vx: number; vy: number; readonly hue: number; readonly startMs: number };
type Bubble = { readonly lines: readonly string[]; readonly untilMs: number };

const FLASH_MS = 220;
const SWING_MS = 260;
const FLOAT_MS = 900;
const SPARK_MS = 650;
const MAX_FLOATING = 60;
const MAX_SPARKS = 260;
const BUBBLE_CHARACTERS = 26;

/** What happens for a moment: flashes, swings, numbers, sparks, words over heads. */
export class Effects {
  readonly #hitAtMs = new Map<number, number>();
  readonly #swings = new Map<number, { readonly startMs: number; readonly heading: number }>();
  readonly #bubbles = new Map<number, Bubble>();
  #floating: Floating[] = [];
  #sparks: Spark[] = [];

  hit(ref: number, nowMs: number): void {
    this.#hitAtMs.set(ref, nowMs);
  }

  swing(ref: number, heading: number, nowMs: number): void {
    this.#swings.set(ref, { startMs: nowMs, heading });
  }

  say(ref: number, line: string, nowMs: number): void {
    this.#bubbles.set(ref, { lines: wrap(line), untilMs: nowMs + 3_500 + line.length * 40 });
  }

  float(text: string, colour: string, at: { readonly x: number; readonly y: number }, nowMs: number): void {
    if (this.#floating.length >= MAX_FLOATING) this.#floating.shift();
    const shift = Math.sin(nowMs * 0.37) * 0.4;
    this.#floating.push({ text, colour, x: at.x + shift, y: at.y, startMs: nowMs });
  }

  burst(at: { readonly x: number; readonly y: number }, hue: number, count: number, nowMs: number): void {
    for (let i = 0; i < count && this.#sparks.length < MAX_SPARKS; i++) {
      const angle = (i / count) * 2 * Math.PI + nowMs;
      const speed = 2 + ((i * 7) % 5) * 0.7;
      this.#sparks.push({
        x: at.x,
        y: at.y,
        vx: Math.cos(angle) * speed,
        vy: Math.sin(angle) * speed,
        hue,
        startMs: nowMs,
      });
    }
  }

  /** 1 right after a hit, falling to 0. */
  flashOf(ref: number, nowMs: number): number {
    return Math.max(0, 1 - (nowMs - (this.#hitAtMs.get(ref) ?? -FLASH_MS)) / FLASH_MS);
  }

  swingOf(ref: number, nowMs: number): { readonly part: number; readonly heading: number } | undefined {
    const swing = this.#swings.get(ref);
    if (swing === undefined) return undefined;
    const part = (nowMs - swing.startMs) / SWING_MS;
    if (part <= 1) return { part, heading: swing.heading };
    this.#swings.delete(ref);
    return undefined;
  }

  bubbleOf(ref: number, nowMs: number): readonly string[] | undefined {
    const bubble = this.#bubbles.get(ref);
    if (bubble === undefined) return undefined;
    if (nowMs <= bubble.untilMs) return bubble.lines;
    this.#bubbles.delete(ref);
    return undefined;
  }

  draw(c: CanvasRenderingContext2D, camera: Camera, nowMs: number): void {
    this.#drawSparks(c, camera, nowMs);
    this.#floating = this.#floating.filter((item) => nowMs - item.startMs < FLOAT_MS);
    c.textAlign = "center";
    c.lineJoin = "round";
    for (const item of this.#floating) {
      const part = (nowMs - item.startMs) / FLOAT_MS;
      const size = camera.scale * (0.72 + 0.3 * Math.max(0, 1 - part * 5));
      c.font = `800 ${size}px system-ui, sans-serif`;
      c.globalAlpha = Math.min(1, (1 - part) * 2.5);
      c.lineWidth = camera.scale * 0.16;
      c.strokeStyle = "rgb(30 22 16 / 80%)";
      c.fillStyle = item.colour;
      const x = camera.toScreenX(item.x);
      const y = camera.toScreenY(item.y) - camera.scale * (1.7 + part * 1.3);
      c.strokeText(item.text, x, y);
      c.fillText(item.text, x, y);
    }
    c.globalAlpha = 1;
  }

  #drawSparks(c: CanvasRenderingContext2D, camera: Camera, nowMs: number): void {
    this.#sparks = this.#sparks.filter((spark) => nowMs - spark.startMs < SPARK_MS);
    for (const spark of this.#sparks) {
      const seconds = (nowMs - spark.startMs) / 1000;
      const part = (nowMs - spark.startMs) / SPARK_MS;
      const x = camera.toScreenX(spark.x + spark.vx * seconds * (1 - part * 0.4));
      const y =
        camera.toScreenY(spark.y + spark.vy * seconds * (1 - part * 0.4)) -
        camera.scale * (0.6 + Math.sin(part * Math.PI) * 0.7);
      c.fillStyle = `hsl(${spark.hue} 62% 62% / ${1 - part})`;
      c.beginPath();
      c.arc(x, y, camera.scale * 0.13 * (1.2 - part), 0, 2 * Math.PI);
      c.fill();
    }
  }
}

/** At most three short lines. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + word.length + 1 > BUBBLE_CHARACTERS) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  const shown = lines.slice(0, 3).map((each) => (each.length > 32 ? `${each.slice(0, 31)}…` : each));
  if (lines.length > 3) shown[2] = `${shown[2] ?? ""}…`;
  return shown;
}
