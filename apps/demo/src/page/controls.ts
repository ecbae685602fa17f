/** The stick, whatever moves it: -1 to 1 each, y up. */
export type Stick = { readonly x: number; readonly y: number };

const STICK_REACH_PX = 52;
const DEAD_ZONE = 0.16;

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  KeyW: [0, 1],
  KeyS: [0, -1],
  KeyA: [-1, 0],
  KeyD: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export type ControlHandlers = {
  /** Somebody wants to hit, towards a point of the canvas (CSS pixels) or simply ahead. */
  readonly onHit: (at: { readonly x: number; readonly y: number } | undefined) => void;
  readonly onChat: () => void;
  /** Shows or hides whose ground it is. */
  readonly onBorders: () => void;
  /** The first touch: the page shows its touch controls. */
  readonly onTouch: () => void;
};

/** Keyboard, mouse and touch on the canvas, as one stick and one button. */
export class Controls implements Disposable {
  readonly #held = new Set<string>();
  readonly #canvas: HTMLCanvasElement;
  readonly #handlers: ControlHandlers;
  #stickPointer: number | undefined;
  #stickFrom = { x: 0, y: 0 };
  #stickTo = { x: 0, y: 0 };
  #isHitHeld = false;
  readonly #gone = new AbortController();

  constructor(canvas: HTMLCanvasElement, handlers: ControlHandlers) {
    this.#canvas = canvas;
    this.#handlers = handlers;
    const { signal } = this.#gone;
    window.addEventListener("keydown", (event) => this.#onKeyDown(event), { signal });
    window.addEventListener("keyup", (event) => this.#held.delete(event.code), { signal });
    window.addEventListener("blur", () => this.release(), { signal });
    canvas.addEventListener("pointerdown", (event) => this.#onPointerDown(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#onPointerMove(event), { signal });
    for (const name of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(name, (event) => this.#onPointerUp(event), { signal });
    }
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  [Symbol.dispose](): void {
    this.#gone.abort();
  }

  /** Where the touch stick is, in CSS pixels, or `undefined` when nobody holds it. */
  get touchStick(): { readonly from: Stick; readonly knob: Stick } | undefined {
    if (this.#stickPointer === undefined) return undefined;
    const { x, y } = this.stick;
    return { from: this.#stickFrom, knob: { x: x * STICK_REACH_PX, y: -y * STICK_REACH_PX } };
  }

  get isHitHeld(): boolean {
    return this.#isHitHeld || this.#held.has("Space");
  }

  set isHitHeld(isHeld: boolean) {
    this.#isHitHeld = isHeld;
  }

  get stick(): Stick {
    if (this.#stickPointer !== undefined) return this.#touched();
    let [x, y] = [0, 0];
    for (const code of this.#held) {
      const direction = DIRECTIONS[code];
      if (direction === undefined) continue;
      x += direction[0];
      y += direction[1];
    }
    const length = Math.hypot(x, y);
    return length > 1 ? { x: x / length, y: y / length } : { x, y };
  }

  /** Lets go of everything: the window lost the keyboard, or a text field has it. */
  release(): void {
    this.#held.clear();
    this.#stickPointer = undefined;
    this.#isHitHeld = false;
  }

  #touched(): Stick {
    const x = (this.#stickTo.x - this.#stickFrom.x) / STICK_REACH_PX;
    const y = (this.#stickFrom.y - this.#stickTo.y) / STICK_REACH_PX;
    const length = Math.hypot(x, y);
    if (length < DEAD_ZONE) return { x: 0, y: 0 };
    return length > 1 ? { x: x / length, y: y / length } : { x, y };
  }

  #onKeyDown(event: KeyboardEvent): void {
    if (isTyping() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "Enter") {
      event.preventDefault();
      this.release();
      this.#handlers.onChat();
      return;
    }
    if (event.code === "KeyB" && !event.repeat) this.#handlers.onBorders();
    if (event.code in DIRECTIONS || event.code === "Space") {
      event.preventDefault();
      if (event.code === "Space" && !event.repeat) this.#handlers.onHit(undefined);
      this.#held.add(event.code);
    }
  }

  #onPointerDown(event: PointerEvent): void {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    const at = { x: event.clientX, y: event.clientY };
    if (event.pointerType === "mouse") {
      this.#handlers.onHit(at);
      return;
    }
    this.#handlers.onTouch();
    if (this.#stickPointer !== undefined) return;
    this.#stickPointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#stickFrom = at;
    this.#stickTo = at;
  }

  #onPointerMove(event: PointerEvent): void {
    if (event.pointerId === this.#stickPointer) this.#stickTo = { x: event.clientX, y: event.clientY };
  }

  #onPointerUp(event: PointerEvent): void {
    if (event.pointerId === this.#stickPointer) this.#stickPointer = undefined;
  }
}

function isTyping(): boolean {
  return document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLButtonElement;
}
