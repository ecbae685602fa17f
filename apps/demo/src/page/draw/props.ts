import type { Prop, PropKind } from "../../game/scenery.ts";
import { hash2 } from "./noise.ts";

/** A picture of a prop and where its foot is in it, in device pixels. */
export type Sprite = { readonly image: HTMLCanvasElement; readonly footX: number; readonly footY: number };

/** What is painted once and then only copied: three variants of each kind at three sizes. */
export class PropSprites {
  readonly #sprites = new Map<string, Sprite>();
  #scale = 0;

  of(prop: Prop, scale: number): Sprite {
    if (this.#scale !== scale) {
      this.#sprites.clear();
      this.#scale = scale;
    }
    const variant = Math.floor(hash2(prop.x * 13, prop.y * 7) * 3);
    const size = Math.round(prop.size * 5) / 5;
    const key = `${prop.kind} ${variant} ${size}`;
    let sprite = this.#sprites.get(key);
    if (sprite === undefined) {
      sprite = paint(prop.kind, variant, scale * size);
      this.#sprites.set(key, sprite);
    }
    return sprite;
  }
}

/** How tall a prop hides what is behind it, in metres; 0 hides nothing. */
export function heightOf(prop: Prop): number {
  const heights: Partial<Record<PropKind, number>> = { oak: 4.6, birch: 5, pine: 5.6 };
  return (heights[prop.kind] ?? 0) * prop.size;
}

type Brush = { readonly c: CanvasRenderingContext2D; readonly u: number; readonly variant: number };

const painters: Partial<Record<PropKind, (brush: Brush) => void>> = {
  oak: ({ c, u, variant }) => {
    trunk(c, u * 0.34, u * 1.9, "#7b5a3c", "#5f432b");
    const hue = 100 + variant * 9;
    canopy(c, {
      x: 0,
      y: -3.1 * u,
      radius: 1.75 * u,
      hue,
      saturation: 36,
      light: 36 + variant * 2,
      blobs: 9,
      seed: variant,
    });
  },
  birch: ({ c, u, variant }) => {
    trunk(c, u * 0.2, u * 2.6, "#ece7dc", "#c9c2b4");
    c.fillStyle = "#4a4640";
    for (let i = 0; i < 5; i++) c.fillRect(-u * 0.12 + (i % 2) * u * 0.1, -u * (0.4 + i * 0.42), u * 0.14, u * 0.06);
    const hue = 78 + variant * 10;
    canopy(c, { x: 0, y: -3.6 * u, radius: 1.3 * u, hue, saturation: 46, light: 48, blobs: 8, seed: variant + 5 });
  },
  pine: ({ c, u, variant }) => {
    trunk(c, u * 0.26, u * 1.2, "#6d4f36", "#54391f");
    for (let layer = 0; layer < 4; layer++) {
      const width = u * (1.65 - layer * 0.36);
      const base = -u * (0.75 + layer * 1.08);
      c.fillStyle = `hsl(${148 + variant * 6} 32% ${24 + layer * 4}%)`;
      bough(c, width, base, u * 1.75);
      c.fillStyle = `hsl(${145 + variant * 6} 34% ${31 + layer * 4}%)`;
      bough(c, width * 0.62, base - u * 0.25, u * 1.35, -width * 0.22);
    }
  },
  bush: ({ c, u, variant }) => {
    canopy(c, {
      x: 0,
      y: -0.5 * u,
      radius: 0.75 * u,
      hue: 104 + variant * 12,
      saturation: 38,
      light: 38,
      blobs: 6,
      seed: variant,
    });
    if (variant === 2) return;
    c.fillStyle = variant === 0 ? "#d8453e" : "#f3d7ec";
    for (let i = 0; i < 7; i++) disc(c, (hash2(i, 3) - 0.5) * 1.3 * u, -u * (0.2 + hash2(i, 4) * 0.8), u * 0.08);
  },
  rock: ({ c, u, variant }) => {
    const outline = [
      [-1.2, 0],
      [-1.05, -0.7],
      [-0.4, -1.25],
      [0.35, -1.15 - variant * 0.12],
      [1.1, -0.6],
      [1.2, 0.05],
      [0.4, 0.35],
      [-0.6, 0.3],
    ] as const;
    shape(c, outline, u, "#83878a");
    shape(
      c,
      [
        [-0.95, -0.62],
        [-0.4, -1.18],
        [0.35, -1.08 - variant * 0.12],
        [0.2, -0.55],
        [-0.5, -0.4],
      ],
      u,
      "#a9adab",
    );
    shape(
      c,
      [
        [0.2, -0.55],
        [1.02, -0.55],
        [1.1, 0],
        [0.4, 0.28],
      ],
      u,
      "#6a6e74",
    );
    c.fillStyle = "rgb(116 158 84 / 75%)";
    for (let i = 0; i < 4; i++)
      disc(c, (hash2(i, variant) - 0.5) * 1.5 * u, -u * (0.1 + hash2(i, 9) * 0.3) + u * 0.2, u * 0.16);
  },
  well: ({ c, u }) => {
    c.fillStyle = "#8d8577";
    oval(c, 0, -0.3 * u, 1.5 * u, 1.15 * u);
    c.fillStyle = "#a59d8d";
    oval(c, 0, -0.7 * u, 1.5 * u, 1.2 * u);
    c.fillStyle = "#23323f";
    oval(c, 0, -0.7 * u, 1.1 * u, 0.82 * u);
    c.fillStyle = "#3f6f8f";
    oval(c, 0, -0.5 * u, 0.95 * u, 0.6 * u);
    c.fillStyle = "#6b4a2e";
    c.fillRect(-1.35 * u, -2.9 * u, 0.2 * u, 2.4 * u);
    c.fillRect(1.15 * u, -2.9 * u, 0.2 * u, 2.4 * u);
    shape(
      c,
      [
        [-1.9, -2.6],
        [0, -4],
        [1.9, -2.6],
      ],
      u,
      "#a8543c",
    );
    shape(
      c,
      [
        [-1.9, -2.6],
        [0, -4],
        [0, -2.6],
      ],
      u,
      "#c0664a",
    );
  },
  barrel: ({ c, u, variant }) => {
    c.fillStyle = variant === 0 ? "#7a5232" : "#86603a";
    c.beginPath();
    c.moveTo(-0.6 * u, 0);
    c.quadraticCurveTo(-0.95 * u, -0.75 * u, -0.6 * u, -1.5 * u);
    c.lineTo(0.6 * u, -1.5 * u);
    c.quadraticCurveTo(0.95 * u, -0.75 * u, 0.6 * u, 0);
    c.quadraticCurveTo(0, 0.3 * u, -0.6 * u, 0);
    c.fill();
    c.strokeStyle = "#3c3a40";
    c.lineWidth = u * 0.12;
    for (const at of [-0.35, -1.15]) {
      c.beginPath();
      c.moveTo(-0.76 * u, at * u);
      c.quadraticCurveTo(0, (at + 0.28) * u, 0.76 * u, at * u);
      c.stroke();
    }
    c.fillStyle = "#a57a4c";
    oval(c, 0, -1.5 * u, 0.6 * u, 0.3 * u);
  },
  pillar: ({ c, u }) => {
    c.fillStyle = "#6f6d7c";
    c.beginPath();
    c.roundRect(-1.25 * u, -0.9 * u, 2.5 * u, 1.5 * u, 0.25 * u);
    c.fill();
    const side = c.createLinearGradient(-u, 0, u, 0);
    side.addColorStop(0, "#8f8d9c");
    side.addColorStop(0.4, "#a6a4b1");
    side.addColorStop(1, "#5c5a6a");
    c.fillStyle = side;
    c.fillRect(-0.95 * u, -4.6 * u, 1.9 * u, 4.2 * u);
    oval(c, 0, -0.4 * u, 0.95 * u, 0.4 * u);
    c.fillStyle = "#b3b1be";
    c.beginPath();
    c.roundRect(-1.25 * u, -5.2 * u, 2.5 * u, 0.8 * u, 0.2 * u);
    c.fill();
  },
  torch: ({ c, u }) => {
    c.fillStyle = "#4c3a2a";
    c.fillRect(-0.1 * u, -1.7 * u, 0.2 * u, 1.7 * u);
    c.fillStyle = "#2e2a30";
    c.fillRect(-0.22 * u, -1.9 * u, 0.44 * u, 0.35 * u);
  },
};

function paint(kind: PropKind, variant: number, u: number): Sprite {
  const image = document.createElement("canvas");
  image.width = Math.ceil(4.6 * u);
  image.height = Math.ceil(7 * u);
  const footX = image.width / 2;
  const footY = image.height - u;
  const c = image.getContext("2d");
  if (c !== null) {
    c.translate(footX, footY);
    painters[kind]?.({ c, u, variant });
  }
  return { image, footX, footY };
}

function trunk(c: CanvasRenderingContext2D, width: number, height: number, light: string, dark: string): void {
  c.fillStyle = light;
  c.beginPath();
  c.moveTo(-width * 1.3, 0);
  c.quadraticCurveTo(-width * 0.8, -height * 0.3, -width * 0.7, -height);
  c.lineTo(width * 0.7, -height);
  c.quadraticCurveTo(width * 0.8, -height * 0.3, width * 1.3, 0);
  c.quadraticCurveTo(0, width * 0.8, -width * 1.3, 0);
  c.fill();
  c.fillStyle = dark;
  c.beginPath();
  c.moveTo(width * 0.1, width * 0.35);
  c.lineTo(width * 0.15, -height);
  c.lineTo(width * 0.7, -height);
  c.quadraticCurveTo(width * 0.8, -height * 0.3, width * 1.3, 0);
  c.fill();
}

type Leaves = {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly hue: number;
  readonly saturation: number;
  readonly light: number;
  readonly blobs: number;
  readonly seed: number;
};

/** Three layers of round leaves, shade below and light from the upper left, and single leaves over them. */
function canopy(c: CanvasRenderingContext2D, leaves: Leaves): void {
  const { x, y, radius, hue, saturation, light, blobs, seed } = leaves;
  const layers = [
    { shift: 0.1, part: 1, light: light - 9 },
    { shift: -0.06, part: 0.84, light },
    { shift: -0.2, part: 0.6, light: light + 9 },
  ];
  for (const layer of layers) {
    c.fillStyle = `hsl(${hue + (layer.light - light)} ${saturation}% ${layer.light}%)`;
    disc(c, x + layer.shift * radius * 0.7, y + layer.shift * radius, radius * layer.part * 0.8);
    for (let i = 0; i < blobs; i++) {
      const angle = ((i + hash2(i, seed) * 0.6) / blobs) * 2 * Math.PI;
      const away = radius * layer.part * 0.62;
      const size = radius * layer.part * (0.34 + hash2(seed, i) * 0.16);
      disc(
        c,
        x + layer.shift * radius * 0.7 + Math.cos(angle) * away,
        y + layer.shift * radius + Math.sin(angle) * away * 0.85,
        size,
      );
    }
  }
  for (let i = 0; i < blobs * 7; i++) {
    const angle = hash2(i, seed + 70) * 2 * Math.PI;
    const away = Math.sqrt(hash2(seed + 70, i)) * radius * 0.92;
    const isLit = Math.cos(angle) * 0.5 + Math.sin(angle) < 0.1;
    c.fillStyle = isLit
      ? `hsl(${hue + 8} ${saturation + 8}% ${light + 17}% / 55%)`
      : `hsl(${hue} ${saturation}% ${light - 15}% / 45%)`;
    oval(c, x + Math.cos(angle) * away, y + Math.sin(angle) * away * 0.9, radius * 0.055, radius * 0.035);
  }
}

function bough(c: CanvasRenderingContext2D, width: number, base: number, height: number, shift = 0): void {
  c.beginPath();
  c.moveTo(shift - width, base);
  c.quadraticCurveTo(shift - width * 0.3, base - height * 0.35, shift, base - height);
  c.quadraticCurveTo(shift + width * 0.3, base - height * 0.35, shift + width, base);
  c.quadraticCurveTo(shift, base + height * 0.2, shift - width, base);
  c.fill();
}

function shape(
  c: CanvasRenderingContext2D,
  points: readonly (readonly [number, number])[],
  u: number,
  fill: string,
): void {
  c.fillStyle = fill;
  c.beginPath();
  for (const [x, y] of points) c.lineTo(x * u, y * u);
  c.closePath();
  c.fill();
}

function disc(c: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fill();
}

function oval(c: CanvasRenderingContext2D, x: number, y: number, rx: number, ry: number): void {
  c.beginPath();
  c.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  c.fill();
}
