import { connect, WorldClosedError } from "@ows/client";
import game from "../game.ts";
import { loadConfig } from "./config.ts";
import { Effects } from "./draw/effects.ts";
import { Scene } from "./draw/scene.ts";
import { Play } from "./play.ts";
import { accountFor, nameMistake, suggestedName } from "./player-account.ts";
import { recallStay, rememberStay } from "./stay.ts";
import { element } from "./ui/dom.ts";
import { messageScreen, type SignIn, signInScreen } from "./ui/screens.ts";

export type AppState = "sign-in" | "connecting" | "in-world" | "reconnecting" | "closed";

const SLOW_FPS = 42;
const SLOW_FOR_MS = 2_500;
const LEAST_QUALITY = 0.5;
const PAUSE_MS = 500;

/** The page: a panel, then the world, then whatever comes in between. */
export class App {
  readonly #canvas: HTMLCanvasElement;
  readonly #ui: HTMLElement;
  readonly #scene: Scene;
  readonly #noEffects = new Effects();
  #screen: HTMLElement | undefined;
  #play: Play | undefined;
  #state: AppState = "sign-in";
  #message = "";
  #frames: number[] = [];
  #slowSinceMs = performance.now();

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, ui: HTMLElement) {
    this.#canvas = canvas;
    this.#ui = ui;
    this.#scene = new Scene(canvas, context);
    if (matchMedia("(pointer: coarse)").matches) ui.classList.add("touch");
    const frame = (nowMs: number) => {
      this.#frame(nowMs);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  get state(): AppState {
    return this.#state;
  }

  /** What the player reads now, when something stands in front of the world. */
  get message(): string {
    return this.#message;
  }

  get play(): Play | undefined {
    return this.#play;
  }

  get fps(): number {
    return this.#frames.length;
  }

  /** Back in the world after a reload, in at once when the address says so, else the panel. */
  start(address: URLSearchParams): void {
    const stay = recallStay();
    const name = address.get("name") ?? stay?.name ?? suggestedName();
    const isAuto = address.get("auto") === "1";
    if (stay !== undefined && (!isAuto || stay.name === name)) void this.enter({ name: stay.name, zone: undefined });
    else if (isAuto) void this.enter({ name, zone: address.get("zone") ?? undefined });
    else this.#showSignIn(name, undefined);
  }

  async enter({ name, zone }: SignIn): Promise<void> {
    const mistake = nameMistake(name);
    if (mistake !== undefined) {
      this.#showSignIn(name, mistake);
      return;
    }
    const cancel = new AbortController();
    this.#state = "connecting";
    const showProgress = (text: string) =>
      this.#showMessage({
        title: "On your way",
        text,
        isBusy: true,
        actions: [{ label: "Cancel", run: () => cancel.abort() }],
      });
    showProgress("Finding a server for you…");
    try {
      const config = await loadConfig();
      const world = await connect({
        game,
        url: config.publicApiUrl,
        customer: config.customerGuid,
        account: accountFor(name),
        character: name,
        createIfMissing: { className: "Wanderer" },
        storage: sessionStorage,
        signal: cancel.signal,
        ...(zone === undefined ? {} : { zone }),
        onState: (state) => {
          if (this.#play === undefined && state.phase === "connecting") showProgress(state.message);
        },
      });
      rememberStay({ name });
      this.#begin(new Play(world, this.#scene, this.#canvas, { onTouch: () => this.#ui.classList.add("touch") }), name);
    } catch (error) {
      rememberStay(undefined);
      const isLeft = error instanceof WorldClosedError && error.code === "left";
      this.#showSignIn(name, isLeft ? undefined : messageOf(error));
    }
  }

  #begin(play: Play, name: string): void {
    this.#play = play;
    this.#ui.prepend(play.root);
    this.#state = "in-world";
    this.#show(undefined, "");
    play.world.on("state", (state) => {
      if (state.phase === "in-world") {
        this.#state = "in-world";
        this.#show(undefined, "");
      } else if (state.phase === "closed") {
        this.#close(play, name, state);
      } else {
        this.#state = "reconnecting";
        const banner = element("div", "banner glass", [element("div", "spinner"), state.message]);
        banner.setAttribute("role", "status");
        this.#show(banner, state.message);
      }
    });
    // It may have been closed between the two.
    if (play.world.state.phase === "closed") this.#close(play, name, play.world.state);
  }

  #close(play: Play, name: string, state: Extract<Play["world"]["state"], { phase: "closed" }>): void {
    const leave = () => {
      play[Symbol.dispose]();
      this.#play = undefined;
      rememberStay(undefined);
      this.#showSignIn(name, undefined);
    };
    if (state.code === "left") {
      leave();
      return;
    }
    this.#state = "closed";
    const reload = { label: "Reload the page", isMain: true, run: () => location.reload() };
    const comeBack = { label: "Come back", isMain: true, run: () => play.world.retry() };
    this.#showMessage({
      title: titleOf(state.code),
      text: textOf(state.code) ?? state.message,
      actions: [state.canRetry ? comeBack : reload, { label: "Sign in", run: leave }],
    });
  }

  #showSignIn(name: string, problem: string | undefined): void {
    this.#state = "sign-in";
    this.#show(signInScreen({ name, problem, onEnter: (signIn) => void this.enter(signIn) }), problem ?? "");
  }

  #showMessage(options: Parameters<typeof messageScreen>[0]): void {
    this.#show(messageScreen(options), options.text);
  }

  #show(screen: HTMLElement | undefined, message: string): void {
    this.#screen?.remove();
    this.#screen = screen;
    this.#message = message;
    if (screen !== undefined) this.#ui.append(screen);
  }

  #frame(nowMs: number): void {
    // After a pause (a hidden page) the frames before it say nothing about this machine.
    if (nowMs - (this.#frames.at(-1) ?? nowMs) > PAUSE_MS) this.#slowSinceMs = nowMs;
    this.#frames.push(nowMs);
    while (this.#frames.length > 0 && nowMs - (this.#frames[0] ?? nowMs) > 1_000) this.#frames.shift();
    this.#keepUp(nowMs);
    if (this.#play !== undefined) {
      this.#play.frame(nowMs, this.fps);
      return;
    }
    // Behind the panel a slow flight over the meadow.
    const { camera } = this.#scene;
    camera.x = Math.cos(nowMs / 45_000) * 46 - 20;
    camera.y = Math.sin(nowMs / 45_000) * 40 + 6;
    this.#scene.show("Meadow");
    this.#scene.draw({ me: undefined, others: [], effects: this.#noEffects, target: undefined }, nowMs);
  }

  /** Draws fewer pixels on a machine that can't keep up; a hidden page proves nothing. */
  #keepUp(nowMs: number): void {
    if (document.hidden || this.fps > SLOW_FPS) this.#slowSinceMs = nowMs;
    if (nowMs - this.#slowSinceMs < SLOW_FOR_MS || this.#scene.camera.quality <= LEAST_QUALITY) return;
    this.#slowSinceMs = nowMs;
    this.#scene.camera.quality *= 0.8;
  }
}

function titleOf(code: string): string {
  switch (code) {
    case "replaced":
      return "You are playing elsewhere";
    case "incompatible":
      return "There is a new version";
    case "travelled":
      return "You went elsewhere";
    case "full":
      return "No room right now";
    default:
      return "You are out of the world";
  }
}

/** Better words than the server's where this page knows more: it has buttons. */
function textOf(code: string): string | undefined {
  switch (code) {
    case "replaced":
      return "This character is being played in another window or on another device. Come back to play it here.";
    case "incompatible":
      return "The game was updated while this page was open. Reload to play the new version.";
    case "travelled":
      return "This character went to another zone from somewhere else. Come back to join it there.";
    default:
      return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong.";
}
