import { type EntityId, NO_ENTITY } from "@ows/base";
import type { Handoff, World } from "@ows/client";
import type { SeenEntity } from "@ows/game";
import { Bag, Health, Look, Name } from "../game/components.ts";
import { HIT_RANGE, type Wanderer } from "../game/wanderer.ts";
import type game from "../game.ts";
import { Controls } from "./controls.ts";
import { Effects } from "./draw/effects.ts";
import { Minimap } from "./draw/minimap.ts";
import { chooseTarget, type Scene } from "./draw/scene.ts";
import { type GameEvent, readGameEvent } from "./game-event.ts";
import { Interruption, noticedHandoff, type Whereabouts } from "./interruption.ts";
import { Chat } from "./ui/chat.ts";
import { element } from "./ui/dom.ts";
import { Hud } from "./ui/hud.ts";
import { Notice } from "./ui/notice.ts";
import { TouchPad } from "./ui/touch-pad.ts";

export type MeadowWorld = World<typeof Wanderer.components, typeof game.definition.inputs>;

const SWING_MS = 430;
const HUD_EVERY_MS = 200;
/** How far from the pointer something may be to be meant, in metres. */
const POINTER_REACH = 1.8;

/** One stay in the world: turns controls into inputs, and what is seen and told into pictures. */
export class Play implements Disposable {
  readonly root = element("div");
  readonly world: MeadowWorld;
  readonly #scene: Scene;
  readonly #controls: Controls;
  readonly #effects = new Effects();
  readonly #map = new Minimap(264);
  readonly #hud: Hud;
  readonly #chat: Chat;
  readonly #pad: TouchPad;
  readonly #notice = new Notice();
  readonly #interruption = new Interruption();
  readonly #stopListening: readonly (() => void)[];
  #lastHandoff: Handoff | undefined;
  #target: SeenEntity | undefined;
  #lastSwingMs = 0;
  #lastHudMs = 0;
  #lastFrameMs = 0;
  #hasCamera = false;

  constructor(world: MeadowWorld, scene: Scene, canvas: HTMLCanvasElement, handlers: { readonly onTouch: () => void }) {
    this.world = world;
    this.#scene = scene;
    this.#controls = new Controls(canvas, {
      onHit: (at) => this.#hit(at),
      onChat: () => this.#chat.open(),
      onBorders: () => {
        scene.owners.isShown = !scene.owners.isShown;
      },
      onTouch: handlers.onTouch,
    });
    this.#hud = new Hud(this.#map.canvas, {
      onTravel: () => {
        world.travel(world.server?.zoneName === "Cellar" ? "Meadow" : "Cellar");
        this.#interruption.forget();
      },
      onLeave: () => world.leave(),
    });
    this.#chat = new Chat((line) => world.input("say", { line }));
    this.#pad = new TouchPad(this.#controls, { onHit: () => this.#hit(undefined), onTalk: () => this.#chat.open() });
    this.root.append(this.#hud.root, this.#chat.root, this.#pad.root, this.#notice.root);
    this.#stopListening = [
      world.on("event", ({ name, data }) => {
        const event = readGameEvent(name, data);
        if (event !== undefined) this.#show(event, performance.now());
      }),
      world.on("handoff", (handoff) => {
        this.#lastHandoff = handoff;
        const line = noticedHandoff(handoff);
        if (line !== undefined) this.#notice.show(line);
      }),
      world.on("disconnected", () => this.#interruption.lost(this.#whereabouts, performance.now())),
      world.on("snapshot", () => {
        const place = this.#whereabouts;
        const line = place && this.#interruption.back(place, performance.now());
        if (line !== undefined) this.#notice.show(line);
      }),
    ];
  }

  get counts(): { readonly players: number; readonly creatures: number } {
    let players = 0;
    for (const entity of this.world.entities.values()) if (entity.className === "Wanderer") players++;
    return { players, creatures: this.world.entities.size - players };
  }

  frame(nowMs: number, fps: number): void {
    const { world } = this;
    const { x, y } = this.#controls.stick;
    world.input("move", { x: Math.round(x * 100), y: Math.round(y * 100) });
    if (this.#controls.isHitHeld) this.#hit(undefined);
    world.frame(nowMs);
    const { me, server } = world;
    if (server !== undefined) {
      this.#scene.show(server.zoneName);
      this.#scene.owners.follow(server.zoneName, nowMs);
    }
    if (me !== undefined) {
      this.#follow(me, nowMs);
      this.#target = chooseTarget(me, world.entities.values());
    }
    this.#scene.draw({ me, others: world.entities.values(), effects: this.#effects, target: this.#target }, nowMs);
    this.#pad.update();
    if (nowMs - this.#lastHudMs > HUD_EVERY_MS) this.#updateHud(nowMs, fps);
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stopListening) stop();
    this.#controls[Symbol.dispose]();
    this.root.remove();
  }

  get #whereabouts(): Whereabouts | undefined {
    const { me, server } = this.world;
    if (me === undefined || server === undefined) return undefined;
    return { server: server.serverName, ref: me.ref, x: me.position.x, y: me.position.y };
  }

  #follow(me: SeenEntity, nowMs: number): void {
    const { camera } = this.#scene;
    const dx = me.position.x - camera.x;
    const dy = me.position.y + 0.6 - camera.y;
    const isFar = !this.#hasCamera || Math.hypot(dx, dy) > 12;
    const share = isFar ? 1 : 1 - Math.exp((-(nowMs - this.#lastFrameMs) / 1000) * 11);
    camera.x += dx * share;
    camera.y += dy * share;
    this.#lastFrameMs = nowMs;
    this.#hasCamera = true;
  }

  #hit(at: { readonly x: number; readonly y: number } | undefined): void {
    const nowMs = performance.now();
    const { me } = this.world;
    if (me === undefined || me.entity.Health.now === 0 || nowMs - this.#lastSwingMs < SWING_MS) return;
    this.#lastSwingMs = nowMs;
    const target = (at === undefined ? undefined : this.#pointedAt(me, at)) ?? this.#target;
    this.world.input("hit", { target: target?.ref ?? NO_ENTITY });
    const heading =
      target === undefined ? me.yaw : Math.atan2(target.position.y - me.position.y, target.position.x - me.position.x);
    this.#effects.swing(me.ref, heading, nowMs);
  }

  #pointedAt(me: SeenEntity, at: { readonly x: number; readonly y: number }): SeenEntity | undefined {
    const ratio = this.#scene.camera.width / Math.max(1, window.innerWidth);
    const point = this.#scene.camera.toWorld(at.x * ratio, at.y * ratio);
    let best: SeenEntity | undefined;
    let bestMetres = POINTER_REACH;
    for (const other of this.world.entities.values()) {
      // A body stands above its feet: the pointer is on its middle.
      const metres = Math.hypot(other.position.x - point.x, other.position.y + 0.7 - point.y);
      if (metres > bestMetres || me.distanceTo(other) > HIT_RANGE || other.get(Health)?.now === 0) continue;
      best = other;
      bestMetres = metres;
    }
    return best;
  }

  #entity(ref: number): SeenEntity | undefined {
    const { me, entities } = this.world;
    return me?.ref === ref ? me : entities.get(ref as EntityId);
  }

  #show(event: GameEvent, nowMs: number): void {
    const { me } = this.world;
    const effects = this.#effects;
    if (event.kind === "reward") {
      if (me !== undefined) effects.float(`+${event.gold} gold`, "#ffe08a", me.position, nowMs);
      return;
    }
    const who = this.#entity(event.who);
    switch (event.kind) {
      case "hurt":
        effects.hit(event.who, nowMs);
        if (who !== undefined) effects.float(`-${event.amount}`, damageColour(event, me?.ref), who.position, nowMs);
        return;
      case "fell":
      case "popped":
        if (who !== undefined) effects.burst(who.position, hueOf(who), event.kind === "fell" ? 16 : 9, nowMs);
        return;
      case "swing":
        if (event.who !== me?.ref) effects.swing(event.who, event.yaw, nowMs);
        return;
      case "say":
        effects.say(event.who, event.line, nowMs);
        this.#chat.add(event.name, who === undefined ? 60 : hueOf(who), event.line);
    }
  }

  #updateHud(nowMs: number, fps: number): void {
    this.#lastHudMs = nowMs;
    const { world } = this;
    const { me, server } = world;
    const [bag, health] = [me?.get(Bag), me?.get(Health)];
    this.#map.draw(this.#scene.scenery, this.#scene.owners, me, world.entities.values());
    this.#hud.update({
      zone: server?.zoneName ?? "",
      server: `${me?.get(Name)?.text ?? ""} on ${server?.serverName ?? ""}`,
      serverColour: this.#scene.owners.colourOf(server?.zoneInstanceId ?? 0),
      handoffs: world.stats.handoffs,
      lastHandoff: this.#lastHandoff,
      tick: world.tick,
      roundTripMs: world.stats.roundTripMs,
      fps,
      players: this.counts.players,
      gold: bag?.gold ?? 0,
      beaten: bag?.beaten ?? 0,
      health: health?.now ?? 0,
      maxHealth: health?.max ?? 0,
    });
  }
}

function hueOf(entity: SeenEntity): number {
  return ((entity.get(Look)?.hue ?? 0) * 360) / 256;
}

function damageColour(event: { readonly who: number; readonly by: number }, me: number | undefined): string {
  if (event.who === me) return "#ff8a70";
  return event.by === me ? "#ffe9a8" : "#e8eee4";
}
