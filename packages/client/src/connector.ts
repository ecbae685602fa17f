import type { Clock, Prng } from "@ows/base";
import {
  type AttachMode,
  type Closing,
  decodeServerMessage,
  encodeClientMessage,
  GAME_PROTOCOL_VERSION,
  type GameSchema,
  type Pong,
  SNAPSHOT,
  type Welcome,
} from "@ows/protocol/game";
import type { Door } from "./backend.ts";
import { GameLink, type WebSocketConstructor } from "./game-link.ts";
import { JoinError } from "./join-error.ts";
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

/** Carries out what the reconnect machine decides: opens links, asks the door, waits. One link at a time. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #handlers: ConnectorHandlers;
  #state: LinkState | undefined;
  #link: GameLink | undefined;
  /** Ends the attempt under way. */
  #attempt = new AbortController();
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #zone: string | undefined;

  constructor(options: ConnectorOptions, handlers: ConnectorHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#zone = options.zone;
  }

  start(): void {
    // Another zone than the last one is for the backend to find.
    const canResume = this.#options.place.current.resume !== undefined && this.#zone === undefined;
    const { state, effects } = startLink(canResume, this.#options.clock.nowMs());
    this.#enter(state, effects);
  }

  /** False while inputs had better wait. */
  get isReady(): boolean {
    return this.#state?.phase === "in-world" && this.#link !== undefined && this.#link.isReady;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#link?.send(bytes)) this.#handlers.onBytes("out", bytes.length);
  }

  lose(message: string): void {
    this.#step({ kind: "lost", message });
  }

  retry(): void {
    this.#step({ kind: "retry" });
  }

  travel(zone: string): void {
    this.#zone = zone;
    this.#step({ kind: "travel" });
  }

  leave(): void {
    if (this.#link !== undefined) this.send(encodeClientMessage({ type: "leave" }, this.#options.schema));
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
        return;
      case "resume": {
        const resume = this.#options.place.current.resume;
        if (resume === undefined) this.#fail(new JoinError("refused", "There is no place to come back to."));
        else this.#attach(resume.url, "resume", resume.token);
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
      if (!signal.aborted) this.#attach(url, "ticket", ticket);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #attach(url: string, mode: AttachMode, token: string): void {
    this.#hangUp();
    const { schema, webSocket } = this.#options;
    try {
      this.#link = new GameLink(url, webSocket, {
        onOpen: () => {
          const protocolVersion = GAME_PROTOCOL_VERSION;
          this.send(
            encodeClientMessage({ type: "attach", protocolVersion, gameHash: schema.hash, mode, token }, schema),
          );
        },
        onMessage: (bytes) => this.#receive(bytes, url),
        onLost: (message) => this.#onLost(message),
      });
    } catch (cause) {
      this.#fail(new JoinError("unreachable", `The server's address ${url} can't be used.`, cause));
      return;
    }
    this.#wakeAt(this.#options.clock.nowMs() + ATTACH_TIMEOUT_MS, {
      kind: "lost",
      message: "The server did not answer in time.",
    });
  }

  #receive(bytes: Uint8Array, url: string): void {
    this.#handlers.onBytes("in", bytes.length);
    if (bytes[0] === SNAPSHOT) {
      if (this.#state?.phase === "in-world") this.#handlers.onSnapshot(bytes);
      return;
    }
    const parsed = decodeServerMessage(bytes);
    if (!parsed.ok) {
      this.#onLost(`The server sent something unreadable: ${parsed.reason}`);
      return;
    }
    const message = parsed.value;
    switch (message.type) {
      case "welcome":
        this.#welcome(message, url);
        return;
      case "pong":
        this.#handlers.onPong(message);
        return;
      case "closing":
        this.#handlers.onClosing(message);
        this.#step({ kind: "closing", closing: message });
    }
  }

  #welcome(welcome: Welcome, url: string): void {
    this.#zone = undefined;
    this.#options.place.update({ resume: { url, token: welcome.resumeToken } });
    this.#handlers.onWelcome(welcome);
    this.#step({ kind: "attached" });
  }

  #onLost(message: string): void {
    this.#handlers.onTrouble(message);
    this.#step({ kind: "lost", message });
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
    this.#link?.close();
    this.#link = undefined;
  }
}
