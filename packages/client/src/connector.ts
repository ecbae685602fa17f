import type { Clock, Prng } from "@ows/base";
import {
  type Closing,
  decodeServerMessage,
  encodeClientMessage,
  GAME_PROTOCOL_VERSION,
  type GameSchema,
  type HandoffPrepare,
  type Pong,
  SNAPSHOT,
  type Welcome,
} from "@ows/protocol/game";
import type { Door } from "./backend.ts";
import type { WebSocketConstructor } from "./game-link.ts";
import { JoinError } from "./join-error.ts";
import { LinkSet } from "./link-set.ts";
import type { LinkId, LinksEffect } from "./links.ts";
import {
  type LinkEffect,
  type LinkEvent,
  type LinkState,
  linkDeadlineMs,
  type ReconnectPolicy,
  startLink,
  stepLink,
} from "./reconnect.ts";
import type { SavedPlace } from "./saved-place.ts";

/** From opening a link to Welcome. */
const ATTACH_TIMEOUT_MS = 10_000;

export type ConnectorHandlers = {
  readonly onState: (state: LinkState) => void;
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onSnapshot: (bytes: Uint8Array) => void;
  readonly onPong: (pong: Pong) => void;
  readonly onClosing: (closing: Closing) => void;
  /** The way in by `path` failed or the link broke: for logs and the curious. */
  readonly onTrouble: (message: string) => void;
  readonly onBytes: (direction: "in" | "out", count: number) => void;
};

export type ConnectorOptions = {
  readonly door: Door;
  readonly place: SavedPlace;
  readonly schema: GameSchema;
  readonly webSocket: WebSocketConstructor;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly policy: ReconnectPolicy;
  readonly zone: string | undefined;
};

/**
 * Carries out what the reconnect machine decides: opens links, asks the door, waits. One link is obeyed at a time; which
 * one that is follows the avatar's ownership, see `links.ts`.
 */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #handlers: ConnectorHandlers;
  #state: LinkState | undefined;
  readonly #links: LinkSet;
  /** Ends the attempt under way. */
  #attempt = new AbortController();
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #zone: string | undefined;

  constructor(options: ConnectorOptions, handlers: ConnectorHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#zone = options.zone;
    this.#links = new LinkSet(options.webSocket, options.clock, {
      onMessage: (link, bytes) => this.#receive(link, bytes),
      onAttach: (link, effect) => this.#attach(link, effect),
      onLost: (message) => this.#step({ kind: "lost", message }),
      onTrouble: (message) => handlers.onTrouble(message),
    });
  }

  start(): void {
    // Another zone than the last one is for the backend to find.
    const canResume = this.#options.place.current.resume !== undefined && this.#zone === undefined;
    const { state, effects } = startLink(canResume, this.#options.clock.nowMs());
    this.#enter(state, effects);
  }

  /** False while inputs had better wait. */
  get isReady(): boolean {
    const { active } = this.#links;
    return this.#state?.phase === "in-world" && active !== undefined && this.#links.isReady(active);
  }

  /** Connections to servers that may have the avatar next or had it last. */
  get warmLinks(): number {
    return this.#links.warmCount;
  }

  /** To the server that is obeyed. */
  send(bytes: Uint8Array<ArrayBuffer>): void {
    const { active } = this.#links;
    if (active !== undefined) this.#sendOn(active, bytes);
  }

  /** Ends the link that is obeyed. */
  lose(message: string): void {
    const { active } = this.#links;
    if (active !== undefined) this.#links.lose(active, message);
  }

  retry(): void {
    this.#step({ kind: "retry" });
  }

  travel(zone: string): void {
    this.#zone = zone;
    this.#step({ kind: "travel" });
  }

  leave(): void {
    this.send(encodeClientMessage({ type: "leave" }, this.#options.schema));
    this.#step({ kind: "leave" });
  }

  #step(event: LinkEvent): void {
    if (this.#state === undefined) return;
    const { clock, prng, policy } = this.#options;
    const { state, effects } = stepLink(this.#state, event, { nowMs: clock.nowMs(), prng, policy });
    if (state !== this.#state || effects.length > 0) this.#enter(state, effects);
  }

  #enter(state: LinkState, effects: readonly LinkEffect[]): void {
    this.#state = state;
    clearTimeout(this.#alarm);
    for (const effect of effects) this.#carryOut(effect);
    // Carrying out an effect can fail at once and lead on to another state.
    if (this.#state !== state) return;
    const deadlineMs = linkDeadlineMs(state);
    if (deadlineMs !== undefined) this.#wakeAt(deadlineMs, { kind: "tick" });
    this.#handlers.onState(state);
  }

  #wakeAt(atMs: number, event: LinkEvent): void {
    clearTimeout(this.#alarm);
    const { clock } = this.#options;
    // Timers count whole milliseconds and may fire a fraction early.
    const wake = () => (clock.nowMs() < atMs ? this.#wakeAt(atMs, event) : this.#step(event));
    this.#alarm = setTimeout(wake, Math.max(1, Math.ceil(atMs - clock.nowMs())));
  }

  #carryOut(effect: LinkEffect): void {
    switch (effect) {
      case "hang-up":
        this.#hangUp();
        return;
      case "forget":
        this.#options.place.update({ resume: undefined });
        this.#links.step({ kind: "forget" });
        return;
      case "resume": {
        const resume = this.#options.place.current.resume;
        if (resume === undefined) this.#fail(new JoinError("refused", "There is no place to come back to."));
        else this.#enterBy(resume.url, "resume", resume.token);
        return;
      }
      case "join":
        void this.#join();
    }
  }

  async #join(): Promise<void> {
    this.#hangUp();
    const { signal } = this.#attempt;
    try {
      const { url, ticket } = await this.#options.door.join(this.#zone, signal);
      if (!signal.aborted) this.#enterBy(url, "ticket", ticket);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #enterBy(url: string, mode: "resume" | "ticket", token: string): void {
    this.#hangUp();
    try {
      this.#links.open({ kind: "join", url, mode, token });
    } catch (cause) {
      this.#links.step({ kind: "hang-up" });
      this.#fail(new JoinError("unreachable", `The server's address ${url} can't be used.`, cause));
      return;
    }
    this.#wakeAt(this.#options.clock.nowMs() + ATTACH_TIMEOUT_MS, {
      kind: "lost",
      message: "The server did not answer in time.",
    });
  }

  #attach(link: LinkId, { mode, token }: LinksEffect & { kind: "attach" }): void {
    const { schema } = this.#options;
    const [protocolVersion, gameHash] = [GAME_PROTOCOL_VERSION, schema.hash];
    this.#sendOn(link, encodeClientMessage({ type: "attach", protocolVersion, gameHash, mode, token }, schema));
  }

  #sendOn(link: LinkId, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#links.send(link, bytes)) this.#handlers.onBytes("out", bytes.length);
  }

  #receive(link: LinkId, bytes: Uint8Array): void {
    this.#handlers.onBytes("in", bytes.length);
    if (bytes[0] === SNAPSHOT) {
      if (link === this.#links.active) this.#handlers.onSnapshot(bytes);
      return;
    }
    const parsed = decodeServerMessage(bytes);
    if (!parsed.ok) {
      this.#links.lose(link, `The server sent something unreadable: ${parsed.reason}`);
      return;
    }
    const message = parsed.value;
    switch (message.type) {
      case "welcome":
        this.#welcome(message, link);
        return;
      case "pong":
        if (link === this.#links.active) this.#handlers.onPong(message);
        return;
      case "handoff-prepare":
        this.#prepare(message);
        return;
      case "closing":
        this.#close(message, link);
    }
  }

  #welcome(welcome: Welcome, link: LinkId): void {
    const { entityId: entity, epoch, zoneInstanceId: server } = welcome;
    if (!this.#links.step({ kind: "welcome", link, entity, epoch, server })) return;
    // A way in that was being tried at the same time is not needed any more.
    this.#attempt.abort();
    this.#attempt = new AbortController();
    this.#zone = undefined;
    this.#options.place.update({ resume: { url: this.#links.urlOf(link), token: welcome.resumeToken } });
    this.#handlers.onWelcome(welcome);
    this.#step({ kind: "attached" });
  }

  #prepare({ zoneInstanceId: server, url, token }: HandoffPrepare): void {
    if (this.#state?.phase === "in-world") this.#links.open({ kind: "prepare", server, url, token });
  }

  /** What the server of a silent link says goodbye for concerns that link alone. */
  #close(closing: Closing, link: LinkId): void {
    if (link !== this.#links.active && link !== this.#links.joining) {
      this.#links.lose(link, closing.reason);
      return;
    }
    this.#handlers.onClosing(closing);
    this.#step({ kind: "closing", closing });
  }

  #fail(error: unknown): void {
    const known = error instanceof JoinError;
    const message = known ? error.message : `Something went wrong: ${String(error)}`;
    this.#handlers.onTrouble(message);
    this.#step({ kind: "failed", message, mayPass: known && error.mayPass });
  }

  #hangUp(): void {
    clearTimeout(this.#alarm);
    this.#attempt.abort();
    this.#attempt = new AbortController();
    this.#links.step({ kind: "hang-up" });
  }
}
