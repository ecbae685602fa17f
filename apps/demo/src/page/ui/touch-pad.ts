import type { Controls } from "../controls.ts";
import { element } from "./dom.ts";

const SWORD =
  '<svg viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M20 3l-9.5 9.5M20 3h-4L7.5 11.5l3 3L19 6zM5 13l5 5M7.5 16.500L3.500 20.500"/></svg>';
const SPEECH =
  '<svg viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M4 5h16v11H11l-5 4v-4H4z"/></svg>';

/** What fingers need: a stick that appears where they land, a button to hit, one to talk. */
export class TouchPad {
  readonly root: HTMLElement;
  readonly #stick: HTMLElement;
  readonly #knob = element("i", "knob");
  readonly #controls: Controls;

  constructor(controls: Controls, handlers: { readonly onHit: () => void; readonly onTalk: () => void }) {
    this.#controls = controls;
    this.#stick = element("div", "stick", [this.#knob]);
    const hit = element("button", "hit");
    hit.type = "button";
    hit.innerHTML = SWORD;
    hit.setAttribute("aria-label", "Hit");
    hit.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      controls.isHitHeld = true;
      handlers.onHit();
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"] as const) {
      hit.addEventListener(name, () => {
        controls.isHitHeld = false;
      });
    }
    const talk = element("button", "talk");
    talk.type = "button";
    talk.innerHTML = SPEECH;
    talk.setAttribute("aria-label", "Say something");
    talk.addEventListener("click", handlers.onTalk);
    this.root = element("div", "pad", [this.#stick, hit, talk]);
  }

  update(): void {
    const stick = this.#controls.touchStick;
    this.#stick.hidden = stick === undefined;
    if (stick === undefined) return;
    this.#stick.style.left = `${stick.from.x}px`;
    this.#stick.style.top = `${stick.from.y}px`;
    this.#knob.style.transform = `translate(${stick.knob.x}px, ${stick.knob.y}px)`;
  }
}
