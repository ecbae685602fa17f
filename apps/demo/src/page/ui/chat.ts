import { element } from "./dom.ts";

const SHOWN = 6;
const FADE_AFTER_MS = 14_000;

/** The last lines that were said nearby, and the field for the next one. */
export class Chat {
  readonly root: HTMLElement;
  readonly #lines = element("ol");
  readonly #input = element("input");

  constructor(onSay: (line: string) => void) {
    this.#lines.setAttribute("aria-live", "polite");
    this.#input.placeholder = "Say something…";
    this.#input.maxLength = 100;
    this.#input.setAttribute("aria-label", "Say something");
    this.#input.autocomplete = "off";
    this.#input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") {
        const line = this.#input.value.trim();
        this.#input.value = "";
        if (line !== "") onSay(line);
      }
      if (event.key === "Enter" || event.key === "Escape") this.#input.blur();
    });
    this.root = element("div", "chat", [this.#lines, this.#input]);
  }

  open(): void {
    this.#input.focus();
  }

  add(name: string, hue: number, line: string): void {
    const speaker = element("b", "", [name]);
    speaker.style.color = `hsl(${hue} 70% 78%)`;
    const item = element("li", "", [speaker, line]);
    this.#lines.append(item);
    while (this.#lines.children.length > SHOWN) this.#lines.firstElementChild?.remove();
    setTimeout(() => item.classList.add("old"), FADE_AFTER_MS);
  }
}
