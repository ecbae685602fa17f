import type { SeenEntity } from "@ows/game";
import type { Scenery } from "../../game/scenery.ts";
import { metresFromRoad } from "../../game/scenery.ts";
import type { GroundOwners } from "./ground-owners.ts";

/** The whole zone in a corner; the ground is painted once per zone. */
export class Minimap {
  readonly canvas = document.createElement("canvas");
  readonly #size: number;
  #scenery: Scenery | undefined;
  #ground = document.createElement("canvas");

  constructor(size: number) {
    this.#size = size;
    this.canvas.width = size;
    this.canvas.height = size;
    this.canvas.setAttribute("aria-label", "Map of the zone");
  }

  draw(scenery: Scenery, owners: GroundOwners, me: SeenEntity | undefined, others: Iterable<SeenEntity>): void {
    if (scenery !== this.#scenery) {
      this.#scenery = scenery;
      this.#ground = paintGround(scenery, this.#size);
    }
    const c = this.canvas.getContext("2d");
    if (c === null) return;
    c.clearRect(0, 0, this.#size, this.#size);
    c.drawImage(this.#ground, 0, 0);
    this.#tint(c, scenery, owners);
    for (const other of others) {
      const isPlayer = other.className === "Wanderer";
      this.#dot(c, other, isPlayer ? "#ffffff" : "#f0a95c", isPlayer ? 2.6 : 1.8);
    }
    if (me !== undefined) {
      this.#dot(c, me, "#22301f", 5.5);
      this.#dot(c, me, "#ffe08a", 4);
    }
  }

  /** On painted ground only: its corners are round. */
  #tint(c: CanvasRenderingContext2D, { bounds }: Scenery, owners: GroundOwners): void {
    const scale = this.#size / (bounds.maxX - bounds.minX);
    c.globalCompositeOperation = "source-atop";
    for (const { colour, minX, minY, maxX, maxY } of owners.tints()) {
      c.fillStyle = `rgb(${colour} / 34%)`;
      c.fillRect(
        (minX - bounds.minX) * scale,
        (bounds.maxY - maxY) * scale,
        (maxX - minX) * scale,
        (maxY - minY) * scale,
      );
    }
    c.globalCompositeOperation = "source-over";
  }

  #dot(c: CanvasRenderingContext2D, entity: SeenEntity, colour: string, radius: number): void {
    const { bounds } = this.#scenery as Scenery;
    const x = ((entity.position.x - bounds.minX) / (bounds.maxX - bounds.minX)) * this.#size;
    const y = ((bounds.maxY - entity.position.y) / (bounds.maxY - bounds.minY)) * this.#size;
    c.fillStyle = colour;
    c.beginPath();
    c.arc(x, y, radius, 0, 2 * Math.PI);
    c.fill();
  }
}

function paintGround(scenery: Scenery, size: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const c = canvas.getContext("2d");
  if (c === null) return canvas;
  const { bounds, props, ground } = scenery;
  const scale = size / (bounds.maxX - bounds.minX);
  const toX = (x: number) => (x - bounds.minX) * scale;
  const toY = (y: number) => (bounds.maxY - y) * scale;
  c.beginPath();
  c.roundRect(0, 0, size, size, 14);
  c.clip();
  c.fillStyle = ground === "grass" ? "#7aa65a" : "#55535f";
  c.fillRect(0, 0, size, size);
  if (ground === "grass" && props.length > 0) {
    c.fillStyle = "#cdb684";
    for (let i = 0; i < size; i += 2) {
      for (let j = 0; j < size; j += 2) {
        const x = bounds.minX + i / scale;
        const y = bounds.maxY - j / scale;
        if (metresFromRoad(x, y) < 2.6 || Math.hypot(x, y - 4) < 11) c.fillRect(i, j, 2, 2);
      }
    }
  }
  for (const prop of props) {
    c.fillStyle =
      prop.kind === "pond" ? "#5fa3b8" : ground === "stone" ? "#8d8b99" : prop.kind === "rock" ? "#9a9d9b" : "#4d7a44";
    c.beginPath();
    c.arc(toX(prop.x), toY(prop.y), Math.max(1.1, prop.radius * scale), 0, 2 * Math.PI);
    c.fill();
  }
  return canvas;
}
