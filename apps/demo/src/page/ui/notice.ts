import { element, setText } from "./dom.ts";

const SHOWN_MS = 9_000;

/** A line on top that goes by itself: for what is over and should be known. */
export class Notice {
  readonly root = element("div", "notice glass");
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.root.setAttribute("role", "status");
    this.root.hidden = true;
  }

  show(text: string): void {
    clearTimeout(this.#timer);
    setText(this.root, text);
    this.root.hidden = false;
    this.#timer = setTimeout(() => {
      this.root.hidden = true;
    }, SHOWN_MS);
  }
}
