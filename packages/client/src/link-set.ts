import { assert, type Clock } from "@ows/base";
import { GameLink, type WebSocketConstructor } from "./game-link.ts";
import { type LinkId, type LinksEffect, type LinksEvent, linksDeadlineMs, NO_LINKS, stepLinks } from "./links.ts";

export type LinkSetHandlers = {
  readonly onMessage: (link: LinkId, bytes: Uint8Array) => void;
  readonly onAttach: (link: LinkId, effect: LinksEffect & { kind: "attach" }) => void;
  /** No link is obeyed any more and none can be waited for. `message` is for a person. */
  readonly onLost: (message: string) => void;
  /** A link broke; others may still do. */
  readonly onTrouble: (message: string) => void;
};

type Omitted<E> = E extends { readonly link: LinkId } ? Omit<E, "link"> : never;
/** Events that name a connection which does not exist yet. */
type OpeningEvent = Omitted<Extract<LinksEvent, { kind: "join" | "prepare" }>>;

/** Carries out what the machine of links decides: opens and closes connections, keeps time. */
export class LinkSet {
  readonly #webSocket: WebSocketConstructor;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #handlers: LinkSetHandlers;
  readonly #links = new Map<LinkId, { readonly url: string; readonly link: GameLink }>();
  #state = NO_LINKS;
  #nextId = 1;
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #lastTrouble = "The connection to the server was lost.";

  constructor(webSocket: WebSocketConstructor, clock: Pick<Clock, "nowMs">, handlers: LinkSetHandlers) {
    this.#webSocket = webSocket;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  get active(): LinkId | undefined {
    return this.#state.active?.link;
  }

  get joining(): LinkId | undefined {
    return this.#state.joining?.link;
  }

  get warmCount(): number {
    return this.#state.warm.length;
  }

  urlOf(link: LinkId): string {
    const url = this.#links.get(link)?.url;
    assert(url !== undefined, "only links that stand are asked for their address");
    return url;
  }

  isReady(link: LinkId): boolean {
    return this.#links.get(link)?.link.isReady ?? false;
  }

  send(link: LinkId, bytes: Uint8Array<ArrayBuffer>): boolean {
    return this.#links.get(link)?.link.send(bytes) ?? false;
  }

  /** Opens a link where that is needed. Throws for a way in whose address is no WebSocket URL. */
  open(event: OpeningEvent): void {
    this.step({ ...event, link: this.#nextId++ });
  }

  /** Ends a link and takes the consequences. */
  lose(link: LinkId, message: string): void {
    this.#close(link);
    this.#onLost(link, message);
  }

  /** Answers whether the Welcome that `event` may be is to be obeyed. */
  step(event: LinksEvent): boolean {
    const { state, effects } = stepLinks(this.#state, event, this.#clock.nowMs());
    this.#state = state;
    this.#setAlarm();
    for (const effect of effects) this.#carryOut(effect);
    return effects.some(({ kind }) => kind === "obey");
  }

  #carryOut(effect: LinksEffect): void {
    switch (effect.kind) {
      case "open":
        this.#open(effect.link, effect.url);
        return;
      case "attach":
        this.#handlers.onAttach(effect.link, effect);
        return;
      case "close":
        this.#close(effect.link);
        return;
      case "lost":
        this.#handlers.onLost(this.#lastTrouble);
        return;
      case "obey":
      // For the caller of `step`, who has the Welcome.
    }
  }

  #open(link: LinkId, url: string): void {
    const isWayIn = this.joining === link;
    try {
      const connection = new GameLink(url, this.#webSocket, {
        onOpen: () => this.step({ kind: "opened", link }),
        onMessage: (bytes) => this.#handlers.onMessage(link, bytes),
        onLost: (message) => this.#onLost(link, message),
      });
      this.#links.set(link, { url, link: connection });
    } catch (error) {
      if (isWayIn) throw error;
      this.#onLost(link, `The address ${url} of the next server can't be used.`);
    }
  }

  #onLost(link: LinkId, message: string): void {
    this.#links.delete(link);
    // What becomes of a silent link is nobody's trouble.
    if (link === this.active || link === this.joining) {
      this.#lastTrouble = message;
      this.#handlers.onTrouble(message);
    }
    this.step({ kind: "lost", link });
  }

  #close(link: LinkId): void {
    this.#links.get(link)?.link.close();
    this.#links.delete(link);
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm);
    const atMs = linksDeadlineMs(this.#state);
    if (atMs === undefined) return;
    this.#alarm = setTimeout(() => this.step({ kind: "tick" }), Math.max(1, Math.ceil(atMs - this.#clock.nowMs())));
  }
}
