import type { SeenEntity } from "@ows/game";
import { Health, Look, Name } from "../../game/components.ts";
import { type Prop, type Scenery, sceneries, sceneryIndexOf } from "../../game/scenery.ts";
import { HIT_RANGE } from "../../game/wanderer.ts";
import { drawDummy, drawShadow, drawSlime, drawWanderer, type Pose } from "./actors.ts";
import { Camera, TILT } from "./camera.ts";
import type { Effects } from "./effects.ts";
import { Ground } from "./ground.ts";
import { GroundOwners } from "./ground-owners.ts";
import { drawBubble, Labels } from "./labels.ts";
import { hash2 } from "./noise.ts";
import { heightOf, PropSprites } from "./props.ts";

/** What is drawn besides the scenery. */
export type Cast = {
  readonly me: SeenEntity | undefined;
  readonly others: Iterable<SeenEntity>;
  readonly effects: Effects;
  /** Marked as what a hit would strike. */
  readonly target: SeenEntity | undefined;
};

type Drawable = { readonly footY: number; readonly draw: () => void };

/** Draws a zone and everybody in it, far things first. */
export class Scene {
  readonly camera = new Camera();
  readonly owners = new GroundOwners();
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #sprites = new PropSprites();
  readonly #labels = new Labels();
  readonly #dark = document.createElement("canvas");
  #zone: string | undefined;
  #scenery: Scenery;
  #ground: Ground;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
    this.#scenery = sceneries[0]!;
    this.#ground = new Ground(this.#scenery);
    this.show("Meadow");
  }

  get scenery(): Scenery {
    return this.#scenery;
  }

  /** Goes to another zone. */
  show(zoneName: string): void {
    if (zoneName === this.#zone) return;
    this.#zone = zoneName;
    this.#scenery = sceneries[sceneryIndexOf(zoneName)] ?? sceneries[0]!;
    this.#ground = new Ground(this.#scenery);
  }

  draw(cast: Cast, nowMs: number): void {
    const { camera } = this;
    const c = this.#context;
    camera.resize(this.#canvas);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.globalAlpha = 1;
    this.#ground.draw(c, camera);
    if (cast.me !== undefined) this.owners.draw(c, camera);
    this.#drawWater(nowMs);
    const drawables: Drawable[] = [];
    for (const prop of this.#scenery.props) this.#addProp(prop, cast, drawables, nowMs);
    const actors = [...cast.others].filter((actor) => this.#isVisible(actor.position.x, actor.position.y, 3));
    if (cast.me !== undefined) actors.push(cast.me);
    if (cast.target !== undefined) this.#drawTargetRing(cast.target, nowMs);
    for (const actor of actors) this.#addActor(actor, cast, drawables, nowMs);
    drawables.sort((a, b) => a.footY - b.footY);
    for (const drawable of drawables) drawable.draw();
    c.globalAlpha = 1;
    if (this.#scenery.ground === "stone") this.#drawDarkness(actors, nowMs);
    for (const actor of actors) this.#drawOverhead(actor, cast, nowMs);
    cast.effects.draw(c, camera, nowMs);
  }

  #isVisible(x: number, y: number, marginMetres: number): boolean {
    const { camera } = this;
    return (
      Math.abs(x - camera.x) < camera.metresWide / 2 + marginMetres &&
      Math.abs(y - camera.y) < camera.metresHigh / 2 + marginMetres + 3
    );
  }

  #addProp(prop: Prop, { me }: Cast, drawables: Drawable[], nowMs: number): void {
    if (prop.kind === "pond" || !this.#isVisible(prop.x, prop.y, 6)) return;
    const c = this.#context;
    const { camera } = this;
    const x = camera.toScreenX(prop.x);
    const y = camera.toScreenY(prop.y);
    const sprite = this.#sprites.of(prop, camera.scale);
    const height = heightOf(prop);
    if (prop.kind !== "torch")
      drawShadow(c, x, y, camera.scale * (height > 0 ? 1.5 * prop.size : prop.radius * 1.15 + 0.2));
    drawables.push({
      footY: y,
      draw: () => {
        c.globalAlpha = me !== undefined && hides(prop, height, me) ? 0.42 : 1;
        c.drawImage(sprite.image, Math.round(x - sprite.footX), Math.round(y - sprite.footY));
        c.globalAlpha = 1;
        if (prop.kind === "torch") this.#drawFlame(x, y - 2.05 * camera.scale, nowMs + prop.x * 97);
      },
    });
  }

  #addActor(actor: SeenEntity, { effects, me }: Cast, drawables: Drawable[], nowMs: number): void {
    const { camera } = this;
    const look = actor.get(Look);
    const health = actor.get(Health);
    const swing = effects.swingOf(actor.ref, nowMs);
    const { velocity } = actor;
    const isMine = actor === me;
    const pose: Pose = {
      x: camera.toScreenX(actor.position.x),
      y: camera.toScreenY(actor.position.y),
      u: camera.scale,
      hue: ((look?.hue ?? 0) * 360) / 256,
      shape: look?.shape ?? 0,
      heading: -(swing?.heading ?? actor.yaw),
      speed: Math.hypot(velocity.x, velocity.y),
      seconds: nowMs / 1000 + (actor.ref % 97),
      flash: effects.flashOf(actor.ref, nowMs),
      swing: swing?.part,
      isDown: health?.now === 0,
    };
    const paint = actor.className === "Wanderer" ? drawWanderer : actor.className === "Slime" ? drawSlime : drawDummy;
    const draw = () => {
      if (isMine) this.#drawOwnRing(pose);
      paint(this.#context, pose);
    };
    drawables.push({ footY: pose.y, draw });
  }

  #drawOwnRing({ x, y, u }: Pose): void {
    const c = this.#context;
    c.strokeStyle = "rgb(255 246 208 / 62%)";
    c.lineWidth = Math.max(1.5, u * 0.07);
    c.beginPath();
    c.ellipse(x, y, 0.72 * u, 0.72 * u * TILT * 0.8, 0, 0, 2 * Math.PI);
    c.stroke();
  }

  #drawTargetRing(target: SeenEntity, nowMs: number): void {
    const c = this.#context;
    const { camera } = this;
    const u = camera.scale;
    c.strokeStyle = "rgb(255 214 120 / 85%)";
    c.lineWidth = Math.max(1.5, u * 0.08);
    c.setLineDash([u * 0.35, u * 0.22]);
    c.lineDashOffset = -nowMs * 0.012 * (u / 24);
    c.beginPath();
    const x = camera.toScreenX(target.position.x);
    const y = camera.toScreenY(target.position.y);
    c.ellipse(x, y, 0.95 * u, 0.95 * u * TILT, 0, 0, 2 * Math.PI);
    c.stroke();
    c.setLineDash([]);
  }

  /** Glints that wander over the ponds. */
  #drawWater(nowMs: number): void {
    const c = this.#context;
    const { camera } = this;
    const u = camera.scale;
    c.strokeStyle = "rgb(255 255 255 / 34%)";
    c.lineWidth = Math.max(1, u * 0.06);
    c.lineCap = "round";
    for (const pond of this.#scenery.props) {
      if (pond.kind !== "pond" || !this.#isVisible(pond.x, pond.y, pond.radius)) continue;
      for (let i = 0; i < pond.radius * 2.2; i++) {
        const life = (nowMs / 2_600 + hash2(i, pond.radius)) % 1;
        const round = Math.floor(nowMs / 2_600 + hash2(i, pond.radius));
        const angle = hash2(i, round) * 2 * Math.PI;
        const away = Math.sqrt(hash2(round, i)) * (pond.radius - 2.2);
        const x = camera.toScreenX(pond.x + Math.cos(angle) * away + life);
        const y = camera.toScreenY(pond.y + Math.sin(angle) * away);
        c.globalAlpha = Math.sin(life * Math.PI);
        c.beginPath();
        c.moveTo(x - u * 0.4, y);
        c.quadraticCurveTo(x, y - u * 0.14, x + u * 0.4, y);
        c.stroke();
      }
    }
    c.globalAlpha = 1;
  }

  #drawFlame(x: number, y: number, ms: number): void {
    const c = this.#context;
    const u = this.camera.scale;
    const flicker = 1 + Math.sin(ms / 90) * 0.1 + Math.sin(ms / 47) * 0.07;
    for (const [size, colour] of [
      [0.34, "#e8692c"],
      [0.23, "#f7a83c"],
      [0.12, "#fff0b8"],
    ] as const) {
      c.fillStyle = colour;
      c.beginPath();
      c.ellipse(
        x + Math.sin(ms / 130) * 0.04 * u,
        y - size * 0.5 * u,
        size * u * 0.8,
        size * u * 1.5 * flicker,
        0,
        0,
        2 * Math.PI,
      );
      c.fill();
    }
  }

  /** The cellar is dark but for torches and people. Painted small: light has no edges. */
  #drawDarkness(actors: readonly SeenEntity[], nowMs: number): void {
    const { camera } = this;
    const part = 6;
    const dark = this.#dark;
    dark.width = Math.ceil(camera.width / part);
    dark.height = Math.ceil(camera.height / part);
    const d = dark.getContext("2d");
    if (d === null) return;
    d.fillStyle = "rgb(14 11 26 / 64%)";
    d.fillRect(0, 0, dark.width, dark.height);
    d.globalCompositeOperation = "destination-out";
    const spot = (
      x: number,
      y: number,
      metres: number,
      { colour, strength }: { readonly colour: string; readonly strength: number },
    ) => {
      const [sx, sy] = [camera.toScreenX(x) / part, camera.toScreenY(y) / part];
      const radius = (metres * camera.scale) / part;
      const gradient = d.createRadialGradient(sx, sy, 0, sx, sy, radius);
      gradient.addColorStop(0, colour.replace("*", String(strength)));
      gradient.addColorStop(1, colour.replace("*", "0"));
      d.fillStyle = gradient;
      d.fillRect(sx - radius, sy - radius, 2 * radius, 2 * radius);
    };
    const light = (x: number, y: number, metres: number, strength: number) =>
      spot(x, y, metres, { colour: "rgb(0 0 0 / *)", strength });
    const glow = (x: number, y: number, metres: number) =>
      spot(x, y, metres, { colour: "rgb(255 150 60 / *)", strength: 0.26 });
    for (const prop of this.#scenery.props) {
      if (prop.kind === "torch") light(prop.x, prop.y, 13 + Math.sin(nowMs / 110 + prop.x) * 0.4, 0.95);
    }
    for (const actor of actors) {
      if (actor.className === "Wanderer") light(actor.position.x, actor.position.y, 10, 0.9);
    }
    // What is left of the darkness over a torch is its colour.
    d.globalCompositeOperation = "source-over";
    for (const prop of this.#scenery.props) if (prop.kind === "torch") glow(prop.x, prop.y + 1.2, 9);
    this.#context.imageSmoothingEnabled = true;
    this.#context.drawImage(dark, 0, 0, dark.width * part, dark.height * part);
  }

  #drawOverhead(actor: SeenEntity, { me, effects, target }: Cast, nowMs: number): void {
    const { camera } = this;
    const u = camera.scale;
    const health = actor.get(Health);
    const name = actor.get(Name)?.text ?? "";
    const isWanderer = actor.className === "Wanderer";
    const isGreat = actor.className === "Slime" && actor.get(Look)?.shape === 1;
    const x = camera.toScreenX(actor.position.x);
    let y =
      camera.toScreenY(actor.position.y) -
      u * (isWanderer ? 2.15 : isGreat ? 1.95 : actor.className === "Dummy" ? 2.15 : 1.25);
    const isHurt = health !== undefined && health.now < health.max && health.now > 0;
    if (isHurt) {
      this.#drawHealthBar(x, y, health.now / health.max, actor === me);
      y -= u * 0.32;
    }
    const size = Math.round(Math.max(11, u * 0.5));
    if (name !== "" && (isWanderer || isHurt || actor === target)) {
      const colour = actor === me ? "#fff0b8" : isWanderer ? "#ffffff" : "#e6efcf";
      this.#labels.draw(this.#context, name, { x, y }, { size, colour });
      y -= size * 1.4;
    }
    const lines = effects.bubbleOf(actor.ref, nowMs);
    if (lines !== undefined) drawBubble(this.#context, lines, x, y, Math.round(size * 1.08));
  }

  #drawHealthBar(x: number, y: number, share: number, isMine: boolean): void {
    const c = this.#context;
    const u = this.camera.scale;
    const [width, height] = [1.5 * u, Math.max(4, 0.2 * u)];
    c.fillStyle = "rgb(18 28 20 / 72%)";
    c.beginPath();
    c.roundRect(x - width / 2 - 1.5, y - height - 1.5, width + 3, height + 3, height);
    c.fill();
    c.fillStyle = share < 0.35 ? "#e8624a" : isMine ? "#8fe07a" : "#f0c35c";
    c.beginPath();
    c.roundRect(x - width / 2, y - height, Math.max(height, width * share), height, height / 2);
    c.fill();
  }
}

/** Whether the top of a tree stands between the viewer and somebody behind it. */
function hides(prop: Prop, height: number, actor: SeenEntity): boolean {
  if (height === 0) return false;
  const behind = actor.position.y - prop.y;
  return behind > -0.2 && behind * TILT < height && Math.abs(actor.position.x - prop.x) < 2 * prop.size;
}

/** Whom a hit would strike: creatures first, then people, the nearest within reach. */
export function chooseTarget(me: SeenEntity, others: Iterable<SeenEntity>): SeenEntity | undefined {
  let best: SeenEntity | undefined;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const other of others) {
    if ((other.get(Health)?.now ?? 0) === 0) continue;
    const away = me.distanceTo(other);
    if (away > HIT_RANGE) continue;
    const score = away + (other.className === "Wanderer" ? 100 : 0);
    if (score < bestScore) {
      best = other;
      bestScore = score;
    }
  }
  return best;
}
