const MAX_LABELS = 300;

/** Text over heads, painted once for each text and size: drawing text with an outline costs much more than copying it. */
export class Labels {
  readonly #images = new Map<string, HTMLCanvasElement>();

  draw(
    c: CanvasRenderingContext2D,
    text: string,
    at: { readonly x: number; readonly y: number },
    look: { readonly size: number; readonly colour: string },
  ): void {
    const key = `${look.size} ${look.colour} ${text}`;
    const image = this.#images.get(key) ?? this.#paint(key, text, look.size, look.colour);
    c.drawImage(image, Math.round(at.x - image.width / 2), Math.round(at.y - image.height));
  }

  #paint(key: string, text: string, size: number, colour: string): HTMLCanvasElement {
    const image = document.createElement("canvas");
    const c = image.getContext("2d");
    if (c === null) return image;
    const font = `600 ${size}px system-ui, sans-serif`;
    c.font = font;
    image.width = Math.ceil(c.measureText(text).width + size);
    image.height = Math.ceil(size * 1.5);
    c.font = font;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineJoin = "round";
    c.lineWidth = size * 0.26;
    c.strokeStyle = "rgb(18 28 20 / 72%)";
    c.strokeText(text, image.width / 2, image.height / 2);
    c.fillStyle = colour;
    c.fillText(text, image.width / 2, image.height / 2);
    if (this.#images.size >= MAX_LABELS) this.#images.clear();
    this.#images.set(key, image);
    return image;
  }
}

/** A speech bubble whose tip is at `x`, `y`. */
export function drawBubble(
  c: CanvasRenderingContext2D,
  lines: readonly string[],
  x: number,
  y: number,
  size: number,
): void {
  c.font = `500 ${size}px system-ui, sans-serif`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  const width = Math.max(...lines.map((line) => c.measureText(line).width)) + size * 1.3;
  const height = lines.length * size * 1.25 + size * 0.7;
  const top = y - height - size * 0.55;
  c.fillStyle = "rgb(255 253 244 / 94%)";
  c.beginPath();
  c.roundRect(x - width / 2, top, width, height, size * 0.6);
  c.moveTo(x - size * 0.45, top + height - 1);
  c.lineTo(x, y);
  c.lineTo(x + size * 0.45, top + height - 1);
  c.fill();
  c.fillStyle = "#2a3128";
  for (const [i, line] of lines.entries()) c.fillText(line, x, top + size * 0.35 + size * 1.25 * (i + 0.5));
}
