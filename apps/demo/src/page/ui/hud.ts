import type { Handoff } from "@ows/client";
import { button, element, setText } from "./dom.ts";

export type HudNumbers = {
  readonly zone: string;
  readonly server: string;
  /** For `rgb()`; `undefined` where one server has all the ground. */
  readonly serverColour: string | undefined;
  /** How often the avatar changed its server, and how the last change that was measured was felt. */
  readonly handoffs: number;
  readonly lastHandoff: Handoff | undefined;
  readonly tick: number;
  readonly roundTripMs: number;
  readonly fps: number;
  readonly players: number;
  readonly gold: number;
  readonly beaten: number;
  readonly health: number;
  readonly maxHealth: number;
};

/** Numbers in the corners. */
export class Hud {
  readonly root: HTMLElement;
  readonly #zone = element("div", "zone");
  readonly #server = element("div", "server");
  readonly #numbers: Readonly<
    Record<"Handoffs" | "Last one" | "Round trip" | "Tick" | "Frames" | "In sight", HTMLElement>
  >;
  readonly #gold = element("span", "coin");
  readonly #beaten = element("span");
  readonly #travel: HTMLButtonElement;
  readonly #vitals = element("div", "vitals glass");
  readonly #bar = element("i");
  readonly #health = element("span");

  constructor(map: HTMLCanvasElement, handlers: { readonly onTravel: () => void; readonly onLeave: () => void }) {
    this.#numbers = {
      Handoffs: element("dd"),
      "Last one": element("dd"),
      "Round trip": element("dd"),
      Tick: element("dd"),
      Frames: element("dd"),
      "In sight": element("dd"),
    };
    const list = element(
      "dl",
      "",
      Object.entries(this.#numbers).flatMap(([name, value]) => [element("dt", "", [name]), value]),
    );
    this.#numbers["Last one"].title = "Pause in hearing of the own avatar beyond the usual, and its jump";
    this.#travel = button("", "corner-button", handlers.onTravel);
    const leave = button("Leave", "corner-button", handlers.onLeave);
    this.#vitals.append(element("div", "bar", [this.#bar]), this.#health);
    this.root = element("div", "", [
      element("div", "hud glass", [this.#zone, this.#server, list]),
      element("div", "corner", [
        element("div", "purse glass", [this.#gold, this.#beaten]),
        element("div", "map glass", [map]),
        element("div", "buttons", [this.#travel, leave]),
      ]),
      this.#vitals,
    ]);
  }

  update(numbers: HudNumbers): void {
    setText(this.#zone, numbers.zone);
    setText(this.#server, numbers.server);
    this.#server.style.borderLeft =
      numbers.serverColour === undefined ? "" : `0.5em solid rgb(${numbers.serverColour})`;
    this.#server.style.paddingLeft = numbers.serverColour === undefined ? "" : "0.4em";
    setText(this.#numbers.Handoffs, String(numbers.handoffs));
    setText(this.#numbers["Last one"], handoffLine(numbers));
    setText(
      this.#numbers["Round trip"],
      Number.isNaN(numbers.roundTripMs) ? "–" : `${numbers.roundTripMs.toFixed(0)} ms`,
    );
    setText(this.#numbers.Tick, String(numbers.tick));
    setText(this.#numbers.Frames, `${numbers.fps}/s`);
    setText(this.#numbers["In sight"], String(numbers.players));
    setText(this.#gold, `● ${numbers.gold} gold`);
    setText(this.#beaten, `⚔ ${numbers.beaten}`);
    setText(this.#travel, numbers.zone === "Cellar" ? "To the meadow" : "To the cellar");
    const share = numbers.maxHealth > 0 ? numbers.health / numbers.maxHealth : 0;
    this.#bar.style.width = `${Math.round(share * 100)}%`;
    this.#vitals.classList.toggle("low", share < 0.35);
    setText(this.#health, `${numbers.health} / ${numbers.maxHealth}`);
  }
}

/** What is measured takes a second; the first time there is nothing to show meanwhile. */
function handoffLine({ handoffs, lastHandoff }: HudNumbers): string {
  if (lastHandoff === undefined) return handoffs === 0 ? "–" : "…";
  return `${lastHandoff.interruptionMs.toFixed(0)} ms, ${lastHandoff.jumpMetres.toFixed(2)} m`;
}
